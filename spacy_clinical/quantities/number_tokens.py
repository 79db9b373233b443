"""Text in pieces: numbers, words and signs with their offsets, and phrases looked up over them."""

import re
from collections.abc import Iterable, Sequence
from string import ascii_letters, digits
from typing import Generic, NamedTuple, TypeVar

NUMBER, RAISED, FRACTION, WORD, SIGN = "number", "raised", "fraction", "word", "sign"
_SPACES = "\u00a0\u2009\u202f"
_GROUP = rf"[{_SPACES}'\u2019][0-9]{{3}}(?![0-9])"
_PIECE = re.compile(
    rf"(?P<number>[0-9]+(?:[.,][0-9]+|{_GROUP})*|(?<![\w.,])[.,][0-9]+)"
    r"|(?P<raised>[⁺⁻]?[⁰¹²³⁴-⁹]+)"
    r"|(?P<fraction>[¼-¾⅐-⅞])"
    r"|(?P<word>[\u3400-\u9fff]|[^\W\d_\u3400-\u9fff⁰¹²³⁴-⁹¼-¾⅐-⅞]+)"
    r"|(?P<sign>\S)"
)
# Signs that look like another become one: one character each, so that offsets stand.
_LOOK_ALIKE = {
    "-": "\u2212\u2013\u2014\u2010\u2011\u2012\u207b",
    "x": "\u00d7\u2715",
    "*": "\u2217\u2219\u22c5",
    "%": "\uff05",
    "<": "\uff1c",
    ">": "\uff1e",
    "(": "\uff08",
    ")": "\uff09",
    "[": "\uff3b",
    "]": "\uff3d",
    ";": "\uff1b",
    ":": "\uff1a",
    ",": "\uff0c",
    "/": "\uff0f",
    "+": "\uff0b\u207a",
    "~": "\uff5e\u301c\u223c",
    "\u00b5": "\u03bc",
    **{str(digit): raised for digit, raised in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
}
_SAME = str.maketrans({sign: one for one, signs in _LOOK_ALIKE.items() for sign in signs})
# Digits and letters of double width, as Chinese keyboards write; not the comma, it parts lists.
_WIDE = {0xFEE0 + ord(sign): sign for sign in f"{digits}{ascii_letters}."}
# Traditional characters of numbers, units and times, and the simplified ones that tables have.
_OLD = "個時鐘兩週餘萬億於過約內單劑顆續連療飯後靜脈滿達點藥噴貼陰陽溫熱歲雙"
_NEW = "个时钟两周余万亿于过约内单剂颗续连疗饭后静脉满达点药喷贴阴阳温热岁双"
_WIDE |= dict(zip(map(ord, _OLD), _NEW, strict=True))
Value = TypeVar("Value")
Key = tuple[tuple[str, bool], ...]


class Token(NamedTuple):
    """A piece of a text.

    kind (str): `number` (with its groups and point), `raised` (an exponent), `fraction` (one
        character, "½"), `word` (a run of letters, or one Chinese character), or `sign`.
    text (str): The piece, look-alike signs made one.
    start, end (int): Its characters.
    spaced (bool): Whether white space, or the beginning, stands before it.
    folded (str): The piece without capitals.
    """

    kind: str
    text: str
    start: int
    end: int
    spaced: bool
    folded: str


def tokenize(text: str) -> list[Token]:
    """Split a text; linear in its length.

    text (str): Any text.
    RETURNS (list[Token]): Its pieces, without white space.
    """
    tokens, before = [], -1
    text = half_width(text)
    for match in _PIECE.finditer(text):
        start, end = match.span()
        kind = match.lastgroup or SIGN
        piece = match[0].translate(_SAME)
        tokens.append(Token(kind, piece, start, end, start != before, piece.casefold()))
        before = end
    return tokens


def half_width(text: str) -> str:
    """RETURNS (str): The text with digits and letters of simple width, and simplified characters
    for traditional ones that quantities have; offsets stay."""
    return text if text.isascii() else text.translate(_WIDE)


class Phrases(Generic[Value]):
    """Phrases to look up, the longest first.

    As a phrase stands in the table, with or without spaces, so it must stand in the text. Capitals
    count where two phrases differ by them alone, and in phrases of one letter.

    rows (Iterable[tuple[str, Value]]): Phrase and what it means.
    """

    def __init__(self, rows: Iterable[tuple[str, Value]]):
        self.exact: dict[Key, Value] = {}
        folded: dict[Key, list[Value]] = {}
        for phrase, value in rows:
            tokens = tokenize(phrase)
            self.exact[_key(tokens)] = value
            if len(phrase) > 1:
                folded.setdefault(_fold(_key(tokens)), []).append(value)
        self.folded = {key: values[0] for key, values in folded.items() if _same(values)}
        self.longest: dict[str, int] = {}  # phrases that begin with a word: how many tokens
        for key in self.exact:
            first = key[0][0].casefold()
            self.longest[first] = max(len(key), self.longest.get(first, 0))

    def find(self, tokens: Sequence[Token], start: int) -> tuple[Value, int] | None:
        """Look up what begins at a token.

        tokens (Sequence[Token]): Of a text.
        start (int): Which token.
        RETURNS (tuple[Value, int] | None): What the longest phrase means, and the token after it.
        """
        longest = self.longest.get(tokens[start].folded, 0) if start < len(tokens) else 0
        if not longest:
            return None
        key = _key(tokens[start : start + longest])
        for size in range(len(key), 0, -1):
            for table, part in ((self.exact, key[:size]), (self.folded, _fold(key[:size]))):
                if part in table:
                    return table[part], start + size
        return None


def _same(values: list[Value]) -> bool:
    return all(value == values[0] for value in values)


def _key(tokens: Sequence[Token]) -> Key:
    return tuple((token.text, token.spaced and i > 0) for i, token in enumerate(tokens))


def _fold(key: Key) -> Key:
    return tuple((text.casefold(), spaced) for text, spaced in key)
