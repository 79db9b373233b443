"""From a Span that a user holds to what is stored of the mention it stands for.

Reading all mentions takes time linear in their number: each Doc has an index, made when it is first
asked, and anew when mentions or relations are stored anew. The index says where to look; what
stands there is compared with the span and with the tokens at every read, so that it can't give
another mention's value.
"""

from typing import Any
from weakref import WeakKeyDictionary

from spacy.tokens import Doc, Span, SpanGroup

from .mention_store import KEY, held_span


class MentionIndex:
    """Where each extent stands in a group of mentions: by its stored characters, or, in a group
    that somebody else wrote, by its tokens.

    group (SpanGroup): The mentions.
    """

    def __init__(self, group: SpanGroup):
        self.group = group
        self.offsets: list[Any] | None = group.attrs.get("offsets")
        self.rows = RowIndex([])
        self._seen = list(self.offsets or ())
        self._places: dict[tuple[int, int], list[int]] = {}
        extents = [(s.start, s.end) for s in group] if self.offsets is None else self.offsets
        for i, (start, end) in enumerate(extents):
            self._places.setdefault((start, end), []).append(i)

    def is_of(self, group: SpanGroup) -> bool:
        """RETURNS (bool): Whether this is the index of a group as it was stored last."""
        return self.group is group and self.offsets is group.attrs.get("offsets")

    def find(self, span: Span) -> list[int]:
        """Find the mentions of a span's extent and label. Raises StorageError where one moved.

        span (Span): Any span of the Doc.
        RETURNS (list[int]): Positions in the group, more than one where they differ in fragments.
        """
        if self.offsets is None:
            found = self._places.get((span.start, span.end), ())
            return [i for i in found if i < len(self.group) and _is_same(span, self.group[i])]
        found = self._places.get((span.start_char, span.end_char), ())
        return [i for i in found if _is_same(span, self.held(i))]

    def held(self, i: int) -> Span:
        """RETURNS (Span): One mention. Raises StorageError where it moved."""
        return self.group[i] if self.offsets is None else held_span(self.group, i, self.offsets[i])

    def is_outdated(self, span: Span) -> bool:
        """Tell whether what was stored has been edited in place since.

        span (Span): One that isn't found.
        RETURNS (bool): Whether a new index might find it.
        """
        if self.offsets is None:
            return any(_is_same(span, other) for other in self.group)
        return self._seen != self.offsets


class RowIndex:
    """Which relations each mention takes part in.

    rows (list[Any]): The relations as they are stored, positions of head and tail first.
    """

    def __init__(self, rows: list[Any]):
        self.rows, self._length = rows, len(rows)
        self._named: dict[int, list[int]] = {}
        for n, (head, tail, *_) in enumerate(rows):
            for i in {head, tail}:
                self._named.setdefault(i, []).append(n)

    def is_of(self, rows: list[Any]) -> bool:
        """RETURNS (bool): Whether this is the index of these relations."""
        return self.rows is rows and self._length == len(rows)

    def find(self, mentions: list[int]) -> list[Any]:
        """RETURNS (list[Any]): The rows that name one of these mentions, in their order."""
        places = [n for i in mentions for n in self._named.get(i, ())]
        if len(mentions) > 1:
            places = sorted(set(places))
        rows = [self.rows[n] for n in places]
        return [row for row in rows if row[0] in mentions or row[1] in mentions]


_indexes: "WeakKeyDictionary[Doc, MentionIndex]" = WeakKeyDictionary()


def find_key(doc: Doc) -> str | None:
    """RETURNS (str | None): The group we wrote: the default one, else the first with offsets."""
    if KEY in doc.spans:
        return KEY
    return next((key for key, group in doc.spans.items() if "offsets" in group.attrs), None)


def lookup(span: Span, field: str) -> Any:
    """Read the stored value of the mention with this span's extent and label.

    span (Span): Any span of a Doc.
    field (str): A list in the group's attrs, with one value a mention.
    RETURNS (Any): The value, None where there is no such mention or no such list.
    """
    return lookup_fields(span, field)[0]


def lookup_fields(span: Span, *fields: str) -> list[Any]:
    """RETURNS (list[Any]): What `lookup` gives for each field, in the time of one."""
    group = _find_group(span.doc)
    lists = [] if group is None else [group.attrs.get(field) for field in fields]
    found = _find(span, group)[1] if group is not None and any(lists) else []
    if not found:
        return [None] * len(fields)
    return [values and values[found[0]] for values in lists]


def lookup_relations(span: Span) -> list[tuple[Span, Span, str, float | None]]:
    """Read the relations of the mentions with this span's extent and label.

    span (Span): Any span of a Doc.
    RETURNS (list): Head, tail, label and score, in stored order.
    """
    group = _find_group(span.doc)
    rows = None if group is None else group.attrs.get("relations")
    if group is None or not rows:
        return []
    index, found = _find(span, group)
    if not index.rows.is_of(rows):
        index.rows = RowIndex(rows)
    named = index.rows.find(found)
    ends = {end: index.held(end) for end in {end for row in named for end in row[:2]}}
    return [(ends[head], ends[tail], label, score) for head, tail, label, score in named]


def find_mentions(span: Span) -> tuple[SpanGroup | None, list[int]]:
    """Find the mentions with this span's extent and label.

    span (Span): Any span of a Doc.
    RETURNS (tuple[SpanGroup | None, list[int]]): The group of mentions, and positions in it.
    """
    group = _find_group(span.doc)
    return group, [] if group is None else _find(span, group)[1]


def _find_group(doc: Doc) -> SpanGroup | None:
    key = find_key(doc)
    return None if key is None else doc.spans[key]


def _find(span: Span, group: SpanGroup) -> tuple[MentionIndex, list[int]]:
    """The index of a span's Doc, and where the span stands."""
    index = _indexes.get(span.doc)
    if index is None or not index.is_of(group):
        index = _indexes[span.doc] = MentionIndex(group)
    found = index.find(span)
    if not found and index.is_outdated(span):
        index = _indexes[span.doc] = MentionIndex(group)
        found = index.find(span)
    return index, found


def _is_same(span: Span, other: Span) -> bool:
    return span.start == other.start and span.end == other.end and span.label == other.label
