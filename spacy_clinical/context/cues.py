"""Which phrases of the rules stand in a sentence, and which of them are silenced.

A phrase silences those inside it ("no increase in" the "no"); a pseudo phrase those across its
borders too. Of phrases that share words and look the same way the first holds ("not excluded on"
isn't "excluded on"); if they look different ways both do ("was ruled out for").
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .phrases import PhraseFinder, variants, words_of
from .rules import ANSWER, FORWARD, GAP, INSIDE, LINK, PSEUDO, ContextRule

WORD = re.compile(r"[⺀-鿿]|[^\W⺀-鿿]+")
PART_WORDS = 8
_WHOLE, _FIRST, _SECOND = 0, 1, 2
_ITEM = re.compile(
    r"(?:(?<=\s)|(?<![\s\S])|(?<=[、，,;；。]))[(（#]?(?P<item>\d{1,2}|[a-hA-H])"
    r"(?:[)）]|[.、](?=\s*(?:[A-Z⺀-鿿]|\Z)))\s*(?=[^\W\d])"
)
_LIST = re.compile(r"[1aA][).、）]")
_FIRST_WORD = re.compile(r"[^\W_⺀-\U0010ffff]+|\S")
Entry = tuple[ContextRule, int]


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

    __slots__ = ("answers", "asserts", "pseudo", "rules", "silences")

    def __init__(self, rules: Sequence[Entry]):
        self.rules = [(rule, part) for rule, part in rules if rule.category != PSEUDO]
        self.pseudo = [rule for rule, _ in rules if rule.category == PSEUDO]
        self.asserts = any(rule.asserts for rule, _ in rules)
        self.answers = any(rule.direction == ANSWER for rule, _ in rules)
        self.silences = any(
            part == _WHOLE and rule.direction != INSIDE and rule.category != LINK
            for rule, part in self.rules
        )


class Phrase(NamedTuple):
    """A phrase where it stands.

    start, end (int): Characters, end exclusive.
    entries (Entries): Its rules.
    """

    start: int
    end: int
    entries: Entries


class Cues(NamedTuple):
    """What stands in a sentence.

    cues (list[Cue]): Those that hold, in text order.
    phrases (list[Phrase]): All phrases, the silenced too: by start, of one start the longest first.
    items (list[tuple[int, int]]): Numbers of a list on one line ("1)"), in text order.
    """

    cues: list[Cue]
    phrases: list[Phrase]
    items: list[tuple[int, int]]


_NOTHING = Cues([], [], [])


def _place(phrase: Phrase) -> tuple[int, int]:
    return phrase.start, -phrase.end


class CueFinder:
    """Finds the phrases of rules.

    rules (Iterable[ContextRule]): The rules. Of those for one phrase the ones of the last table
        hold; of two for one category and direction the later.
    """

    def __init__(self, rules: Iterable[ContextRule]):
        found: dict[str, dict[tuple[str, str, int], Entry]] = {}
        tables: dict[str, int] = {}
        for rule in rules:
            for phrase, part in _parts(rule):
                if tables.get(phrase, 0) < rule.table:
                    found.pop(phrase, None)
                tables[phrase] = max(rule.table, tables.get(phrase, 0))
                if rule.table == tables[phrase]:
                    key = (rule.category, rule.direction, part)
                    found.setdefault(phrase, {})[key] = (rule, part)
        made = {phrase: Entries(list(entries.values())) for phrase, entries in found.items()}
        self._phrases = PhraseFinder(made)
        self._answers = {words_of(p)[0] for p, entries in made.items() if entries.answers}

    def find(self, text: str, start: int, end: int) -> Cues:
        """Find cues in a sentence.

        text (str): The document.
        start, end (int): The sentence.
        RETURNS (Cues): What stands in it.
        """
        sentence = text[start:end]
        found = self._phrases.find_all(sentence)
        if not any(match[0].asserts for match in found):
            return _NOTHING
        phrases = [Phrase(start + first, start + last, value) for value, first, last in found]
        phrases.sort(key=_place)
        cues = _without_pseudo(_standing(phrases))
        items = _items(sentence, start) if _LIST.search(sentence) else []
        return Cues(_joined(text, cues), phrases, items)

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
        if not first or first.group().lower() not in self._answers:
            return None
        match = self._phrases.match(text, first.start(), min(following, end + 80))
        return match.end if match and match.value.answers else None


def _parts(rule: ContextRule) -> list[tuple[str, int]]:
    """The phrases of a rule, with the part that each is."""
    found = []
    for variant in variants(rule.phrase):
        if GAP in variant:
            first, second = (part.strip() for part in variant.split(GAP))
            found += [(first, _FIRST), (second, _SECOND)]
        else:
            found.append((variant, _WHOLE))
    return found


def _standing(phrases: Sequence[Phrase]) -> list[Phrase]:
    """The phrases that no longer one holds."""
    found = []
    cover = (-1, -1)
    for phrase in phrases:
        extent = (phrase.start, phrase.end)
        if phrase.end > cover[1] or extent == cover:
            found.append(phrase)
            if phrase.entries.silences:
                cover = extent
    return found


def _without_pseudo(phrases: Sequence[Phrase]) -> list[tuple[Phrase, ContextRule, int, bool]]:
    """The rules that hold, without those that a pseudo phrase silences, or a phrase before that
    looks the same way and shares words."""
    pseudo = [(phrase, rule) for phrase in phrases for rule in phrase.entries.pseudo]
    found, first, last = [], 0, 0
    taken: dict[str, int] = {}
    border = 0
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
        if not near and not crosses:
            found += [(phrase, rule, part, False) for rule, part in entries.rules]
        for rule, part in entries.rules if near or crosses else ():
            if crosses and rule.asserts and start < taken.get(rule.direction, 0):
                continue
            over = [p for p in near if not p.ends or rule.category in p.ends]
            if all(p.direction == FORWARD for p in over):
                found.append((phrase, rule, part, bool(over)))
        if entries.silences:
            taken.update((rule.direction, end) for rule, part in entries.rules if part == _WHOLE)
            border = max(border, end)
    return found


def _joined(text: str, found: Iterable[tuple[Phrase, ContextRule, int, bool]]) -> list[Cue]:
    """Cues of whole phrases, and of two parts with few words between them."""
    cues: list[Cue] = []
    opened: dict[ContextRule, Phrase] = {}
    for phrase, rule, part, later in found:
        if part == _WHOLE:
            cues.append(Cue(rule, phrase.start, phrase.end, later=later))
        elif part == _FIRST:
            opened[rule] = phrase
        elif rule in opened and opened[rule].end <= phrase.start:
            first = opened.pop(rule)
            inner = (first.end, phrase.start)
            limit = PART_WORDS if rule.words is None else rule.words
            if inner[1] - inner[0] < 400 and len(WORD.findall(text, *inner)) <= limit:
                cues.append(Cue(rule, first.start, phrase.end, inner, later))
    return sorted(cues, key=_cue_place)


def _cue_place(cue: Cue) -> tuple[int, int]:
    return cue.start, cue.end


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


def contained(phrases: Sequence[Phrase], start: int, end: int) -> list[Phrase]:
    """Find phrases in a part of a sentence.

    phrases (Sequence[Phrase]): By start.
    start, end (int): Where.
    RETURNS (list[Phrase]): Those that no longer one in it silences.
    """
    low = bisect_left(phrases, start, key=lambda p: p.start)
    high = bisect_right(phrases, end, key=lambda p: p.start)
    return _standing([p for p in phrases[low:high] if p.end <= end])
