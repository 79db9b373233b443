"""The store: one span group and its attrs, in plain numbers and strings.

`doc.spans["clinical"].attrs` holds, beside the group's spans and in their order:
    offsets      [[start_char, end_char], ...]
    scores       [float, ...], where there are scores; None for one that has none
    fragments    {"index": [[start_char, end_char], ...]} of discontinuous mentions
    attributes   [[[name, value], ...], ...]
    assertion_scores, assertion_cues   beside the attributes, in the same shape: see `assertions`
    ids          [str, ...], the corpus's own names of the mentions
    relations    [[head index, tail index, label, score], ...]; no key: not annotated
    concept_relations, concept_scores, concept_evidence   see `concepts`
    events       what the relations and attributes were made of, see `events`
    lost         what the tokenisation can't represent, see Lost
    doc          {"id": str, "meta": {...}}
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from spacy.attrs import IDX, LENGTH
from spacy.tokens import Doc, Span, SpanGroup

from ..errors import Errors, StorageError
from ..records import Attribute, Fragments

KEY = "clinical"
SAID = ("attributes", "assertion_scores", "assertion_cues")
Row = tuple[int, int, str, float | None]


class Mention(NamedTuple):
    """A mention in characters: what scorers compare.

    label (str): The entity label.
    fragments (Fragments): (start, end) in characters of `doc.text`; one unless discontinuous.
    """

    label: str
    fragments: Fragments


@dataclass(frozen=True)
class Lost:
    """Gold annotation that no span of this tokenisation can hold. Counted, never dropped.

    mentions (list[Mention]): Mentions whose borders fall inside a token.
    relations (list[Row]): Relations with such an argument: an index below zero, -1 - k, stands
        for `mentions[k]`.
    """

    mentions: list[Mention]
    relations: list[Row]


def has_mentions(doc: Doc, key: str = KEY) -> bool:
    """RETURNS (bool): Whether mentions were annotated or predicted, be it none."""
    return key in doc.spans


def has_relations(doc: Doc, key: str = KEY) -> bool:
    """RETURNS (bool): Whether relations were annotated or predicted, be it none."""
    return key in doc.spans and "relations" in doc.spans[key].attrs


def set_mentions(
    doc: Doc,
    spans: Sequence[Span],
    *,
    scores: Sequence[float | None] | None = None,
    attributes: Sequence[Sequence[tuple[str, str]]] | None = None,
    fragments: dict[int, Fragments] | None = None,
    set_ents: bool = True,
    key: str = KEY,
) -> None:
    """Store mentions; whatever was stored before is replaced. Only what is said of a mention that
    stays (same borders, same label) is kept, unless `attributes` are given.

    doc (Doc): The document.
    spans (Sequence[Span]): The mentions, overlaps allowed.
    scores (Sequence[float | None] | None): Confidence of each, in 0..1, None where unknown.
    attributes (Sequence | None): (name, value) pairs of each.
    fragments (dict[int, Fragments] | None): Characters of the discontinuous ones, by position.
    set_ents (bool): Also write `doc.ents`: of overlapping mentions the one with the higher score,
        then the longer one, then the first.
    key (str): The span group.
    """
    attrs: dict[str, Any] = {"offsets": [[span.start_char, span.end_char] for span in spans]}
    if scores is not None:
        attrs["scores"] = [None if score is None else float(score) for score in scores]
    if attributes is not None:
        attrs["attributes"] = [[list(pair) for pair in pairs] for pairs in attributes]
    elif has_mentions(doc, key):
        attrs.update(_said_before(doc.spans[key], spans))
    if fragments:
        attrs["fragments"] = {str(i): [list(f) for f in frags] for i, frags in fragments.items()}
    doc.spans[key] = SpanGroup(doc, name=key, spans=spans, attrs=attrs)
    if set_ents:
        doc.set_ents(_without_overlaps(spans, scores), default="outside")


def set_relations(doc: Doc, rows: Sequence[Row], *, key: str = KEY) -> None:
    """Store relations between the stored mentions.

    doc (Doc): The document, whose mentions are stored.
    rows (Sequence[Row]): Head position, tail position, label, score (None for gold).
    key (str): The span group.
    """
    group = _group(doc, key)
    for head, tail, _, _ in rows:
        if not (0 <= head < len(group) and 0 <= tail < len(group)):
            raise StorageError(Errors.SC106.format(head=head, tail=tail, n=len(group)))
    group.attrs["relations"] = [[int(h), int(t), label, score] for h, t, label, score in rows]


def name_doc(doc: Doc, id: str, meta: dict[str, Any] | None = None, *, key: str = KEY) -> None:
    """Store a document's name, which `to_record` gives back.

    doc (Doc): The document, whose mentions are stored.
    id (str): Its name in its corpus.
    meta (dict[str, Any] | None): What else is known of it, as JSON values.
    key (str): The span group.
    """
    _group(doc, key).attrs["doc"] = {"id": id, "meta": meta or {}}


def get_name(doc: Doc, key: str = KEY) -> tuple[str, dict[str, Any]]:
    """RETURNS (tuple[str, dict[str, Any]]): The document's id, "" if it has none, and its meta."""
    stored = _group(doc, key).attrs.get("doc", {})
    return stored.get("id", ""), stored.get("meta", {})


def get_spans(doc: Doc, key: str = KEY) -> list[Span]:
    """Read the mentions.

    doc (Doc): The document.
    key (str): The span group.
    RETURNS (list[Span]): In stored order, which relations refer to. Raises StorageError if the Doc
        was retokenised since.
    """
    group = _group(doc, key)
    offsets = group.attrs.get("offsets")
    if offsets is None:
        return list(group)
    count_mentions(doc, key)
    return _held_spans(group, offsets)


