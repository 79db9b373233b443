"""Where sentences begin in a clinical text: rules over characters, in one pass over its stops.

A line end is a border unless the line was cut for its width; a full stop is one unless its word is
an abbreviation, an initial or a list number. `data/full_stops.tsv` names the abbreviations, and the
words that begin a sentence even after "U.S.". The items of a list on one line begin sentences.
"""

import re
from bisect import bisect_left

from .inline_lists import find_items, full_stops

# Each is tried once at a run of its signs, so that a long run costs its length.
_LINE = r"(?P<line>(?<=\S)[^\S\n]*\n\s*)(?=\S)"
_DOTS = r"(?P<dots>(?<![.])(?<![.]\s)[.](?:[^\S\n][.]){2,})[^\S\n]+(?=\w)"
_STOP = r"(?P<stop>(?<![.!?])[.!?]+)(?P<close>[\"'”’)\]]*)[^\S\n]+(?=\S)"
_GLUED = r"(?<=[a-z]{3})(?P<glued>\.)(?=[A-Z][a-z])"
_WIDE = r"(?P<wide>(?<![。！？])[。！？]+[”’」』）]*)[^\S\n]*(?=[^\s。！？])"
_LOST = r"(?P<lost>(?<=[.:?)])\s?,\s?|(?<=\w),)(?=[A-Z][A-Za-z /&-]{2,40}:)"
# Few characters begin one: to look at these only takes a quarter of the time.
_BORDER = re.compile(
    rf"(?=[\s.!?。！？,])(?:{'|'.join((_LINE, _DOTS, _STOP, _GLUED, _WIDE, _LOST))})"
)
_ITEM = re.compile(r"(?:[-*•·–—+]|#?\d{1,2}[.)]|[a-zA-Z][.)]|\(\d{1,2}\))(?=\s)|[#•·]")
_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]+")
_GOES_ON = frozenset(
    re.findall(
        r"\w+",
        "a an and as at between but by for from in into is of on or over than that the to under "
        "was were which while who with within without",
    )
)
_NARROWEST, _WIDEST, _MARGIN, _RAGGED, _FULL_LINES = 50, 130, 16, 8, 3
_NEAR = 40
_ON_DAY = frozenset(
    [
        "am",
        "den",
        "dem",
        "der",
        "vom",
        "bis",
        "ab",
        "zum",
        "im",
        "seit",
        "el",
        "del",
        "al",
        "día",
        "hasta",
        "desde",
    ]
)
_DATE = re.compile(r"\d{1,2}(?:\.\d{1,2})?")


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
    items, numbers = find_items(text)
    borders = _BORDER.finditer(text, first.start(), len(text.rstrip()))
    found = (
        _place(text, border, ends, width) for border in borders if border.start() not in numbers
    )
    return sorted({first.start(), *items, *(place for place in found if place is not None)})


def _place(text: str, border: re.Match[str], ends: list[int], width: int) -> int | None:
    """Where a sentence begins after a possible border."""
    if border["line"] is not None:
        return border.end() if _parts_lines(text, border, ends, width) else None
    if border["stop"] is not None:
        return border.end() if _ends_sentence(text, border) else None
    if border["dots"] is not None:
        return _after_dots(text, border)
    if border["glued"] is not None and _in_address(text, border.start()):
        return None
    return border.end()


def _after_dots(text: str, dots: re.Match[str]) -> int | None:
    """Where a sentence begins at stops with spaces between: "cut . . . here" goes on, "cut . . . .
    Here" doesn't, and in "cut. . . . Here" the first stop ends one."""
    if not text[dots.end()].isupper():
        return None
    if not text[dots.start() - 1].isspace():
        return text.index(".", dots.start() + 1)
    return dots.end() if dots["dots"].count(".") > 3 else None


