"""What may be written to `doc._.rel` and to the other attributes that show the store.

spaCy puts what is written to an attribute without a setter where nobody reads it. So each of ours
takes what it can store, and refuses the rest.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from spacy.tokens import Doc, Span

from ..errors import Errors, StorageError
from .medspacy_flags import ASSERTION, Row, change_rows, share_flags
from .mention_lookup import find_key, find_mentions
from .mention_store import KEY, get_spans, set_mentions, set_relations
from .mention_store import Row as RelationRow

THRESHOLD = (
    0.5  # of the tutorial's component, whose dict has a probability for every pair and label
)


class Pair(tuple[int, int]):
    """A key of `doc._.rel`: the first tokens of head and tail, and the relations between them.

    relations (tuple): Relations, so that a list of keys is as good as the dict. spacy-llm makes one
        of what it reads, to write it again.
    """

    relations: tuple[Any, ...] = ()


def set_rel(doc: Doc, value: Any) -> None:
    """Store relations; those stored before are replaced.

    doc (Doc): The document. Without mentions of ours its `doc.ents` become them.
    value (Any): What `doc._.rel` or `doc._.relations` gives; the tutorial's dict, of which what has
        a probability of a half is a relation; or spacy-llm's list, whose items have positions in
        `doc.ents` as `dep` and `dest`, and a `relation`. Raises StorageError for anything else, and
        for relations of what is no mention.
    """
    key = find_key(doc)
    if key is None:
        key = KEY
        set_mentions(doc, list(doc.ents), set_ents=False)
    places = _Places(doc, key)
    set_relations(doc, list(dict.fromkeys(_read_rel(value, places))), key=key)


def refuse(name: str) -> Callable[[Any, Any], None]:
    """RETURNS (Callable[[Any, Any], None]): A setter that raises StorageError. It can be pickled:
    extensions travel to processes that start by spawn or forkserver."""
    return partial(_refuse, name)


def _refuse(name: str, thing: Any, value: Any) -> None:
    raise StorageError(Errors.SC111.format(name=name))


def set_score(span: Span, value: float | None) -> None:
    """Store a mention's score. Raises StorageError for a span that is no mention.

    span (Span): The mention.
    value (float | None): Confidence in 0..1.
    """
    group, found = find_mentions(span)
    if group is None or not found:
        raise StorageError(Errors.SC112.format(start=span.start_char, end=span.end_char))
    scores = group.attrs.setdefault("scores", [None] * len(group))
    for i in found:
        scores[i] = None if value is None else float(value)


def set_assertion(span: Span, value: str | None) -> None:
    """Store a mention's assertion, in place of those that it has. Raises StorageError for a span
    that is no mention.

    span (Span): The mention.
    value (str | None): Such as "absent"; None for nothing.
    """
    group, found = find_mentions(span)
    if group is None or not found:
        raise StorageError(Errors.SC112.format(start=span.start_char, end=span.end_char))
    new = [] if value is None else [(ASSERTION, str(value), None, None)]
    old: list[Row] = []

    def change(rows: list[Row]) -> list[Row]:
        old.extend(rows)
        return [*(row for row in rows if row[0] != ASSERTION), *new]

    change_rows(group, found, change)
    share_flags([span], [new], [old])


class _Places:
    """Positions of mentions by what others call them."""

    def __init__(self, doc: Doc, key: str):
        self.doc = doc
        self._spans: dict[tuple[int, int, int], int] = {}
        self._starts: dict[int, list[int]] = {}
        for i, span in enumerate(get_spans(doc, key)):
            self._spans.setdefault((span.start, span.end, span.label), i)
            self._starts.setdefault(span.start, []).append(i)
        self._ents = list(doc.ents)
        self._ent_at = {ent.start: ent for ent in self._ents}

    def of_span(self, span: Span) -> int:
        """A mention of this Doc, or of one with the same text and tokens, such as a copy."""
        place = self._spans.get((span.start, span.end, span.label))
        if place is None or (span.doc is not self.doc and span.doc.text != self.doc.text):
            raise StorageError(Errors.SC112.format(start=span.start_char, end=span.end_char))
        return place

    def of_ent(self, number: Any) -> int:
        if not isinstance(number, int) or not 0 <= number < len(self._ents):
            found = f"an item of entity {number} of {len(self._ents)}"
            raise StorageError(Errors.SC110.format(found=found))
        return self.of_span(self._ents[number])

    def of_start(self, start: Any) -> int:
        ent, found = self._ent_at.get(start), self._starts.get(start, [])
        if ent is not None and (ent.start, ent.end, ent.label) in self._spans:
            return self.of_span(ent)
        if len(found) != 1:
            found = f"a key of token {start}, where {len(found)} mentions start"
            raise StorageError(Errors.SC110.format(found=found))
        return found[0]


def _read_rel(value: Any, places: _Places) -> Iterator[RelationRow]:
    if isinstance(value, Mapping):
        for key, labels in value.items():
            yield from _read_pair(key, labels, places)
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for item in value:
            yield from _read_item(item, places)
    else:
        raise StorageError(Errors.SC110.format(found=f"a {type(value).__name__}"))


def _read_pair(key: Any, labels: Any, places: _Places) -> Iterator[RelationRow]:
    if isinstance(key, Pair):
        yield from _read_item(key, places)
        return
    if not isinstance(key, tuple) or len(key) != 2 or not isinstance(labels, Mapping):
        found = f"a key and a value of {type(key).__name__} and {type(labels).__name__}"
        raise StorageError(Errors.SC110.format(found=found))
    for label, score in labels.items():
        if score is None or float(score) >= THRESHOLD:
            number = None if score is None else float(score)
            yield places.of_start(key[0]), places.of_start(key[1]), str(label), number


def _read_item(item: Any, places: _Places) -> Iterator[RelationRow]:
    if isinstance(item, Pair):
        for relation in item.relations:
            yield from _read_item(relation, places)
        return
    ours = [getattr(item, name, None) for name in ("head", "tail", "label", "score")]
    if isinstance(ours[0], Span) and isinstance(ours[1], Span):
        yield places.of_span(ours[0]), places.of_span(ours[1]), str(ours[2]), ours[3]
        return
    get = item.get if isinstance(item, Mapping) else lambda name: getattr(item, name, None)
    dep, dest, label = (get(name) for name in ("dep", "dest", "relation"))
    if label is None:
        raise StorageError(Errors.SC110.format(found=f"an item of {type(item).__name__}"))
    yield places.of_ent(dep), places.of_ent(dest), str(label), None
