"""Escape sequences in texts of HL7 v2 (v2.5.1, 2.7; formatting commands of FT: 2.7.6)."""

import re
from typing import NamedTuple

from .base64_and_charsets import UnreadableError, decode_text

_LINES = re.compile(r"\.(br|ce)|\.sp\s*\+?(\d{0,3})")
_BLANKS = re.compile(r"\.(?:sk|ti)\s*\+?(\d{1,3})")
_INDENT = re.compile(r"\.(?:in|ti)\s*[+-]?\d{1,3}")
_LAYOUT = re.compile(r"[HN]|\.(?:fi|nf)")
_HEX = re.compile(r"X((?:[0-9A-Fa-f]{2})+)")


class Marks(NamedTuple):
    """The characters that part a message, as MSH-1 and MSH-2 name them."""

    field: str
    component: str
    repetition: str
    escape: str
    subcomponent: str


def unescape(text: str, marks: Marks, charset: str) -> str:
    """Replace escape sequences by what they stand for.

    text (str): A repetition of a field, white space as it is.
    marks (Marks): Of the message.
    charset (str): Of the message, for sequences of hexadecimal digits.
    RETURNS (str): The text. What is no known sequence stays as it is: people write backslashes.
    """
    mark = marks.escape
    if not mark or mark not in text:
        return text
    signs = {"F": marks.field, "S": marks.component, "T": marks.subcomponent}
    signs |= {"R": marks.repetition, "E": mark, "P": "#"}
    first, *others = text.split(mark)
    found, inside = [first], True
    for number, part in enumerate(others, 1):
        meaning = _meaning(part, signs, charset) if inside and number < len(others) else None
        if meaning is None:
            found += [mark] * inside + [part]
            inside = True
        else:
            found.append(meaning)
            inside = False
    return "".join(found)


def _meaning(name: str, signs: dict[str, str], charset: str) -> str | None:
    if name in signs:
        return signs[name]
    if match := _LINES.fullmatch(name):
        return "\n" * max(1, int(match[2] or 1))
    if match := _BLANKS.fullmatch(name):
        return " " * int(match[1])
    if _INDENT.fullmatch(name):  # may stand between two words
        return " "
    if match := _HEX.fullmatch(name):
        return _decode(bytes.fromhex(match[1]), charset)
    return "" if _LAYOUT.fullmatch(name) else None


def _decode(data: bytes, charset: str) -> str:
    try:
        text = decode_text(data, charset)
    except UnreadableError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")
