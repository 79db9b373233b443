"""Rich Text Format (RTF 1.9.1) as text, without what was deleted, hidden, or isn't the body."""

import re
from typing import NamedTuple

from ...installed import need_extra
from .base64_and_charsets import UnreadableError
from .rtf_symbol_fonts import with_signs

_TOKEN = re.compile(
    r"\\bin(?P<bin>\d{1,10}) ?|\\(?P<word>[a-zA-Z]{1,32})(?P<arg>-?\d{1,10})? ?"
    r"|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>.)|(?P<brace>[{}])|(?P<text>[^\\{}]+)",
    re.DOTALL,
)
_BYTES = re.compile("[\udc80-\udcff]")  # as `surrogateescape` reads them
_SIGNATURE = b"{\\rtf"
_HEAD = 200
_SET = re.compile(r"\\(mac|pca?)(?![a-z])")  # where none is named, \ansi
_SETS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_MAX_DEPTH = 1000
# Words that stand for characters: they go with the text that they stand in.
_CHARACTERS = frozenset((
    "u", "par", "line", "tab", "emdash", "endash", "emspace", "enspace", "qmspace", "bullet",
    "lquote", "rquote", "ldblquote", "rdblquote", "sect", "page", "row", "cell", "nestcell",
))  # fmt: skip
# Instructions of fields, such as addresses of links: striprtf 0.0.35 puts those into the text, by
# an expression that takes time quadratic in the links.
_INSTRUCTIONS = "fldinst"


class _Group(NamedTuple):
    hidden: bool = False
    deleted: bool = False
    dropped: bool = False


def is_rtf(data: bytes) -> bool:
    """RETURNS (bool): Whether bytes begin as RTF does, whatever their file is called."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[: len(_SIGNATURE)] == _SIGNATURE


def rtf_to_text(data: bytes | str) -> str:
    """Take the text of the body: no headers, footers, footnotes, text boxes, pictures; none that is
    hidden (`\\v`) or was deleted while changes were tracked (`\\deleted`).

    data (bytes | str): The file; or RTF out of a text, with letters that are decoded already and,
        as `surrogateescape` reads them, bytes that are not.
    RETURNS (str): The text. Raises UnreadableError where it is damaged or no RTF.
    """
    if isinstance(data, bytes):
        data = data.removeprefix(b"\xef\xbb\xbf").decode("ascii", "surrogateescape")
    data = data.removeprefix("\ufeff").lstrip()
    if not data.startswith(_SIGNATURE.decode()):
        raise UnreadableError("other bytes than '{\\rtf' at its beginning")
    strip = need_extra("striprtf.striprtf", "RTF", "notes").rtf_to_text
    source = with_signs(_without_unseen(data))
    try:
        found = _SET.search(source[:_HEAD])
        text: str = strip(source, encoding=_SETS[found[1]] if found else "cp1252")
        text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    except (ValueError, LookupError, OverflowError) as error:
        raise UnreadableError(f"characters that it can't have ({type(error).__name__})") from None
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()


def _without_unseen(text: str) -> str:
    """The same RTF without what isn't seen, without binary data, and with no byte above ASCII."""
    kept: list[str] = []
    groups = [_Group()]
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:  # a lone backslash at the end
            break
        at = match.end()
        if match["bin"]:
            at += int(match["bin"])
        elif match["brace"] == "{":
            groups.append(groups[-1])
            kept.append("{")
            if len(groups) > _MAX_DEPTH:
                raise UnreadableError(f"groups more than {_MAX_DEPTH} deep")
        elif match["brace"] == "}":
            groups.pop()
            kept.append("}")
            if len(groups) == 1:
                return "".join(kept)
        else:
            groups[-1] = _changed(groups[-1], match)
            if not any(groups[-1]) or _is_setting(match):
                kept.append(_seven_bits(match))
    raise UnreadableError("no end: it was cut off")


def _changed(group: _Group, match: re.Match[str]) -> _Group:
    word, on = match["word"], match["arg"] != "0"
    if word == "v":
        return group._replace(hidden=on)
    if word == "deleted":
        return group._replace(deleted=on)
    if word == "plain":
        return group._replace(hidden=False)
    return group._replace(dropped=True) if word == _INSTRUCTIONS else group


def _is_setting(match: re.Match[str]) -> bool:
    return bool(match["word"]) and match["word"] not in (*_CHARACTERS, _INSTRUCTIONS)


def _seven_bits(match: re.Match[str]) -> str:
    """Bytes above ASCII are of the code page, as if they were written `\\'hh`."""
    if match["text"]:
        return _BYTES.sub(lambda found: f"\\'{ord(found[0]) - 0xDC00:02x}", match["text"])
    return match[0]