def _in_address(text: str, at: int) -> bool:
    """Whether a stop is part of an e-mail or web address."""
    before = text[max(0, at - _NEAR) : at].rsplit(maxsplit=1)
    after = text[at : at + _NEAR].split(maxsplit=1)
    word = "".join([*before[-1:], *after[:1]])
    return any(sign in word for sign in ("@", "://", "www."))


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
    words = line.lower().rsplit(maxsplit=2)[-2:]
    last = words[-1] if words else ""
    if last[-1:] in ".!?:;。！？；：":
        before, abbreviation = words[0], last.rstrip(".").lstrip("(\"'[")
        return _when(before, abbreviation) != "never"
    if last[-1:] in ",、，/" or last in _GOES_ON or word.lower() in _GOES_ON:
        return False
    if width and len(line) + 1 + len(word) > width - _RAGGED:
        return False
    return not (word[0].islower() and len(line) >= _NARROWEST)


def _ends_sentence(text: str, border: re.Match[str]) -> bool:
    """Whether a full stop, exclamation or question mark followed by a space ends a sentence."""
    at, following = border.start(), text[border.end()]
    start = (
        max(text.rfind(" ", max(0, at - _NEAR), at), text.rfind("\n", max(0, at - _NEAR), at)) + 1
    )
    word = text[start:at].lstrip("(\"'[").lower()
    if following in ".!?" or (border["close"] and following.islower()):
        return False
    if border["stop"][0] != ".":
        return bool(word) and not following.islower()
    if not word or _is_item(text, start, at):
        return False
    return _ends_with_word(text, word, start, border.end())


def _ends_with_word(text: str, word: str, start: int, after: int) -> bool:
    """Whether the full stop after a word ends a sentence, by what kind of word it is."""
    if _is_ordinal(text, word, start, after):
        return False
    when = _when(_word_before(text, start).lower(), word)
    if when == "name":
        when = "lower" if _word_before(text, start)[:1].isdigit() else "never"
    if when == "never":
        return False
    if when == "country":
        opens = full_stops().get(_first_letters(text, after)) == "opens"
        return opens and text[after].isupper()
    if when == "lower" or ("." in word and word.upper() != word):
        return text[after].isupper()
    if len(word) == 1 and word.isalpha():
        return text[after].isupper() and _ends_with_letter(text, start)
    return True


def _when(before: str, word: str) -> str | None:
    """What the table says of a word's stop, by the word before it where it has both."""
    return full_stops().get(f"{before} {word}") or full_stops().get(word)


def _is_ordinal(text: str, word: str, start: int, after: int) -> bool:
    """Whether a number's stop makes it a German ordinal or date: "am 3. Tag", "12.03. wegen"."""
    if not _DATE.fullmatch(word):
        return False
    on_day = text[after].islower() and _word_before(text, start).lower() in _ON_DAY
    return on_day or full_stops().get(_first_letters(text, after)) == "ordinal"


def _first_letters(text: str, at: int) -> str:
    found = _LETTERS.match(text, at, at + _NEAR)
    return found.group().lower() if found else ""


def _is_item(text: str, start: int, stop: int) -> bool:
    """Whether a word is the number or the letter of a list item: nothing is before it."""
    item = text[start:stop].strip("(#")
    low = max(text.rfind("\n", 0, start) + 1, start - _NEAR)
    before = text[low:start].strip(" \t-*•·")
    short = len(item) <= 2 and (item.isdigit() or (len(item) == 1 and item.isalpha()))
    return short and (not before or before.endswith(":"))


def _ends_with_letter(text: str, start: int) -> bool:
    """Whether a single letter is what a sentence ends with: "vitamin C.", "every 8 h."."""
    before = _word_before(text, start)
    if text[start].islower() and before.isdecimal():
        return True
    pronoun = text[start] == "I" and before.islower()
    return pronoun or full_stops().get(before.lower()) == "letter"


def _word_before(text: str, start: int) -> str:
    return next(iter(text[max(0, start - _NEAR) : start].rsplit(maxsplit=1)[-1:]), "")
