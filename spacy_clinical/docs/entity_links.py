"""Links from mentions to a knowledge base: `kb_id_` of the spans, and the group's attrs["kb_ents"],
[[[concept id, score], ...], ...] in the order of the mentions."""

from collections.abc import Sequence

from spacy.tokens import Doc, Span, SpanGroup

from .extension_setters import refuse
from .mention_lookup import lookup
from .mention_store import KEY, get_spans

KB_ENTS = "kb_ents"
Links = Sequence[tuple[str, float]]


def set_links(doc: Doc, rows: Sequence[Links | None], *, key: str = KEY) -> None:
    """Store each mention's candidates; the first becomes its `kb_id_`, also in `doc.ents`.

    doc (Doc): The document, whose mentions are stored.
    rows (Sequence): (concept id, score) of each mention's candidates, the best first; none for a
        mention that no concept fits. None for a mention that keeps what it has, from whomever.
    key (str): The span group.
    """
    group, spans = doc.spans[key], get_spans(doc, key)
    known = zip(spans, get_all_links(doc, key), rows, strict=True)
    every = [old if row is None else row for _, old, row in known]
    linked = [
        span if row is None else _with_id(span, row[0][0] if row else "")
        for span, row in zip(spans, rows, strict=True)
    ]
    stored = [[[id, float(score)] for id, score in row] for row in every]
    attrs = {**group.attrs, KB_ENTS: stored}
    doc.spans[key] = SpanGroup(doc, name=group.name, spans=linked, attrs=attrs)
    new = [(span, row) for span, row in zip(linked, rows, strict=True) if row is not None]
    found = {(s.start, s.end, s.label): s.kb_id_ for s, _ in reversed(new)}
    ents = [_with_id(e, found.get((e.start, e.end, e.label), e.kb_id_)) for e in doc.ents]
    doc.set_ents(ents, default="unmodified")
    fill_plain_extension([span for span, _ in new], [row for _, row in new])


def get_links(span: Span) -> Links:
    """Read what a mention is linked to.

    span (Span): The mention.
    RETURNS (Links): (concept id, score) of its candidates, the best first.
    """
    return [(id, score) for id, score in lookup(span, KB_ENTS) or []]


def get_all_links(doc: Doc, key: str = KEY) -> list[Links]:
    """RETURNS (list[Links]): What each stored mention is linked to."""
    stored = doc.spans[key].attrs.get(KB_ENTS) or [[] for _ in doc.spans[key]]
    return [[(id, score) for id, score in row] for row in stored]


def find_linked(doc: Doc, key: str = KEY) -> list[bool]:
    """RETURNS (list[bool]): Whether each stored mention is linked, by whomever and be it in
    `doc.ents` alone."""
    others = {(ent.start, ent.end, ent.label) for ent in doc.ents if ent.kb_id}
    return [
        bool(row or span.kb_id) or (span.start, span.end, span.label) in others
        for span, row in zip(doc.spans[key], get_all_links(doc, key), strict=True)
    ]


def install_link_extensions() -> None:
    """Set `span._.kb_ents`, unless somebody else has set it."""
    if not Span.has_extension(KB_ENTS):
        Span.set_extension(KB_ENTS, getter=get_links, setter=refuse(f"span._.{KB_ENTS}"))


def _with_id(span: Span, concept: str) -> Span:
    return Span(span.doc, span.start, span.end, label=span.label, kb_id=concept, span_id=span.id)


def fill_plain_extension(spans: Sequence[Span], rows: Sequence[Links]) -> None:
    """Write to scispaCy's own `kb_ents`, which holds values, where it was set first.

    spans (Sequence[Span]): Mentions.
    rows (Sequence[Links]): What each is linked to.
    """
    if Span.has_extension(KB_ENTS) and Span.get_extension(KB_ENTS)[2] is None:
        for span, row in zip(spans, rows, strict=True):
            span._.kb_ents = list(row)