def count_mentions(doc: Doc, key: str = KEY) -> int:
    """Count the mentions, at less cost than to read them.

    doc (Doc): The document.
    key (str): The span group.
    RETURNS (int): How many it has. Raises StorageError if some were added or taken away elsewhere.
    """
    group = _group(doc, key)
    kept = len(group.attrs.get("offsets", group))
    if kept != len(group):
        message = Errors.SC105.format(key=key, spans=len(group), field="offsets", values=kept)
        raise StorageError(message)
    return kept


def get_mentions(doc: Doc, key: str = KEY) -> list[Mention]:
    """Read the mentions in characters.

    doc (Doc): The document.
    key (str): The span group.
    RETURNS (list[Mention]): In stored order, with all fragments.
    """
    spans = get_spans(doc, key)
    fragments = doc.spans[key].attrs.get("fragments", {})
    return [mention_of(span, fragments.get(str(i))) for i, span in enumerate(spans)]


def mention_of(span: Span, fragments: Sequence[Sequence[int]] | None = None) -> Mention:
    """Name a span by its characters.

    span (Span): The span.
    fragments (Sequence | None): Its (start, end) pairs if it is discontinuous.
    RETURNS (Mention): The mention.
    """
    parts = fragments or [(span.start_char, span.end_char)]
    return Mention(span.label_, tuple((int(start), int(end)) for start, end in parts))


def get_relation_rows(doc: Doc, key: str = KEY) -> list[Row]:
    """RETURNS (list[Row]): Head position, tail position, label, score."""
    rows = _group(doc, key).attrs.get("relations", [])
    return [(head, tail, label, score) for head, tail, label, score in rows]


def get_attributes(doc: Doc, key: str = KEY) -> list[Attribute]:
    """RETURNS (list[Attribute]): Attributes, their targets being positions as strings."""
    stored = _group(doc, key).attrs.get("attributes", [])
    return [
        Attribute(str(i), name, value) for i, pairs in enumerate(stored) for name, value in pairs
    ]


def get_lost(doc: Doc, key: str = KEY) -> Lost:
    """Read the gold annotation that this tokenisation can't represent.

    doc (Doc): The document.
    key (str): The span group.
    RETURNS (Lost): Mentions and relations.
    """
    stored = _group(doc, key).attrs.get("lost", {})
    mentions = [
        Mention(entity["label"], tuple((start, end) for start, end in entity["fragments"]))
        for entity in stored.get("entities", [])
    ]
    rows = [(head, tail, label, score) for head, tail, label, score in stored.get("relations", [])]
    return Lost(mentions, rows)


def _group(doc: Doc, key: str) -> SpanGroup:
    if key not in doc.spans:
        known = ", ".join(doc.spans) or "none"
        raise StorageError(Errors.SC107.format(key=key, known=known))
    return doc.spans[key]


def _held_spans(group: SpanGroup, offsets: Sequence[Sequence[int]]) -> list[Span]:
    """As `held_span` reads all mentions, at a third of the cost: no Token is made."""
    if not offsets:
        return []
    tokens = group.doc.to_array([IDX, LENGTH]).astype("int64")
    starts, ends = tokens[:, 0].tolist(), tokens.sum(axis=1).tolist()
    try:
        spans = list(group)
        found = [[starts[span.start], ends[span.end - 1]] for span in spans]
    except IndexError:
        found = []
    if found == offsets:
        return spans
    return [held_span(group, i, stored) for i, stored in enumerate(offsets)]


def held_span(group: SpanGroup, i: int, stored: Sequence[int]) -> Span:
    """Read one mention, once its tokens are seen to lie where they were.

    Its own `start_char` is no proof: a number that it keeps when the Doc is retokenised.

    group (SpanGroup): The mentions.
    i (int): Which one.
    stored (Sequence[int]): Its characters as stored.
    RETURNS (Span): The mention. Raises StorageError if it moved.
    """
    doc, (start, end) = group.doc, stored
    try:
        span = group[i]
    except IndexError:
        found: Any = "no tokens at all"
    else:
        last = doc[span.end - 1]
        if doc[span.start].idx == start and last.idx + len(last) == end:
            return span
        found = [doc[span.start].idx, last.idx + len(last)]
    message = Errors.SC104.format(key=group.name, index=i, stored=list(stored), found=found)
    raise StorageError(message)


def _said_before(group: SpanGroup, spans: Sequence[Span]) -> dict[str, Any]:
    """The attributes of spans that the group has already, with their scores and cues."""
    said = {field: group.attrs[field] for field in SAID if field in group.attrs}
    offsets = group.attrs.get("offsets", [])
    if not said or any(len(rows) != len(offsets) for rows in (group, *said.values())):
        return {}
    before = {(*offsets[i], span.label): i for i, span in enumerate(group)}
    places = [before.get((span.start_char, span.end_char, span.label)) for span in spans]
    if not any(place is not None for place in places):
        return {}
    return {
        field: [[] if place is None else rows[place] for place in places]
        for field, rows in said.items()
    }


def _without_overlaps(spans: Sequence[Span], scores: Sequence[float | None] | None) -> list[Span]:
    known = scores if scores is not None else [None] * len(spans)
    ranked = sorted(
        range(len(spans)), key=lambda i: (-(known[i] or 0.0), -len(spans[i]), spans[i].start)
    )
    taken: set[int] = set()
    kept = []
    for i in ranked:
        tokens = range(spans[i].start, spans[i].end)
        if taken.isdisjoint(tokens):
            taken.update(tokens)
            kept.append(spans[i])
    return kept
