"""Many phrases in a text, found word by word: what it costs hardly grows with their number.

A phrase is words as they are written, lower or upper case. `{is|was}` stands for each of the
words between the bars, `{very|}` may be left out; `<end>` at the end demands that the clause ends
there, `<start>` at the start that it begins: a stop, a bracket, a line end. `<number>` stands for
digits, `<year>` for those of a year.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Any, NamedTuple

# Words of scripts with spaces, single characters of those without, single other signs.
_TOKEN = re.compile(r"[^\W_⺀-\U0010ffff]+|[^\s]")
_BEGINS = re.compile(r"(?:^|[,;.:(\[!?\n，。；：（])[^\S\n]*$")
_ENDS = re.compile(r"[^\S\n]*(?:[,;.:)\]!?\n，。；：）、]|$)")
_CHOICE = re.compile(r"\{([^{}]*)\}")
START, END = "<start>", "<end>"
MOST_FORMS = 10_000
_LEAF = ""
_UNMARKED = (False, False)
# Single characters that stand for a class of words inside the tree.
_NUMBER, _YEAR = "\ue000", "\ue001"
_CLASSES = {"<number>": _NUMBER, "<year>": _YEAR}
_IS_YEAR = re.compile(r"(?:19|20)\d\d")
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
        Raises ValueError where a brace or a mark stands alone or where it must not, or where the
        phrase has more than MOST_FORMS.
    """
    parts = _CHOICE.split(phrase)
    options = [part.split("|") if i % 2 else [part] for i, part in enumerate(parts)]
    if count_forms(phrase) > MOST_FORMS:
        raise ValueError(f"more than {MOST_FORMS} forms")
    found = [" ".join("".join(chosen).lower().split()) for chosen in product(*options)]
    for variant in found:
        words = variant.removeprefix(START).removesuffix(END).strip()
        if not words or re.search(r"[{}|]|<start>|<end>", words):
            raise ValueError(variant)
    return found


def count_forms(phrase: str) -> int:
    """RETURNS (int): How many phrases the choices of a phrase stand for."""
    return prod(1 + choice.count("|") for choice in _CHOICE.findall(phrase))


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
            for word in words_of(phrase.removeprefix(START).removesuffix(END)):
                node = node.setdefault(word, {})
            node.setdefault(_LEAF, {})[marks] = value

    def find(self, text: str) -> Iterator[Match]:
        """Find phrases.

        text (str): The text.
        RETURNS (Iterator[Match]): In text order, none overlapping another.
        """
        words, root, i = tokens(text), self._root, 0
        while i < len(words):
            word = words[i][0]
            if (word in root or word[0].isdigit()) and (found := self._longest(text, words, i)):
                match, i = found
                yield match
            else:
                i += 1

    def find_all(self, text: str) -> list[Match]:
        """Find all phrases, those inside or across another too.

        text (str): The text.
        RETURNS (list[Match]): By their start; of one start the shortest first.
        """
        words, root = tokens(text), self._root
        found: list[Match] = []
        for i, (word, _, _) in enumerate(words):
            if word in root or word[0].isdigit():
                found += [match for match, _ in self._from(text, words, i)]
        return found

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
        found = self._from(text, words, i)
        return found[-1] if found else None

    def _from(self, text: str, words: list[Token], i: int) -> list[tuple[Match, int]]:
        """The phrases that begin at a word, the shortest first, and one past the last word."""
        nodes, k, found = _step([self._root], words[i][0]), i, []
        last = len(words) - 1
        while len(nodes) == 1:
            node = nodes[0]
            if _LEAF in node:
                match = _marked(text, node[_LEAF], words[i][1], words[k][2])
                if match:
                    found.append((match, k + 1))
            if k == last:
                return found
            k += 1
            word = words[k][0]
            if word in node:
                nodes = [node[word]] if not word[0].isdigit() else _step(nodes, word)
            elif word[0].isdigit():
                nodes = _step(nodes, word)
            else:
                return found
        return found + self._from_several(text, words, i, k, nodes)

    def _from_several(
        self, text: str, words: list[Token], i: int, k: int, nodes: list[dict[str, Any]]
    ) -> list[tuple[Match, int]]:
        """Go on where digits stand both for themselves and for their class."""
        found = []
        while nodes:
            leaves = [node[_LEAF] for node in nodes if _LEAF in node]
            marked = [_marked(text, leaf, words[i][1], words[k][2]) for leaf in leaves]
            found += [(match, k + 1) for match in marked if match]
            k += 1
            nodes = _step(nodes, words[k][0]) if k < len(words) else []
        return found


def _marked(text: str, leaf: dict[tuple[bool, bool], Any], start: int, end: int) -> Match | None:
    """A phrase with the most marks of those that hold where it stands."""
    if len(leaf) == 1 and _UNMARKED in leaf:
        return Match(leaf[_UNMARKED], start, end)
    marks = [m for m in leaf if _fits(text, start, end, *m)]
    return Match(leaf[max(marks, key=sum)], start, end) if marks else None


def _step(nodes: list[dict[str, Any]], word: str) -> list[dict[str, Any]]:
    """One word further down the tree, by the word itself and by its class."""
    if not word[0].isdigit():
        return [node[word] for node in nodes if word in node]
    kinds = [word, _NUMBER] if word.isdigit() else [word]
    if _IS_YEAR.fullmatch(word):
        kinds.append(_YEAR)
    return [node[kind] for node in nodes for kind in kinds if kind in node]


def words_of(phrase: str) -> list[str]:
    """RETURNS (list[str]): The words of a phrase without marks; a class of words is one."""
    for name, sign in _CLASSES.items():
        phrase = phrase.replace(name, sign)
    return [word for word, _, _ in tokens(phrase)]


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
