"""Where a heading may stand: at a line's begin, after a sentence or a heading, where a line end was
lost to a comma (",PLAN:, rest"), and in capitals with a colon after any word.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 60
# What may stand before a heading on its line: a bullet, a number.
_ITEM = r"[^\S\n]*(?:[-*•·#=]+[^\S\n]*)?(?:\(?(?:\d{1,2}|[ivxIVX]{1,4}|[a-zA-Z])[.)、][^\S\n]*)?"
_NUMERAL = r"(?:[(（]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.)）][^\S\n]*)?"
_COLON_NEAR = rf"(?=[^\n:：]{{1,{LONGEST + 44}}}[:：])"
_BEGIN = re.compile(
    rf"(?P<line>(?<![^\n]){_ITEM}{_NUMERAL}【?)(?=\w)"
    rf"|(?P<lost>(?<=[.:?)])\s{{0,2}},\s{{0,2}}|(?<=[\w%]),)(?=[A-Z]){_COLON_NEAR}"
    rf"|(?P<stop>(?:(?<=[.;?!)] )|(?<=[。；]){_NUMERAL}))(?=\w){_COLON_NEAR}"
    r"|(?P<gap>(?<=[^\S\n]))(?=[\u4e00-\u9fff]{2,10}[:：])"
    r"|(?P<inside>(?<=\s))(?=[A-Z]{2}[A-Z ,/&-]{2,50}:)"
)
_NOTE = r"(?:[^\S\n]*\([^()\n]{1,40}\))?[^\S\n]*"
_COLON = re.compile(_NOTE + r"[:：】]")
_ALONE = re.compile(
    _NOTE + r"(?:[:：】]|-[^\S\n]|(?<=[\u4e00-\u9fff]{3})[^\S\n]|(?:=+[^\S\n]*)?(?:\n|\Z))"
)
_TITLE = re.compile(
    r"(?:[A-Z](?:[A-Za-z0-9 /&'’-]|,(?= )){1,58}?)(?=[^\S\n]*[:：])"
    r"|[A-Z][A-Z /&-]{4,40}(?=[^\S\n]*(?:\n|\Z))"
)
_CAPITALS = re.compile(r"[A-Z][A-Z0-9 ,/&'’-]+")
_SHORTEST, _LONGER = 5, 6


class Begin(NamedTuple):
    """A place where a heading may begin.

    start (int): The heading's first character.
    kind (str): "line", "lost" (a line end that became a comma), "stop", "gap" (Chinese
        behind a space) or "inside".
    """

    start: int
    kind: str


def find_begins(text: str) -> Iterator[Begin]:
    """RETURNS (Iterator[Begin]): Where headings may begin, in text order."""
    for match in _BEGIN.finditer(text):
        kind = match.lastgroup or ""
        if kind != "inside" or _stands_alone(text, match.end()):
            yield Begin(match.end(), kind)


def ends_heading(text: str, begin: Begin, end: int) -> bool:
    """Tell whether a heading that the table knows ends at a place.

    text (str): The note.
    begin (Begin): Where it begins.
    end (int): Where its words end.
    RETURNS (bool): At a colon; what begins a line also at its end, or before a dash.
    """
    if begin.kind == "inside" and not text[begin.start : end].isupper():
        return False
    return bool((_ALONE if begin.kind == "line" else _COLON).match(text, end))


def has_colon(text: str, end: int) -> bool:
    """RETURNS (bool): Whether a colon follows the words of a heading, or a note in brackets."""
    return bool(_COLON.match(text, end))


def find_title(text: str, begin: Begin) -> int | None:
    """Find the end of what looks like a heading, whatever its words.

    text (str): The note.
    begin (Begin): Where it begins.
    RETURNS (int | None): One past its last character. It has a colon, or is a line in capitals.
    """
    match = _TITLE.match(text, begin.start)
    if match is None or begin.kind == "inside":
        return None
    return match.end()


def looks_alone(text: str, begin: Begin, end: int) -> bool:
    """Tell whether a title of unknown words is a heading.

    text (str): The note.
    begin (Begin): Where it begins.
    end (int): Where it ends.
    RETURNS (bool): Where it is in capitals, or the line ends after its colon.
    """
    title, alone = (
        text[begin.start : end],
        not text[end : end + 40].lstrip(" \t:：").strip(" \t")[:1].strip(),
    )
    if begin.kind == "line" and len(title) >= _SHORTEST and alone:
        return True
    if not _CAPITALS.fullmatch(title):
        return False
    first = begin.kind == "line" and not text[max(0, begin.start - 2) : begin.start].strip("\n")
    return len(title) >= (_SHORTEST if first else _LONGER) and (
        first or begin.kind != "line" or " " in title
    )


def _stands_alone(text: str, start: int) -> bool:
    """Whether the word before isn't in capitals as well, of which the heading would be a part."""
    before = text[max(0, start - 40) : start].split()[-1:]
    return not before or len(before[0]) < 2 or not before[0][-1].isupper()
