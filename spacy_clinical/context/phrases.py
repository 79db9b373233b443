"""Many phrases in a text, found word by word: what it costs hardly grows with their number.

A phrase is words as they are written, lower or upper case. `{is|was}` stands for each of the
words between the bars, `{very|}` may be left out; `<end>` at the end demands that the clause ends
there, `<start>` at the start that it begins: a stop, a bracket, a line end, but no stop or colon
within a number ("at 07:30"). `<number>` stands for digits, `<year>` for those of a year, `<age>`
for those of an age, which aren't those of a clock ("0800").
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, count
from typing import Any, NamedTuple

from .phrase_states import Marks, State, make_states
from .phrase_words import CLASSES, classes_of, cut

_BEGINS = re.compile(r"(?:^|[,;.:(\[!?\n，。；：（])[^\S\n]*$")
_ENDS = re.compile(r"[^\S\n]*(?:(?<!\d)[,.:]|[,.:](?!\d)|[;)\]!?\n，。；：）、]|$)")
_UNMARKED = (False, False)
Values = dict[Marks, Any]


class Match(NamedTuple):
    """Where a phrase stands.

    start, end (int): Characters, end exclusive.
    value (Any): What was given for the phrase.
    """

    start: int
    end: int
    value: Any


class _Node(dict[str, Any]):
    """What may follow some words of phrases: for each word the next node, or the states of which it
    is made when it is first asked for.

    given (Values): What is given for the phrases that end here, by marks.
    plain (Any): The same where there is but a phrase without marks, else None.
    classes (bool): Whether a class of words may follow.
    """

    __slots__ = ("classes", "given", "plain")

    def __init__(self, states: Sequence[State], merge: Callable[[list[int]], Any]):
        super().__init__()
        ends: dict[Marks, set[int]] = {}
        for state in states:
            for word, following in state.edges.items():
                self.setdefault(word, []).extend(following)
            for marks, number in state.ends:
                ends.setdefault(marks, set()).add(number)
        self.given: Values = {marks: merge(sorted(found)) for marks, found in ends.items()}
        self.plain = self.given.get(_UNMARKED) if len(self.given) == 1 else None
        self.classes = not CLASSES.isdisjoint(self)


def take_last(values: list[Any]) -> Any:
    """RETURNS (Any): The last of several values."""
    return values[-1]


class PhraseFinder:
    """Finds phrases: of those that overlap the first, of those that begin together the longest, and
    of those with the same words the one with more marks.

    phrases (Iterable[tuple[str, Any]]): Phrases, which `variants` can read, and what to give for
        each, never None.
    choices (bool): Whether braces in phrases mean choices, and `<end>` a mark.
    merge (Callable[[list], Any]): What to give where several phrases have the same words and marks,
        of what was given for each, in order.
    """

    def __init__(
        self,
        phrases: Iterable[tuple[str, Any]],
        merge: Callable[[list[Any]], Any] = take_last,
        choices: bool = True,
    ):
        states: list[State] = []
        self._given: list[Any] = []
        self._merge = merge
        for number, (phrase, value) in enumerate(phrases):
            states += make_states(phrase, number, choices)
            self._given.append(value)
        self._nodes: dict[frozenset[int], _Node] = {}
        self._root = _Node(states, self._value)
        numbers = [self._next(self._root, sign) for sign in CLASSES if sign in self._root]
        self._after_number = {word for node in numbers for word in node}

    def _value(self, numbers: list[int]) -> Any:
        given = [self._given[number] for number in numbers]
        return given[0] if len(given) == 1 and self._merge is take_last else self._merge(given)

    def _next(self, node: _Node, word: str) -> _Node:
        """The node to which a word leads from another, which has it. The same states make one node,
        whichever words lead to them."""
        following = node[word]
        if following.__class__ is _Node:
            return following
        key = frozenset(map(id, following))
        made = self._nodes.get(key)
        if made is None:
            made = self._nodes[key] = _Node(following, self._value)
        node[word] = made
        return made

    def find(self, text: str) -> Iterator[Match]:
        """Find phrases.

        text (str): The text.
        RETURNS (Iterator[Match]): In text order, none overlapping another.
        """
        end = 0
        for match in self._find(_Words(text)):
            if match.start >= end:
                yield match
                end = match.end

    def find_all(self, text: str, offset: int = 0) -> list[Match]:
        """Find all phrases, those inside or across another too.

        text (str): The text.
        offset (int): What to add to the characters of the matches.
        RETURNS (list[Match]): By their start; of one start the longest first.
        """
        return self._find(_Words(text, offset=offset))

    def match(self, text: str, start: int, end: int) -> Match | None:
        """Find the longest phrase that begins at a character.

        text (str): The text.
        start, end (int): The first character of the phrase, and the last place where it may end.
        RETURNS (Match | None): The match.
        """
        words = _Words(text, start, end)
        if words.first != start:
            return None
        ends = self._ends(words.forms, 0)
        return next(iter(words.matches(0, ends)), None)

    def _find(self, words: "_Words") -> list[Match]:
        """All phrases. Only words at which one can begin are looked at one by one."""
        root, forms = self._root, words.forms
        found: list[Match] = []
        for i in self._begins(forms):
            word = forms[i]
            if word in root:
                node = root[word]
                if node.__class__ is not _Node:
                    node = self._next(root, word)
                if forms[i + 1] not in node and not node.classes and not word.isdigit():
                    if node.plain is not None:
                        found.append(words.plain_match(i, i + 1, node.plain))
                    elif node.given and (match := words.match(i, i + 1, node.given)):
                        found.append(match)
                    continue
            found += words.matches(i, self._ends(forms, i))
        return found

    def _begins(self, forms: list[str]) -> list[int]:
        """The words at which a phrase can begin: its own, or a number before what may follow it."""
        found = [*compress(count(), map(self._root.__contains__, forms))]
        digits = [*compress(count(), map(str.isdigit, forms))]
        if digits:
            after = self._after_number
            numbers = [i for i in digits if forms[i + 1] in after and forms[i] not in self._root]
            return sorted(found + numbers) if numbers else found
        return found

    def _ends(self, forms: list[str], k: int) -> list[tuple[int, Values]]:
        """One past the last word of each phrase that begins at a word, and what was given for
        it."""
        found: list[tuple[int, Values]] = []
        node = self._root
        while not (node.classes and forms[k].isdigit()):
            if forms[k] not in node:
                return found
            node, k = self._next(node, forms[k]), k + 1
            if node.given:
                found.append((k, node.given))
        nodes = [node]
        while nodes:
            nodes, k = self._step(nodes, forms[k]), k + 1
            found += [(k, node.given) for node in nodes if node.given]
        return found

    def _step(self, nodes: list[_Node], word: str) -> list[_Node]:
        """One word further, by the word itself and by its classes."""
        kinds = [word, *classes_of(word)]
        return [self._next(node, kind) for node in nodes for kind in kinds if kind in node]


class _Words:
    """Part of a text, cut into words.

    text (str): The text.
    start (int): Where the part begins.
    end (int | None): Where it ends, None for the end of the text.
    offset (int): What to add to the characters of the matches.
    """

    __slots__ = ("_offset", "_places", "_text", "forms")

    def __init__(self, text: str, start: int = 0, end: int | None = None, offset: int = 0):
        self._text, self._offset = text, offset
        self.forms, self._places = cut(text[start:end], start)

    @property
    def first(self) -> int:
        """RETURNS (int): Where the first word begins, or the part ends without one."""
        return self._places[1]

    def plain_match(self, i: int, k: int, value: Any) -> Match:
        """RETURNS (Match): The phrase from word i to before word k, whatever stands around it."""
        start, end, offset = self._places[2 * i + 1], self._places[2 * k], self._offset
        return Match(start + offset, end + offset, value)

    def match(self, i: int, k: int, values: Values) -> Match | None:
        """RETURNS (Match | None): The phrase from word i to before word k with the most marks of
        those that hold there."""
        start, end, marks = self._places[2 * i + 1], self._places[2 * k], _UNMARKED
        if len(values) > 1 or marks not in values:
            fit = [m for m in values if _fits(self._text, start, end, *m)]
            if not fit:
                return None
            marks = max(fit, key=sum)
        return Match(start + self._offset, end + self._offset, values[marks])

    def matches(self, i: int, ends: list[tuple[int, Values]]) -> list[Match]:
        """RETURNS (list[Match]): The phrases from word i to before each of some words, the longest
        first."""
        if len(ends) > 1:
            ends.sort(key=_one_past, reverse=True)
        found = [self.match(i, k, values) for k, values in ends]
        return [match for match in found if match]


def _one_past(end: tuple[int, Values]) -> int:
    return end[0]


def _fits(text: str, start: int, end: int, begins: bool, ends: bool) -> bool:
    if ends and not _ENDS.match(text, end):
        return False
    return not begins or bool(_BEGINS.search(text[max(0, start - 8) : start]))
