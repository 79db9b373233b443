"""What users read from a Doc: getters over the one store, set once, never by force."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from spacy.tokens import Doc, Span

from .assertion_vocabulary import NOT_ASSERTED, WEIGHTS, meanings_of, weigh
from .concept_relations import install_concept_extensions
from .entity_links import install_link_extensions
from .extension_setters import Pair, refuse, set_assertion, set_rel, set_score
from .medspacy_flags import ASSERTION, FLAG_OF, install_flags
from .mention_lookup import find_key, lookup, lookup_fields, lookup_relations
from .mention_store import get_relation_rows, get_spans

DOUBTS = tuple(FLAG_OF[value] for value in WEIGHTS if value in NOT_ASSERTED)


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
    views: tuple[tuple[Any, str, Any, Any], ...] = (
        (Doc, "relations", get_relations, set_rel),
        (Doc, "rel", _get_rel, set_rel),
        (Span, "relations", _get_span_relations, None),
        (Span, "score", _get_score, set_score),
        (Span, "assertion", _get_assertion, set_assertion),
        (Span, "assertion_score", _get_assertion_score, None),
        (Span, "assertion_cue", _get_assertion_cue, None),
    )
    for target, name, getter, setter in views:
        if not target.has_extension(name):
            kind = target.__name__.lower()
            setter = setter or refuse(f"{kind}._.{name}")
            target.set_extension(name, getter=getter, setter=setter)
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
        what is stored, or by the booleans that another package wrote; or if a word is stored that
        the vocabulary doesn't know.
    """
    return _is_asserted(relation.head) and _is_asserted(relation.tail)


def _is_asserted(span: Span) -> bool:
    install_flags()
    doubted = any(span._.get(flag) for flag in DOUBTS)
    return not doubted and not meanings_of(lookup(span, "attributes") or ()).unknown


def _get_rel(doc: Doc) -> dict[tuple[int, int], dict[str, float | None]]:
    grouped: dict[tuple[int, int], list[Relation]] = {}
    for rel in get_relations(doc):
        grouped.setdefault((rel.head.start, rel.tail.start), []).append(rel)
    found: dict[tuple[int, int], dict[str, float | None]] = {}
    for place, relations in grouped.items():
        key = Pair(place)
        key.relations = tuple(relations)
        found[key] = {rel.label: rel.score for rel in relations}
    return found


def _get_span_relations(span: Span) -> tuple[Relation, ...]:
    return tuple(Relation(*row) for row in lookup_relations(span))


def _get_score(span: Span) -> float | None:
    return lookup(span, "scores")


def _get_assertion(span: Span) -> str | None:
    """The value that weighs most, in the word that was stored; without an attribute "assertion",
    what the others mean."""
    pairs = lookup(span, "attributes") or ()
    place = _find_assertion(pairs)
    return pairs[place][1] if place is not None else meanings_of(pairs).main or None


def _get_assertion_score(span: Span) -> float | None:
    return _beside_assertion(span, "assertion_scores")


def _get_assertion_cue(span: Span) -> Span | None:
    cue = _beside_assertion(span, "assertion_cues")
    return span.doc.char_span(cue[0], cue[1], alignment_mode="expand") if cue else None


def _beside_assertion(span: Span, field: str) -> Any:
    """What a list holds beside the weightiest attribute "assertion" of this span."""
    pairs, values = lookup_fields(span, "attributes", field)
    place = _find_assertion(pairs or ())
    return values[place] if values and place is not None else None


def _find_assertion(pairs: Sequence[tuple[str, str]]) -> int | None:
    own = [i for i, (name, _) in enumerate(pairs) if name == ASSERTION]
    return min(own, key=lambda i: weigh(*pairs[i])) if own[1:] else next(iter(own), None)
