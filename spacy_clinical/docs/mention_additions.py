"""More mentions for a Doc that has some: what is said of those stays, and how they relate."""

from collections.abc import Sequence
from typing import Any

from spacy.tokens import Doc, Span, SpanGroup

from .entity_links import KB_ENTS, Links, fill_plain_extension
from .longest_spans import keep_longest
from .mention_store import KEY, get_spans, has_mentions, set_mentions

# What a mention has for which nothing is known.
EMPTY_VALUES: dict[str, Any] = {
    "scores": None,
    "attributes": [],
    "assertion_scores": [],
    "assertion_cues": [],
    "ids": "",
    "sources": "",
    KB_ENTS: [],
}


def add_mentions(
    doc: Doc,
    spans: Sequence[Span],
    scores: Sequence[float | None],
    links: Sequence[Links] | None = None,
    *,
    key: str = KEY,
) -> None:
    """Store mentions behind those that are stored, whose positions so stay what they are.

    `doc.ents` is left alone.

    doc (Doc): The document; without mentions, these are its first.
    spans (Sequence[Span]): The mentions.
    scores (Sequence[float | None]): Confidence of each, in 0..1, None where unknown.
    links (Sequence[Links] | None): (concept id, score) of each one's candidates, the best first,
        which is the `kb_id_` of the span. None if nobody has looked for concepts.
    key (str): The span group.
    """
    before = get_spans(doc, key) if key in doc.spans else []
    attrs = dict(doc.spans[key].attrs) if key in doc.spans else {}
    for field, nothing in EMPTY_VALUES.items():
        if field in attrs:
            attrs[field] = [*attrs[field], *(nothing for _ in spans)]
    if attrs.get("scores") or any(score is not None for score in scores):
        known = attrs.get("scores") or [None] * len(before)
        every_score = [*known[: len(before)], *scores]  # another's may be an array of numpy
        attrs["scores"] = [None if score is None else float(score) for score in every_score]
    if links is not None:
        rows = attrs.get(KB_ENTS) or [[] for _ in (*before, *spans)]
        new_rows = [tuple(row) for row in links]
        made = {row: [[id, float(score)] for id, score in row] for row in set(new_rows)}
        added = [made[row] for row in new_rows]  # one for all mentions that say the same
        attrs[KB_ENTS] = [*rows[: len(before)], *added]
        fill_plain_extension(spans, links)
    every = [*before, *spans]
    attrs["offsets"] = [[span.start_char, span.end_char] for span in every]
    doc.spans[key] = SpanGroup(doc, name=key, spans=every, attrs=attrs)


def take_ents(doc: Doc, *, key: str = KEY, asserting: bool = False) -> None:
    """Store the entities of `doc.ents` that are no mentions yet: what components of others, such as
    spaCy's `entity_ruler`, found before the mentions or beside them. Where mentions were asserted
    already they stay out: nobody said of them whether they are absent, and they would pass for
    present.

    doc (Doc): The document.
    key (str): The span group.
    asserting (bool): They will be asserted now.
    """
    if not has_mentions(doc, key):
        set_mentions(doc, doc.ents, set_ents=False, key=key)
        return
    if not doc.ents or ("attributes" in doc.spans[key].attrs and not asserting):
        return
    known = {(span.start, span.end, span.label) for span in doc.spans[key]}
    new = [ent for ent in doc.ents if (ent.start, ent.end, ent.label) not in known]
    if new:
        add_mentions(doc, new, [None] * len(new), key=key)


def take_late_ents(doc: Doc) -> None:
    """As `take_ents`, for the output of a pipeline that stores mentions, whatever came last.

    doc (Doc): The document; one without stored mentions stays as it is.
    """
    if has_mentions(doc):
        take_ents(doc)


def fill_ents(doc: Doc, spans: Sequence[Span]) -> None:
    """Add mentions to `doc.ents` where nothing is yet; of those that overlap the longest.

    doc (Doc): The document.
    spans (Sequence[Span]): The mentions.
    """
    taken = {i for ent in doc.ents for i in range(ent.start, ent.end)}
    free = [span for span in spans if taken.isdisjoint(range(span.start, span.end))]
    doc.set_ents([*doc.ents, *keep_longest(free)], default="outside")
