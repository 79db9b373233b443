"""Where brat's mentions lie in a text: lines, fragments, and what its offsets count.

brat makes fragments of a mention at line ends (`_create_span` of server/src/annotator.py, v1.3),
with the white space around them left out: joined they are one mention again. Its parser takes
whatever `str.splitlines` does for the end of a line, so fragments end there too, and at tabs.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, product

from ..records import Fragments

BREAKS = "\n\r\t\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_FLAT = str.maketrans(dict.fromkeys(BREAKS, " "))
_SPACE = re.compile(r"\s+")
_BREAK = re.compile(f"[{BREAKS}]")

Places = Callable[[int], int]
Quote = tuple[Fragments, str]
"""The offsets of a line, in its order, and the text that it repeats."""


class Lines:
    """The line ends and tabs of a text, each with the white space around it.

    text (str): The text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        runs = [run.span() for run in _SPACE.finditer(text) if _BREAK.search(run[0])]
        self.starts = [start for start, _ in runs]
        self.ends = [end for _, end in runs]

    def join(self, fragments: Fragments) -> Fragments:
        """RETURNS (Fragments): In text order; those that only line ends part are one."""
        joined: list[tuple[int, int]] = []
        for start, end in sorted(fragments):
            if joined and self._parts(joined[-1][1], start):
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((start, end))
        return tuple(joined)

    def split(self, fragments: Fragments) -> Fragments:
        """RETURNS (Fragments): The same mention in fragments that end where a line does."""
        return tuple(piece for fragment in fragments for piece in self._split(*fragment))

    def _split(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        run = bisect_right(self.ends, start)
        while run < len(self.starts) and self.starts[run] < end:
            if not _BREAK.search(self.text, max(start, self.starts[run]), min(end, self.ends[run])):
                break
            if start < self.starts[run]:
                yield start, self.starts[run]
            start = min(end, self.ends[run])
            run += 1
        if start < end:
            yield start, end

    def _parts(self, end: int, start: int) -> bool:
        run = bisect_right(self.starts, end) - 1
        inside = run >= 0 and end < start <= self.ends[run]
        return inside and bool(_BREAK.search(self.text, end, start))


def on_one_line(text: str) -> str:
    """RETURNS (str): Text with a space for each line end and tab."""
    return text.translate(_FLAT)


def read_tail(text: str, fragments: Fragments, quote: str) -> str | None:
    """See whether a line repeats the text that it means.

    How much white space stands inside doesn't count, and fragments may stand without space between
    them, as brat wrote them before 1.3. A line that repeats no text is believed.

    text (str): The document.
    fragments (Fragments): Its offsets, in the order of the line.
    quote (str): What stands after them.
    RETURNS (str | None): What stands behind the text, if anything; None if it is another text.
    """
    parts = [text[start:end] for start, end in fragments]
    flat = on_one_line(quote)
    for joint in (" ", ""):
        covered = on_one_line(joint.join(parts))
        tail = quote[len(covered) :]
        if flat.startswith(covered) and (not tail.strip() or tail[0] == "\t"):
            return tail if tail.strip() else ""
    if not quote.strip():
        return ""
    covered = "".join(parts)
    edges = quote[0] + quote[-1] == covered[:1] + covered[-1:]
    return "" if edges and "".join(quote.split()) == "".join(covered.split()) else None


def find_places(text: str, quotes: Sequence[Quote]) -> Places:
    """Find what the offsets of a document count: the way that fits most of the texts repeated.

    Characters as they are in the file are tried first; then CR LF as one, a byte order mark as
    none, characters beyond the basic plane as two, as JavaScript and Java count them.

    text (str): The document.
    quotes (Sequence[Quote]): Offsets and texts.
    RETURNS (Callable[[int], int]): An offset to a character of the text.
    """
    best, most = _as_it_is, _count_fits(text, quotes, _as_it_is)
    for widths in _other_widths(text):
        if most == len(quotes):
            break
        places = _places(text, widths)
        fits = _count_fits(text, quotes, places)
        if fits > most:
            best, most = places, fits
    return best


def _as_it_is(offset: int) -> int:
    return offset


def _other_widths(text: str) -> Iterator[tuple[bool, bool, bool]]:
    """What else may be counted in another way in this text: CR LF, the mark, wide characters."""
    wide = not text.isascii() and max(text) > "\uffff"
    there = ("\r\n" in text, text.startswith("\ufeff"), wide)
    for choice in product(*((False, True) if found else (False,) for found in there)):
        if any(choice):
            yield choice[0], choice[1], choice[2]


def _places(text: str, widths: tuple[bool, bool, bool]) -> Places:
    crlf, mark, wide = widths
    following = [*text[1:], ""]
    counted = (
        0
        if crlf and char == "\r" and after == "\n"
        else 2
        if wide and char > "\uffff"
        else 0
        if mark and i == 0
        else 1
        for i, (char, after) in enumerate(zip(text, following, strict=True))
    )
    starts = list(accumulate(counted, initial=0))
    return lambda offset: bisect_left(starts, offset) + max(0, offset - starts[-1])


def _count_fits(text: str, quotes: Sequence[Quote], places: Places) -> int:
    moved = ((move(fragments, places), quote) for fragments, quote in quotes)
    return sum(read_tail(text, fragments, quote) is not None for fragments, quote in moved)


def move(fragments: Fragments, places: Places) -> Fragments:
    """RETURNS (Fragments): Offsets as characters of the text."""
    return tuple((places(start), places(end)) for start, end in fragments)
