"""Which phrases of the rules stand in a sentence, and which of them are silenced.

A phrase silences those inside it ("no increase in" the "no"); a pseudo phrase those across its
borders too. Of phrases that share words and look the same way the first holds ("not excluded on"
isn't "excluded on"); if they look different ways both do ("was ruled out for").
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from .cue_tables import END, FORWARD, GAP, INSIDE, LINK, PSEUDO, ContextRule
from .phrase_forms import openings, variants
from .phrase_states import CHOICE
from .phrases import Match, PhraseFinder

WORD = re.compile(r"[⺀-鿿]|[^\W⺀-鿿]+")
PART_WORDS = 8
FEW_WORDS = 4  # below as many, over no comma either
_WHOLE, _FIRST, _SECOND = 0, 1, 2
_ITEM = re.compile(
    r"(?:(?<=\s)|(?<![\s\S])|(?<=[、，,;；。]))[(（#]?(?P<item>\d{1,2}|[a-hA-H])"
    r"(?:[)）]|[.、](?=\s*(?:[A-Z⺀-鿿]|\Z)))\s*(?=[^\W\d])"
)
_LIST = re.compile(r"[1aA][).、）]")
_FIRST_WORD = re.compile(r"[^\W_⺀-\U0010ffff]+|\S")
Entry = tuple[ContextRule, int]
# A phrase, a rule of it, the part of the rule that it is, and `Cue.later`.
Standing = tuple[Match, ContextRule, int, bool]


class Cue(NamedTuple):
    """A rule's phrase where it stands.

    rule (ContextRule): The rule.
    start, end (int): Characters, end exclusive; of a cue in two parts those of both.
    inner (tuple[int, int] | None): Between the two parts, for a cue around mentions.
    later (bool): Whether it holds only behind the first item after `end`.
    """

    rule: ContextRule
    start: int
    end: int
    inner: tuple[int, int] | None = None
    later: bool = False


class Entries:
    """The rules of a phrase, and what is asked of them for every place where it stands.

    rules (Sequence[tuple[ContextRule, int]]): Each rule with the part of it that the phrase is: 0
        for a whole cue, 1 and 2 for the parts.
    """

    __slots__ = ("answers", "asserts", "pseudo", "rules", "silences", "whole")

    def __init__(self, rules: Sequence[Entry]):
        self.rules = [(rule, part) for rule, part in rules if rule.category != PSEUDO]
        self.pseudo = [rule for rule, _ in rules if rule.category == PSEUDO]
        self.whole = any(part == _WHOLE for _, part in rules)
        self.asserts = any(rule.asserts and part != _FIRST for rule, part in rules)
        self.answers = any(rule.may_open and part == _WHOLE for rule, part in rules)
        self.silences = any(
            part == _WHOLE and rule.direction != INSIDE and rule.category != LINK
            for rule, part in self.rules
        )


class Cues(NamedTuple):
    """What stands in a sentence.

    cues (list[Cue]): Those that hold, in text order.
    phrases (list[Match]): All phrases with their `Entries`, the silenced too: by start, of one
        start the longest first.
    items (list[tuple[int, int]]): Numbers of a list on one line ("1)"), in text order.
    """

    cues: list[Cue]
    phrases: list[Match]
    items: list[tuple[int, int]]


_NOTHING = Cues([], [], [])


class CueFinder:
    """Finds the phrases of rules.

    rules (Iterable[ContextRule]): The rules. Of those for one phrase the ones of the last table
        hold; of two for one category and direction the later.
    """

    def __init__(self, rules: Iterable[ContextRule]):
        parts = [part for rule in rules for part in _parts(rule)]
        self._phrases = PhraseFinder(parts, _merge)
        self._answers: dict[str, set[str]] = {}
        for phrase, (rule, part) in parts:
            if rule.may_open and part == _WHOLE:
                for first, second in openings(phrase):
                    self._answers.setdefault(first, set()).add(second)

    def find(self, text: str, start: int, end: int) -> Cues:
        """Find cues in a sentence.

        text (str): The document.
        start, end (int): The sentence.
        RETURNS (Cues): What stands in it.
        """
        sentence = text[start:end]
        phrases = self._phrases.find_all(sentence, start)
        for phrase in phrases:
            if phrase.value.asserts:
                break
        else:
            return _NOTHING
        cues = _joined(text, _without_pseudo(_standing(phrases)))
        items = _items(sentence, start) if _LIST.search(sentence) else []
        return Cues(cues, phrases, items)

    def answers(self, text: str, start: int, end: int, following: int) -> int | None:
        """Look for an answer to a sentence at the begin of the next.

        text (str): The document.
        start, end (int): The sentence.
        following (int): Where the next one ends.
        RETURNS (int | None): Where the answer ends, None if there is none.
        """
        last = end - 1
        while last > start and text[last].isspace():
            last -= 1
        if text[last] in "?？":
            match = self._phrases.match(text, last, min(following, end + 40))
            return match.end if match and match.end > end else None
        first = _FIRST_WORD.match(text, end, following)
        seconds = self._answers.get(first.group().lower()) if first else None
        if not first or not seconds:
            return None
        second = _FIRST_WORD.search(text, first.end(), following)
        if "" not in seconds and (not second or second.group().lower() not in seconds):
            return None
        match = self._phrases.match(text, first.start(), min(following, end + 80))
        return match.end if match and match.value.answers else None


def _parts(rule: ContextRule) -> list[tuple[str, Entry]]:
    """The phrases of a rule, with the part that each is."""
    if GAP not in rule.phrase:
        return [(rule.phrase, (rule, _WHOLE))]
    found = []
    within = any(GAP in choice for choice in CHOICE.findall(rule.phrase))
    for variant in variants(rule.phrase) if within else [rule.phrase]:
        if GAP in variant:
            first, second = (part.strip() for part in variant.split(GAP))
            found += [(first, (rule, _FIRST)), (second, (rule, _SECOND))]
        else:
            found.append((variant, (rule, _WHOLE)))
    return found


def _merge(entries: list[Entry]) -> Entries:
    """The rules for one phrase: those of the last table that has it, and of two for one category
    and direction the later. Parts take the place of the same rule's only; parts of two rules are
    parts of both."""
    last: dict[str, int] = {}
    for rule, part in entries:
        last[_owner(rule, part)] = max(last.get(_owner(rule, part), 0), rule.table)
    kept = {_kind(r, part): (r, part) for r, part in entries if r.table == last[_owner(r, part)]}
    return Entries(list(kept.values()))


def _owner(rule: ContextRule, part: int) -> str:
    """What a later table's rule takes the place of: the rule in two parts, or the whole phrase."""
    return rule.phrase if part else ""


