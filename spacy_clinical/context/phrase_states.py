"""Phrases with choices as states: what may follow which words, without all forms written out.

A phrase of four choices of ten words each has ten thousand forms and about forty states.
"""

import re
from collections.abc import Iterator, Sequence

from .phrase_words import END_SIGN, START_SIGN, is_letter, lower, tokens, with_signs

Marks = tuple[bool, bool]
CHOICE = re.compile(r"\{([^{}]*)\}")
Options = list[str]


class State:
    """A place in phrases: what may follow there, and which phrases end there.

    edges (dict[str, list[State]]): Where each word leads.
    ends (list[tuple[Marks, int]]): Phrases that end here: whether a clause must begin before them,
        and end behind; and their numbers.
    """

    __slots__ = ("edges", "ends")

    def __init__(self) -> None:
        self.edges: dict[str, list[State]] = {}
        self.ends: list[tuple[Marks, int]] = []

    def lead(self, word: str, state: "State") -> None:
        """Lead on by a word."""
        self.edges.setdefault(word, []).append(state)

    def take_up(self, other: "State") -> None:
        """Do whatever another state does as well; of two equal ends one is kept."""
        for word, states in other.edges.items():
            known = self.edges.setdefault(word, [])
            known += [state for state in states if state not in known]
        self.ends += [end for end in other.ends if end not in self.ends]


def make_states(phrase: str, number: int, choices: bool = True) -> list[State]:
    """Make the states of a phrase.

    phrase (str): As in a table, with its choices and marks.
    number (int): Its number.
    choices (bool): Whether braces mean choices, and `<end>` a mark, or stand for themselves.
    RETURNS (list[State]): Those in which it begins.
    """
    if not choices:
        return [_chain([[phrase]], False, number)]
    parts = CHOICE.split(with_signs(lower(phrase)))
    options = [part.split("|") if i % 2 else [part] for i, part in enumerate(parts)]
    return [_chain(_unglued(marked), begins, number) for begins, marked in _by_start_mark(options)]


def _by_start_mark(options: Sequence[Options]) -> Iterator[tuple[bool, list[Options]]]:
    """The phrase with the mark at its start, and without it, each where it has a form so."""
    for k, choice in enumerate(options):
        marked = [one.replace(START_SIGN, "") for one in choice if START_SIGN in one]
        if marked:
            plain = [one for one in choice if START_SIGN not in one]
            yield True, [*options[:k], marked, *options[k + 1 :]]
            if plain:
                yield False, [*options[:k], plain, *options[k + 1 :]]
            return
    yield False, list(options)


def _unglued(options: list[Options]) -> list[Options]:
    """Choices whose words don't run into those of the next: others are written out together."""
    i = 0
    while i < len(options):
        j = _glued(options, i)
        if j is None:
            i += 1
            continue
        forms = [""]
        for choice in options[i : j + 1]:
            forms = [form + one for form in forms for one in choice]
        options = [*options[:i], list(dict.fromkeys(forms)), *options[j + 1 :]]
        i = 0
    return options


def _glued(options: list[Options], i: int) -> int | None:
    """The first choice behind one whose words may run into its words."""
    if not any(one and is_letter(one[-1]) for one in options[i]):
        return None
    for j in range(i + 1, len(options)):
        if any(one and is_letter(one[0]) for one in options[j]):
            return j
        if "" not in options[j]:
            return None
    return None


def _chain(options: list[Options], begins: bool, number: int) -> State:
    after = State()
    after.ends.append(((begins, False), number))
    ended = State()
    ended.ends.append(((begins, True), number))
    for choice in reversed(options):
        state = State()
        for one in dict.fromkeys(choice):
            words = [word for word, _, _ in tokens(one)]
            _lead(state, words, ended if END_SIGN in words else after)
        after = state
    return after


def _lead(state: State, words: list[str], after: State) -> None:
    """Lead from a state to another by words."""
    words = [word for word in words if word != END_SIGN]
    if not words:
        state.take_up(after)
        return
    for word in words[:-1]:
        following = State()
        state.lead(word, following)
        state = following
    state.lead(words[-1], after)
