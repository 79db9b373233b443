"""A Doc whose text is changed in places, with everything that is stored on it at its new place."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import numpy
from spacy.attrs import IDX, LENGTH, SENT_START
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import filter_spans
from spacy.vocab import Vocab
from thinc.types import Ints2d

from ..doc_text import text_of
from .attrs_after_edits import CarriedAttrs
from .lookalike_characters import bounded, plain
from .mention_store import KEY, name_doc, set_mentions
from .text_edits import Edit, Moves

_PIECE = re.compile(r"\s+|[^\W_]+|[^\w\s]|_+")
_NAMED = 3  # letters and digits from which on a stored string is searched for what was replaced
_CODE = 4  # and those from which on what has digits is found beside letters too


def carry(doc: Doc, edits: Sequence[Edit], *, id: str, meta: dict[str, Any], key: str = KEY) -> Doc:
    """Change a Doc's text in places, and carry over all that is stored on it.

    Tokens outside of the edits stay. Spans that touch an edit cover all of what takes its place;
    one of which nothing is left goes. Stored strings that hold what was replaced are emptied. The
    new Doc has a vocabulary of its own, which no replaced word is in. Of entities that share a
    token now, the longer stays one.

    doc (Doc): The document.
    edits (Sequence[Edit]): In text order, none overlapping another.
    id, meta: The new document's name and what else is known of it.
    key (str): The span group of the mentions.
    RETURNS (Doc): The new document.
    """
    moves = Moves(text_of(doc), edits)
    told = _forbidden(text_of(doc), edits)
    pieces = _tokens(doc, moves)
    words = [moves.text[start:end] for start, end, _ in pieces]
    carried = Doc(Vocab(), words=words, spaces=[blank for _, _, blank in pieces])
    if doc.has_annotation("SENT_START"):
        _mark_sentences(carried, doc, moves)
    ents = [_moved(carried, span, moves) for span in doc.ents]
    carried.set_ents(filter_spans(span for span in ents if span is not None), default="outside")
    for name, group in doc.spans.items():
        _carry_group(carried, name, group, moves, told)
    if key not in carried.spans:
        set_mentions(carried, carried.ents, set_ents=False, key=key)
    name_doc(carried, id, meta, key=key)
    return carried


def _forbidden(text: str, edits: Sequence[Edit]) -> Callable[[str], bool]:
    """Tells whether a string holds one of the texts that were replaced."""
    originals = {plain(text[e.start : e.end]).lower() for e in edits if e.text != _old(text, e)}
    known = [x for x in originals if _size(x) >= _NAMED]
    pattern = re.compile("|".join(map(_held, known))) if known else None
    return lambda value: pattern is not None and bool(pattern.search(plain(value).lower()))


def _size(value: str) -> int:
    return sum(sign.isalnum() for sign in value)


def _held(value: str) -> str:
    """A pattern for words as a whole; for what has digits beside letters too, but not in a longer
    number."""
    if _size(value) < _CODE or not any(sign.isdigit() for sign in value):
        return bounded(re.escape(value), value)
    before = r"(?<!\d)" if value[0].isdigit() else ""
    behind = r"(?!\d)" if value[-1].isdigit() else ""
    return f"{before}{re.escape(value)}{behind}"


def _old(text: str, edit: Edit) -> str:
    return text[edit.start : edit.end]


def _tokens(doc: Doc, moves: Moves) -> list[tuple[int, int, bool]]:
    """Start, end and following blank of the new tokens: those that no edit touches as they were,
    and pieces of all that lies between."""
    pieces: list[tuple[int, int, bool]] = []
    for start, end in [*_untouched(doc, moves), (len(moves.text), len(moves.text))]:
        at = sum(pieces[-1][1:]) if pieces else 0
        while at < start:
            if moves.text[at] == " " and pieces and pieces[-1][1] == at:
                pieces[-1] = (*pieces[-1][:2], True)
                at += 1
            elif match := _PIECE.match(moves.text, at, start):
                pieces.append((*match.span(), False))
                at = match.end()
        if start < end:
            pieces.append((start, end, False))
    return pieces


def _untouched(doc: Doc, moves: Moves) -> Iterator[tuple[int, int]]:
    """Where the tokens are now that no edit touches."""
    edits, k = moves.edits, 0
    for start, length in doc.to_array([IDX, LENGTH]).astype("int64").reshape(-1, 2).tolist():
        end = start + length
        while k < len(edits) and edits[k].end <= start and edits[k].start < start:
            k += 1
        if k == len(edits) or edits[k].start >= end:
            moved = moves.start(start)
            yield moved, moved + length


def _mark_sentences(carried: Doc, doc: Doc, moves: Moves) -> None:
    """As arrays: spaCy's Token.is_sent_start looks through the whole Doc each time (3.8)."""
    begins, places = doc.to_array([SENT_START, IDX]).astype("int64").reshape(-1, 2).T
    starts = carried.to_array([IDX]).astype("int64").reshape(-1)
    new = [moves.start(place) for place in places[begins == 1].tolist()]
    first = numpy.searchsorted(starts, new)
    marks = numpy.full(len(carried), -1, dtype="int64")
    marks[first[first < len(carried)]] = 1
    carried.from_array([SENT_START], cast(Ints2d, marks.astype("uint64")))


def _moved(carried: Doc, span: Span, moves: Moves) -> Span | None:
    """A span at its new place; None where nothing is left of it."""
    start, end = moves.extent(span.start_char, span.end_char)
    if start >= end:
        return None
    found = carried.char_span(start, end, alignment_mode="expand")
    return (
        None
        if found is None
        else Span(carried, found.start, found.end, span.label_, kb_id=span.kb_id_, span_id=span.id_)
    )


def _carry_group(
    carried: Doc, name: str, group: SpanGroup, moves: Moves, told: Callable[[str], bool]
) -> None:
    spans = [_moved(carried, span, moves) for span in group]
    kept = [i for i, span in enumerate(spans) if span is not None]
    attrs = CarriedAttrs(moves, told, len(spans), kept).carried(group.attrs)
    held = [span for span in spans if span is not None]
    for field in {"offsets", "extents"} & attrs.keys():
        attrs[field] = [[span.start_char, span.end_char] for span in held]
    carried.spans[name] = SpanGroup(carried, name=name, spans=held, attrs=attrs)
