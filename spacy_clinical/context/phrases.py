"""Many phrases in a text, found word by word: what it costs hardly grows with their number.

A phrase is words as they are written, lower or upper case. `{is|was}` stands for each of the
words between the bars, `{very|}` may be left out; `<end>` at the end demands that the clause ends
there, `<start>` at the start that it begins: a stop, a bracket, a line end.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

# Words of scripts with spaces, single characters of those without, single other signs.
_TOKEN = re.compile(r"[^\W_⺀-\U0010ffff]+|[^\s]")
_BEGINS = re.compile(r"(?:^|[,;.:(\[!?\n，。；：（])[^\S\n]*$")
_ENDS = re.compile(r"[^\S\n]*(?:[,;.:)\]!?\n，。；：）、]|$)")
_CHOICE = re.compile(r"\{([^{}]*)\}")
START, END = "<start>", "<end>"
_LEAF = ""
Token = tuple[str, int, int]


class Match(NamedTuple):
    """Where a phrase stands.

    value (Any): What was given for the phrase.
    start, end (int): Characters, end exclusive.
    """

    value: Any
    start: int
    end: int


def variants(phrase: str) -> list[str]:
    """Write out the choices of a phrase.

    phrase (str): As in a table.
    RETURNS (list[str]): Phrases without choices, in lower case, single spaces between the words.
        Raises ValueError where a brace or a mark stands alone or where it must not.
    """
    parts = _CHOICE.split(phrase)
    options = [part.split("|") if i % 2 else [part] for i, part in enumerate(parts)]
    found = [" ".join("".join(chosen).lower().split()) for chosen in product(*options)]
    for variant in found:
        words = variant.removeprefix(START).removesuffix(END).strip()
        if not words or re.search(r"[{}|]|<start>|<end>", words):
            raise ValueError(variant)
    return found


class PhraseFinder:
    """Finds phrases: of those that overlap the first, of those that begin together the longest, and
    of those with the same words the one with more marks.

    phrases (Mapping[str, Any]): What to give for each; phrases as `variants` writes them.
    """

    def __init__(self, phrases: Mapping[str, Any]):
        self._root: dict[str, Any] = {}
        for phrase, value in phrases.items():
            marks = phrase.startswith(START), phrase.endswith(END)
            node = self._root
            for word, _, _ in tokens(phrase.removeprefix(START).removesuffix(END)):
                node = node.setdefault(word, {})
            node.setdefault(_LEAF, {})[marks] = value

    def find(self, text: str) -> Iterator[Match]:
        """Find phrases.

        text (str): The text.
        RETURNS (Iterator[Match]): In text order, none overlapping another.
        """
        words, root, i = tokens(text), self._root, 0
        while i < len(words):
            if words[i][0] in root and (found := self._longest(text, words, i)):
                match, i = found
                yield match
            else:
                i += 1

    def match(self, text: str, start: int, end: int) -> Match | None:
        """Find the longest phrase that begins at a character.

        text (str): The text.
        start, end (int): The first character of the phrase, and the last place where it may end.
        RETURNS (Match | None): The match.
        """
        words = [(word, start + a, start + b) for word, a, b in tokens(text[start:end])]
        if not words or words[0][1] != start:
            return None
        found = self._longest(text, words, 0)
        return found[0] if found else None

    def _longest(self, text: str, words: list[Token], i: int) -> tuple[Match, int] | None:
        node, best = self._root, None
        for k in range(i, len(words)):
            node = node.get(words[k][0])
            if node is None:
                break
            if _LEAF in node:
                start, end = words[i][1], words[k][2]
                marks = [m for m in node[_LEAF] if _fits(text, start, end, *m)]
                if marks:
                    best = Match(node[_LEAF][max(marks, key=sum)], start, end), k + 1
        return best


def tokens(text: str) -> list[Token]:
    """RETURNS (list[Token]): Words and signs in lower case, with their start and end."""
    return [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(lower(text))]


def lower(text: str) -> str:
    """RETURNS (str): The text in lower case, character by character, so that offsets stay."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _fits(text: str, start: int, end: int, begins: bool, ends: bool) -> bool:
    if ends and not _ENDS.match(text, end):
        return False
    return not begins or bool(_BEGINS.search(text[max(0, start - 8) : start]))
