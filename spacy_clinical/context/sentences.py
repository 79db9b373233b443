"""Where sentences begin in a clinical text: rules over characters, in one pass over its stops.

A line end is a border unless the line was cut for its width; a full stop is one unless its word is
an abbreviation, an initial or a list number. `data/full_stops.tsv` names the abbreviations.
"""

import re
from bisect import bisect_left
from functools import cache

from .tables import DATA, read_table

_STOP = r"(?P<stop>[.!?]+)[\"'”’)\]]*[^\S\n]+(?=\S)"
_GLUED = r"(?<=[a-z]{3})(?P<glued>\.)(?=[A-Z][a-z])"
_WIDE = r"(?P<wide>[。！？]+[”’」』）]*)[^\S\n]*(?=\S)"
_LINE = r"(?P<line>[^\S\n]*\n\s*)(?=\S)"
_BORDER = re.compile("|".join((_LINE, _STOP, _GLUED, _WIDE)))
_ITEM = re.compile(r"(?:[-*•·–—+]|#?\d{1,2}[.)]|[a-zA-Z][.)]|\(\d{1,2}\))(?=\s)|[#•·]")
_WORD = re.compile(r"\S+")
_GOES_ON = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "between",
        "but",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "of",
        "on",
        "or",
        "over",
        "than",
        "that",
        "the",
        "to",
        "under",
        "was",
        "were",
        "which",
        "while",
        "who",
        "with",
        "within",
        "without",
    ]
)
_NARROWEST, _WIDEST, _MARGIN, _RAGGED, _FULL_LINES = 50, 130, 16, 8, 3


def find_sentences(text: str) -> list[int]:
    """Find the characters at which sentences begin.

    text (str): A note, or any part of one.
    RETURNS (list[int]): Positions in order, each of a character that isn't white space; the first
        is the text's first such character.
    """
    first = _WORD.search(text)
    if first is None:
        return []
    ends, width = _line_ends(text)
    starts = [first.start()]
    for border in _BORDER.finditer(text, first.start()):
        at = border.end()
        if border["line"] is not None:
            parted = _parts_lines(text, border, ends, width)
        else:
            parted = border["stop"] is None or _ends_sentence(text, border)
        if parted and at > starts[-1]:
            starts.append(at)
    return starts


@cache
def _full_stops() -> dict[str, str]:
    return {cells[0]: cells[1] for _, cells in read_table(DATA / "full_stops.tsv")}


def _line_ends(text: str) -> tuple[list[int], int]:
    """Where lines end, and the width at which they were cut, 0 if they weren't."""
    ends = [match.start() for match in re.finditer("\n", text)]
    lengths = [end - start - 1 for start, end in zip([-1, *ends], ends, strict=False)]
    width = max(lengths, default=0)
    full = sum(length > width - _MARGIN for length in lengths)
    return ends, width if _NARROWEST <= width <= _WIDEST and full >= _FULL_LINES else 0


def _parts_lines(text: str, border: re.Match[str], ends: list[int], width: int) -> bool:
    """Whether a line end is the end of a sentence."""
    gap = border["line"]
    k = bisect_left(ends, border.start())
    line = text[ends[k - 1] + 1 if k else 0 : border.start()]
    following = _WORD.match(text, border.end())
    word = following.group() if following else ""
    if gap.count("\n") > 1 or _ITEM.match(text, border.end()):
        return True
    last = line.rsplit(maxsplit=1)[-1].lower() if line.strip() else ""
    if last[-1:] in ".!?:;。！？；：":
        return _full_stops().get(last.rstrip(".").lstrip("(\"'[")) != "never"
    if last[-1:] in ",、，/" or last in _GOES_ON or word.lower() in _GOES_ON:
        return False
    if width and len(line) + 1 + len(word) > width - _RAGGED:
        return False
    return not (word[0].islower() and len(line) >= _NARROWEST)


def _ends_sentence(text: str, border: re.Match[str]) -> bool:
    """Whether a full stop, exclamation or question mark followed by a space ends a sentence."""
    at, following = border.start(), text[border.end()]
    start = max(text.rfind(" ", max(0, at - 40), at), text.rfind("\n", max(0, at - 40), at)) + 1
    word = text[start:at].lstrip("(\"'[").lower()
    if border["stop"][0] != ".":
        return bool(word) and not following.islower()
    when = _full_stops().get(word)
    if not word or when == "never" or _is_item(text, start, at):
        return False
    if when == "lower" or ("." in word and word.upper() != word):
        return following.isupper()
    if len(word) == 1 and word.isalpha():
        return following.isupper() and _ends_with_letter(text, start)
    return True


def _is_item(text: str, start: int, stop: int) -> bool:
    """Whether a word is the number or the letter of a list item: nothing is before it."""
    item = text[start:stop].strip("(#")
    before = text[text.rfind("\n", 0, start) + 1 : start].strip(" \t-*•·")
    short = len(item) <= 2 and (item.isdigit() or (len(item) == 1 and item.isalpha()))
    return short and (not before or before.endswith(":"))


def _ends_with_letter(text: str, start: int) -> bool:
    before = text[max(0, start - 30) : start].split()
    return bool(before) and _full_stops().get(before[-1].lower()) == "letter"
