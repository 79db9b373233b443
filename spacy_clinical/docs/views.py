"""What users read from a Doc: getters over the one store, set once, never by force."""

from typing import Any, NamedTuple

from spacy.tokens import Doc, Span

from .store import KEY, get_relation_rows, get_spans


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
    """Set `doc._.relations`, `doc._.rel`, `span._.relations`, `span._.score`, `span._.assertion`.

    An attribute of that name that somebody else has set is left alone.
    """
    getters: tuple[tuple[Any, str, Any], ...] = (
        (Doc, "relations", get_relations),
        (Doc, "rel", _get_rel),
        (Span, "relations", _get_span_relations),
        (Span, "score", _get_score),
        (Span, "assertion", _get_assertion),
    )
    for target, name, getter in getters:
        if not target.has_extension(name):
            target.set_extension(name, getter=getter)


def get_relations(doc: Doc) -> tuple[Relation, ...]:
    """RETURNS (tuple[Relation, ...]): The relations of a Doc, empty if there are none."""
    key = _find_key(doc)
    if key is None:
        return ()
    spans = get_spans(doc, key)
    rows = get_relation_rows(doc, key)
    return tuple(Relation(spans[h], spans[t], label, score) for h, t, label, score in rows)


def _get_rel(doc: Doc) -> dict[tuple[int, int], dict[str, float | None]]:
    found: dict[tuple[int, int], dict[str, float | None]] = {}
    for rel in get_relations(doc):
        found.setdefault((rel.head.start, rel.tail.start), {})[rel.label] = rel.score
    return found


def _get_span_relations(span: Span) -> tuple[Relation, ...]:
    return tuple(r for r in get_relations(span.doc) if span == r.head or span == r.tail)


def _get_score(span: Span) -> float | None:
    return _lookup(span, "scores")


def _get_assertion(span: Span) -> str | None:
    pairs = _lookup(span, "attributes") or []
    return next((value for name, value in pairs if name == "assertion"), None)


def _lookup(span: Span, field: str) -> Any:
    """The stored value of the mention with this span's extent and label."""
    key = _find_key(span.doc)
    values = span.doc.spans[key].attrs.get(field) if key else None
    if values is None:
        return None
    for i, stored in enumerate(get_spans(span.doc, key or KEY)):
        if (stored.start, stored.end, stored.label) == (span.start, span.end, span.label):
            return values[i]
    return None


def _find_key(doc: Doc) -> str | None:
    """The group we wrote: the default one, else the first that has our offsets."""
    if KEY in doc.spans:
        return KEY
    return next((key for key, group in doc.spans.items() if "offsets" in group.attrs), None)
