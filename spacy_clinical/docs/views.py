"""What users read from a Doc: getters over the one store, set once, never by force."""

from typing import Any, NamedTuple

from spacy.tokens import Doc, Span

from .assertions import ASSERTION
from .concepts import install_concept_extensions
from .flags import FLAGS, install_flags
from .links import install_link_extensions
from .lookup import find_key, lookup
from .store import get_relation_rows, get_spans

NOT_ASSERTED = tuple(flag for flag in FLAGS if flag != "is_historical")


class Relation(NamedTuple):
    """A relation between two mentions of a Doc.

    head (Span): Where it starts, such as the drug.
    tail (Span): Where it points, such as the disease.
    label (str): The relation label.
    score (float): Confidence in 0..1; None for gold.
    """

    head: Span
    tail: Span
    label: str
    score: float | None


def install_extensions() -> None:
    """Set `doc._.relations`, `doc._.rel`, `doc._.concept_relations`, and on spans `relations`,
    `score`, `assertion`, `assertion_score`, `assertion_cue`, `kb_ents`, and the booleans of
    `flags`.

    An attribute of that name that somebody else has set is left alone.
    """
    getters: tuple[tuple[Any, str, Any], ...] = (
        (Doc, "relations", get_relations),
        (Doc, "rel", _get_rel),
        (Span, "relations", _get_span_relations),
        (Span, "score", _get_score),
        (Span, "assertion", _get_assertion),
        (Span, "assertion_score", _get_assertion_score),
        (Span, "assertion_cue", _get_assertion_cue),
    )
    for target, name, getter in getters:
        if not target.has_extension(name):
            target.set_extension(name, getter=getter)
    install_flags()
    install_link_extensions()
    install_concept_extensions()


def get_relations(doc: Doc, *, asserted_only: bool = False) -> tuple[Relation, ...]:
    """Read the relations of a Doc.

    doc (Doc): The document.
    asserted_only (bool): Leave out those that `is_asserted` does.
    RETURNS (tuple[Relation, ...]): The relations, empty if there are none.
    """
    key = find_key(doc)
    if key is None:
        return ()
    spans = get_spans(doc, key)
    rows = get_relation_rows(doc, key)
    if asserted_only:
        doubted = [not _is_asserted(span) for span in spans]
        rows = [row for row in rows if not (doubted[row[0]] or doubted[row[1]])]
    return tuple(Relation(spans[h], spans[t], label, score) for h, t, label, score in rows)


def is_asserted(relation: Relation) -> bool:
    """Tell whether a relation may be taken as said of the patient, now or earlier.

    relation (Relation): The relation.
    RETURNS (bool): False if an argument is negated, uncertain, hypothetical or somebody else's: by
        what is stored, or by the booleans that another package wrote.
    """
    return _is_asserted(relation.head) and _is_asserted(relation.tail)


def _is_asserted(span: Span) -> bool:
    install_flags()
    return not any(span._.get(flag) for flag in NOT_ASSERTED)


def _get_rel(doc: Doc) -> dict[tuple[int, int], dict[str, float | None]]:
    found: dict[tuple[int, int], dict[str, float | None]] = {}
    for rel in get_relations(doc):
        found.setdefault((rel.head.start, rel.tail.start), {})[rel.label] = rel.score
    return found


def _get_span_relations(span: Span) -> tuple[Relation, ...]:
    return tuple(r for r in get_relations(span.doc) if span == r.head or span == r.tail)


def _get_score(span: Span) -> float | None:
    return lookup(span, "scores")


def _get_assertion(span: Span) -> str | None:
    found = _said(span, "attributes")
    return found[1] if found else None


def _get_assertion_score(span: Span) -> float | None:
    return _said(span, "assertion_scores")


def _get_assertion_cue(span: Span) -> Span | None:
    cue = _said(span, "assertion_cues")
    return span.doc.char_span(cue[0], cue[1], alignment_mode="expand") if cue else None


def _said(span: Span, field: str) -> Any:
    """What a list holds of the attribute "assertion" of this span."""
    names = [name for name, _ in lookup(span, "attributes") or []]
    values = lookup(span, field)
    return values[names.index(ASSERTION)] if values and ASSERTION in names else None