def _kind(rule: ContextRule, part: int) -> tuple[object, ...]:
    """What only one rule says of a phrase."""
    return rule.category, rule.direction, rule.ends, part, _owner(rule, part)


def _standing(phrases: Sequence[Match]) -> Sequence[Match]:
    """The phrases that no longer one holds."""
    if len(phrases) == 1:
        return phrases
    found = []
    cover = (-1, -1)
    for phrase in phrases:
        start, end, entries = phrase
        if end > cover[1] or (start, end) == cover:
            found.append(phrase)
            if entries.silences:
                cover = (start, end)
    return found


def _without_pseudo(phrases: Sequence[Match]) -> Iterable[Standing]:
    """The rules that hold, without those that a pseudo phrase silences, or a phrase before that
    looks the same way and shares words."""
    pseudo = [
        (phrase, rule) for phrase in phrases if phrase.value.pseudo for rule in phrase.value.pseudo
    ]
    first, last, border = 0, 0, 0
    taken: dict[str, int] = {}
    for phrase in phrases:
        start, end, entries = phrase
        near: Sequence[ContextRule] = ()
        if pseudo:
            while first < len(pseudo) and pseudo[first][0].end <= start:
                first += 1
            last = first
            while last < len(pseudo) and pseudo[last][0].start < end:
                last += 1
            near = [rule for other, rule in pseudo[first:last] if other.end > start]
        crosses = start < border
        for rule, part in entries.rules:
            over: Sequence[ContextRule] = ()
            if near or crosses:
                if crosses and rule.asserts and start < taken.get(rule.looks, 0):
                    continue
                over = [p for p in near if not p.ends or rule.category in p.ends]
                if any(p.direction != FORWARD for p in over):
                    continue
            yield phrase, rule, part, bool(over)
        if entries.silences:
            for rule, part in entries.rules:
                if part == _WHOLE:
                    taken[rule.looks] = end
            border = max(border, end)


def _joined(text: str, found: Iterable[Standing]) -> list[Cue]:
    """Cues of whole phrases, and of two parts with few words between them, which silence whole
    ones that look the same way and end with them."""
    cues: list[Cue] = []
    opened: dict[ContextRule, Match] = {}
    taken: dict[tuple[str, int], int] = {}
    for phrase, rule, part, later in found:
        if part == _WHOLE:
            cues.append(Cue(rule, phrase[0], phrase[1], None, later))
            if rule.category == END and not rule.ends:
                opened = {r: m for r, m in opened.items() if m.start == phrase.start}
        elif part == _FIRST:
            opened[rule] = phrase
        elif rule in opened and opened[rule].end <= phrase.start:
            first = opened.pop(rule)
            inner = (first.end, phrase.start)
            limit = PART_WORDS if rule.words is None else rule.words
            if limit < FEW_WORDS and "," in text[inner[0] : min(inner[1], inner[0] + 400)]:
                continue
            if inner[1] - inner[0] < 400 and len(WORD.findall(text, *inner)) <= limit:
                cues.append(Cue(rule, first.start, phrase.end, inner, later))
                taken[rule.direction, phrase.end] = phrase.start
    if taken:
        cues = [cue for cue in cues if cue.inner or cue.start < _taken_from(taken, cue)]
    if len(cues) > 1:
        cues.sort(key=_cue_place)
    return cues


def _taken_from(taken: Mapping[tuple[str, int], int], cue: Cue) -> int:
    """Where the second part begins that silences a cue, or a place behind the cue."""
    return taken.get((cue.rule.direction, cue.end), cue.end)


_cue_place = attrgetter("start", "end")


def _items(sentence: str, start: int) -> list[tuple[int, int]]:
    """Numbers or letters of a list that follow one another."""
    found: list[tuple[int, int]] = []
    due = {"1", "a"}
    for match in _ITEM.finditer(sentence):
        item = match["item"].lower()
        if item in due or (not found and not sentence[: match.start()].strip()):
            due = {str(int(item) + 1)} if item.isdigit() else {chr(ord(item) + 1)}
            found.append((start + match.start(), start + match.end()))
    return found if len(found) > 1 else []


def contained(phrases: Sequence[Match], start: int, end: int) -> list[Match]:
    """Find phrases in a part of a sentence.

    phrases (Sequence[Match]): By start.
    start, end (int): Where.
    RETURNS (list[Match]): Those that no longer one in it silences.
    """
    low = bisect_left(phrases, start, key=lambda p: p.start)
    high = bisect_right(phrases, end, key=lambda p: p.start)
    return [*_standing([p for p in phrases[low:high] if p.end <= end])]
