"""Answers of forms that are told by where they stand: a tick below "Yes" or "No", a letter at the
end of a name's line.

    Symptom   Yes   No            Prior stroke ..... N
    cough            x            diabetes           Y
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..docs.assertion_vocabulary import HYPOTHETICAL
from .answer_words import MARK, answer, any_answer, header, values

_ROWS = 60  # lines of a table at most
_LINE = 300  # characters of a line of a table at most
_WORDS = re.compile(r"[^\W\d_]{2,}")
_PROSE = 12  # words of a line that is none of a table's
_SURE = 1.0  # a column nearer than the next one, in characters
Extent = tuple[int, int]


class Answer(NamedTuple):
    """What a form says of a mention.

    value (str): "present", "absent", or HYPOTHETICAL where nothing is ticked, or both are.
    cue (tuple[int, int]): The characters of the tick or the letter, or of the column's heading.
    """

    value: str
    cue: Extent


class _Column(NamedTuple):
    """A column: what a tick in it says, where it stands in its line, and its heading."""

    value: str
    place: float
    cue: Extent


class _Table(NamedTuple):
    """A table: where its heading and its rows begin, its columns, and what parts its cells."""

    heading: int
    start: int
    columns: list[_Column]
    kind: str


def find_answers(text: str, mentions: Sequence[Extent]) -> dict[int, Answer]:
    """Find the answers to mentions.

    text (str): The document.
    mentions (Sequence[Extent]): The characters of the mentions, in any order.
    RETURNS (dict[int, Answer]): The position of a mention to its answer.
    """
    order = sorted(range(len(mentions)), key=mentions.__getitem__)
    places = [mentions[i] for i in order]
    found = dict(_behind_names(text, places))
    tables = list(_tables(text))
    ends = [*(table.heading for table in tables[1:]), len(text)]
    for table, end in zip(tables, ends, strict=False):
        found.update(_below(text, places, table, end))
    return {order[k]: one for k, one in found.items()}


def _behind_names(text: str, places: Sequence[Extent]) -> Iterator[tuple[int, Answer]]:
    """Answers in the lines of names; of several in a row, none is ticked, unless they have boxes or
    remarks, which are for the cues to read."""
    pattern = answer()
    for k, (_, end) in enumerate(places):
        match = pattern.match(text, end, end + 100)
        if match is None:
            continue
        group = "word" if match["word"] else "letter"
        other = pattern.match(text, match.end(), match.end() + 100)
        if other is None and any_answer().search(text, match.end(), _up_to(text, places, k)):
            continue
        value = HYPOTHETICAL if other else values()[match[group].lower()]
        yield k, Answer(value, match.span(group))


def _up_to(text: str, places: Sequence[Extent], k: int) -> int:
    """Where what belongs to a mention ends: with its line, or before the next mention."""
    end = places[k][1]
    line = text.find("\n", end, end + _LINE)
    after = next((start for start, _ in places[k + 1 : k + 5] if start >= end), end + _LINE)
    return min(line if line >= 0 else end + _LINE, after)


def _tables(text: str) -> Iterator[_Table]:
    """Tables of answers, in order."""
    last = -1
    for match in header().finditer(text):
        first = max(0, match.start() - _LINE)
        left = text.rfind("\n", first, match.start()) + 1
        right = text.find("\n", match.end(), match.end() + _LINE)
        if right < 0 or left < first or right - left > _LINE or left == last:
            continue
        last, line = left, text[left:right]
        kind = "|" if "|" in line else "\t" if "\t" in line else " "
        columns = [
            _Column(
                values()[one[group].lower()],
                _place(line, *_in(one.span(group), left), kind),
                one.span(group),
            )
            for one in header().finditer(text, left, right)
            for group in ("one", "other", "first", "second")
            if one[group]
        ]
        yield _Table(left, right + 1, columns, kind)


def _in(span: Extent, left: int) -> Extent:
    return span[0] - left, span[1] - left


def _below(text: str, places: Sequence[Extent], table: _Table, end: int) -> dict[int, Answer]:
    """Answers of the rows of a table, which ends where the next one begins; where none has a tick,
    of those that are but a name."""
    found: dict[int, Answer] = {}
    ticked, bare = False, set[int]()
    for left, right in _rows(text, table.start, end):
        line = text[left:right]
        marks = [one.span() for one in MARK.finditer(text, left, right)]
        first = bisect_left(places, (left, 0))
        own = range(first, bisect_left(places, (right, 0)))
        if not marks and (not own or len(_WORDS.findall(line)) > _PROSE):
            break
        ticked = ticked or bool(marks)
        if len(own) == 1 and not _WORDS.search(line.replace(text[slice(*places[first])], "")):
            bare.add(first)
        for k in own:
            until = places[k + 1][0] if k + 1 in own else right
            near = [span for span in marks if places[k][1] <= span[0] < until]
            found[k] = _told(line, left, near, table)
    return {k: one for k, one in found.items() if ticked or k in bare}


def _rows(text: str, start: int, stop: int) -> Iterator[Extent]:
    """The lines below a heading, up to an empty one."""
    for _ in range(_ROWS):
        most = min(stop, start + _LINE + 1)
        end = text.find("\n", start, most)
        end = most if end < 0 else end
        if end - start > _LINE or not text[start:end].strip():
            return
        if text[start:end].strip(" \t|-+:=_"):  # no rule
            yield start, end
        if end >= stop:
            return
        start = end + 1


def _told(line: str, left: int, marks: Sequence[Extent], table: _Table) -> Answer:
    """What the ticks of a mention's row say of it."""
    found = {}
    for span in marks:
        column = _column(_place(line, *_in(span, left), table.kind), table.columns)
        found[column.value if column else HYPOTHETICAL] = span
    if len(found) != 1:
        return Answer(HYPOTHETICAL, table.columns[0].cue)
    return Answer(*next(iter(found.items())))


def _column(place: float, columns: Sequence[_Column]) -> _Column | None:
    """The column nearest to a place, none where two of them are as near."""
    near = sorted(columns, key=lambda one: abs(one.place - place))
    gap = abs(near[1].place - place) - abs(near[0].place - place)
    return near[0] if gap >= _SURE or near[0].place == place else None


def _place(line: str, start: int, end: int, kind: str) -> float:
    """Where something stands in its line: the number of its cell, or the middle of its columns."""
    if kind != " ":
        return float(line.count(kind, 0, start) - line.lstrip().startswith("|"))
    before = _width(line[:start])
    return before + _width(line[start:end]) / 2


def _width(text: str) -> int:
    """How many columns a text takes: two for a Chinese character, up to the next stop for a tab."""
    if text.isascii() and "\t" not in text:
        return len(text)
    wide = "".join(
        "  " if unicodedata.east_asian_width(letter) in "WF" else letter for letter in text
    )
    return len(wide.expandtabs())
