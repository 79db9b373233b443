"""What RTF writes in fonts of signs: "m" in the font Symbol is a micro sign, no letter.

Symbol is Adobe's (its encoding vector, as the Unicode Consortium maps it); of Wingdings the boxes,
ticks and arrows of forms are known, and its other pictures become bullets.
"""
# ruff: noqa: RUF001 (signs are what this is about)

import re
from typing import NamedTuple

_TABLE = re.compile(r"\{[^{}]{0,100}\\fonttbl")
_FONT = re.compile(
    r"\\f(\d{1,5})(?![a-z\d])[^;]{0,300}?(?:\\[a-z]{1,32}-?\d{0,10} |\})(Symbol|Wingdings)(?=;)"
)
_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<arg>-?\d{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})"
    r"|\\(?P<sign>.)|(?P<brace>[{}])|(?P<end>[\r\n]+)|(?P<letters>[^\\{}\r\n]+)",
    re.DOTALL,
)
_PRIVATE = 0xF000  # where Word puts the signs of such fonts in Unicode
_SYMBOL_ROWS = {
    0x20: " !∀#∃%&∋()∗+,−./0123456789:;<=>?",
    0x40: "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_",
    0x60: "‾αβχδεφγηιϕκλµνοπθρστυϖωξψζ{|}∼\x7f",
    0xA0: "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…│─↵",
    0xC0: "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓",
    0xE0: "◊〈®©™∑",
}
_SYMBOL = {first + i: sign for first, row in _SYMBOL_ROWS.items() for i, sign in enumerate(row)}
_SYMBOL |= {0xF1: "〉", 0xF2: "∫"}
_WINGDINGS = dict(zip(b"o\xa8\xfe\xfd\xfc\xfbx\xe0\xdf\xe1\xe2\xf0", "☐☐☑☒✓✗☒→←↑↓⇒", strict=True))
_WINGDINGS |= {0x20: " "}
_SIGNS = {"Symbol": (_SYMBOL, "�"), "Wingdings": (_WINGDINGS, "•")}


class _Group(NamedTuple):
    font: str | None = None
    uc: int = 1  # characters after \u for readers that know no Unicode
    is_table: bool = False


def with_signs(source: str) -> str:
    """Write what stands in fonts of signs in Unicode.

    source (str): RTF without binary data and bytes above ASCII, its groups closed.
    RETURNS (str): The same RTF where no such font is used.
    """
    fonts = _sign_fonts(source)
    if not fonts:
        return source
    default = re.search(r"\\deff(\d{1,5})", source[:1000])
    start = _Group(default[1] if default else None)
    kept, groups, skip = list[str](), [start], 0
    for match in _TOKEN.finditer(source):
        if match["brace"]:
            _open_or_close(groups, match["brace"])
        elif match["word"]:
            groups[-1] = _changed(groups[-1], match["word"], match["arg"], start.font)
        group = groups[-1]
        font = None if group.is_table else fonts.get(group.font or "")
        fallback, skip = _fallback(match, skip, group.uc)
        kept.append(_written(match, fallback, font) if font else match[0])
    return "".join(kept)


def _fallback(match: re.Match[str], skip: int, uc: int) -> tuple[int, int]:
    """RETURNS (tuple[int, int]): How many of a token's characters stand for the sign before it, and
    how many that come do."""
    if match["hex"] or match["letters"]:
        used = min(skip, len(match["letters"] or "x"))
        return used, skip - used
    if match["end"]:
        return 0, skip
    return 0, uc if match["word"] == "u" else 0


def _sign_fonts(source: str) -> dict[str, str]:
    """RETURNS (dict[str, str]): The name of each font of signs, by its number."""
    table = _TABLE.search(source)
    if table is None:
        return {}
    depth, at = 1, table.end()
    for brace in re.finditer(r"[{}]", source[table.end() :]):
        depth += 1 if brace[0] == "{" else -1
        at = table.end() + brace.end()
        if not depth:
            break
    return dict(_FONT.findall(source[table.end() : at]))


def _open_or_close(groups: list[_Group], brace: str) -> None:
    if brace == "{":
        groups.append(groups[-1])
    elif len(groups) > 1:
        groups.pop()


def _changed(group: _Group, word: str, arg: str | None, default: str | None) -> _Group:
    if word == "f":
        return group._replace(font=arg)
    if word == "plain":
        return group._replace(font=default)
    if word == "uc":
        return group._replace(uc=min(int(arg or 1), 100))
    return group._replace(is_table=True) if word == "fonttbl" else group


def _written(match: re.Match[str], fallback: int, font: str) -> str:
    """What a token in a font of signs means, without its first characters if they stand for the
    sign before them."""
    if match["hex"]:
        return "" if fallback else _sign(int(match["hex"], 16), font)
    if match["letters"]:
        return "".join(_sign(ord(letter) & 0xFF, font) for letter in match["letters"][fallback:])
    if match["sign"] in ("{", "}", "\\"):
        return _sign(ord(match["sign"]), font)
    if match["word"] == "u" and match["arg"]:
        place = int(match["arg"]) % 0x10000 - _PRIVATE
        return _sign(place, font) if 0 <= place < 0x100 else match[0]
    return match[0]


def _sign(code: int, font: str) -> str:
    signs, unknown = _SIGNS[font]
    return f"{{\\uc1\\u{ord(signs.get(code, unknown))} ?}}"
