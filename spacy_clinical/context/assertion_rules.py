"""Assertions of the mentions of a whole note: sentences, cues and sections put together."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from ..docs.section_spans import DocSection
from .answer_columns import find_answers
from .answering_tests import find_answer
from .cue_resolution import (
    ABSENT,
    HISTORICAL,
    HYPOTHETICAL,
    POSSIBLE,
    PRESENT,
    choose_cues,
)
from .cue_scopes import FAMILY, Extent
from .cue_tables import CURRENT, ORDERED, SELF, UNTOLD, ContextRule
from .cues import Cue, CueFinder
from .ordered_tests import read_orders
from .unresulted_tests import find_unresulted


class Found(NamedTuple):
    """One thing that rules say of a mention.

    value (str): The category.
    cue (tuple[int, int]): The words that say it, or the heading of the section.
    """

    value: str
    cue: Extent


class ContextFinder:
    """Applies rules.

    rules (Iterable[ContextRule]): The rules.
    ranking (Sequence[str]): The categories, the one that weighs most first.
    """

    def __init__(self, rules: Iterable[ContextRule], ranking: Sequence[str]):
        self._cues = CueFinder(rules)
        self._ranks = {category: rank for rank, category in enumerate(ranking)}

    def find(
        self,
        text: str,
        mentions: Sequence[Extent],
        starts: Sequence[int],
        sections: Sequence[DocSection] = (),
        tests: Collection[int] = (),
    ) -> list[list[Found]]:
        """Say what holds of mentions.

        text (str): The note.
        mentions (Sequence[Extent]): Their characters.
        starts (Sequence[int]): Where sentences begin, in order.
        sections (Sequence[DocSection]): The sections, in order.
        tests (Collection[int]): Positions of the mentions that are tests or procedures.
        RETURNS (list[list[Found]]): All that holds of each mention, what weighs most first; an
            empty list where nothing is said.
        """
        found: list[list[Found]] = [[] for _ in mentions]
        for (start, end, following), numbers in _by_sentence(text, mentions, starts).items():
            answer = self._cues.answers(text, start, end, following) if following > end else None
            sentence = (start, answer or end)
            cues = self._cues.find(text, *sentence)
            if not cues.phrases:
                continue
            extents = [mentions[i] for i in numbers]
            chosen = choose_cues(text, sentence, extents, cues, self._ranks)
            for i, held in zip(numbers, chosen, strict=True):
                if held:
                    held = read_orders(text, sentence, mentions[i], held, test=i in tests)
                    said = [_found(cue) for cue in held]
                    found[i] = said if i in tests else _answered(text, said, mentions[i], end)
        for i, answer in find_answers(text, mentions).items():
            if i not in tests:
                found[i] = [Found(answer.value, answer.cue)]
        for i, told in find_unresulted(text, mentions, tests).items():
            found[i] = found[i] or [Found(*told)]
        if any(section.assertion for section in sections):
            self._add_sections(found, mentions, sections)
        return [_told(said) if said else said for said in found]

    def _add_sections(
        self,
        found: list[list[Found]],
        mentions: Sequence[Extent],
        sections: Sequence[DocSection],
    ) -> None:
        begins = [section.start for section in sections]
        for i, (start, _) in enumerate(mentions):
            k = bisect_right(begins, start) - 1
            if k >= 0 and sections[k].assertion and start < sections[k].end:
                found[i] = self._with_section(found[i], sections[k], start)

    def _with_section(self, said: list[Found], section: DocSection, start: int) -> list[Found]:
        """What the words say, and what the section says beside it of what isn't its heading."""
        value = section.assertion
        values = {one.value for one in said}
        if value in values or (value == FAMILY and SELF in values):
            return said
        if start < section.heading[1]:
            return said
        if value == HISTORICAL and {HYPOTHETICAL, PRESENT, CURRENT} & values:
            return said
        if value == POSSIBLE and said:
            return said
        silent = {HISTORICAL, POSSIBLE} if value == HYPOTHETICAL else set()
        kept = [one for one in said if one.value not in silent]
        last = len(self._ranks)
        return sorted(
            [*kept, Found(value, section.heading)],
            key=lambda one: self._ranks.get(one.value, last),
        )


def _found(cue: Cue) -> Found:
    category = cue.rule.category
    return Found(HYPOTHETICAL if category == ORDERED else category, (cue.start, cue.end))


def _answered(text: str, said: list[Found], mention: Extent, end: int) -> list[Found]:
    """What is said, with a denial for a doubt that a clean test answers."""
    if all(one.value != POSSIBLE for one in said):
        return said
    answer = find_answer(text, mention, end)
    if answer is None:
        return said
    return [Found(ABSENT, answer) if one.value == POSSIBLE else one for one in said]


def _told(said: list[Found]) -> list[Found]:
    return [one for one in said if one.value not in UNTOLD]


def _by_sentence(
    text: str, mentions: Sequence[Extent], starts: Sequence[int]
) -> Mapping[tuple[int, int, int], list[int]]:
    """Sentences that hold mentions, and where the next one ends, with the numbers of these."""
    borders = [0, *(s for s in starts if s > 0), len(text)]
    most = len(borders) - 1
    found: dict[tuple[int, int, int], list[int]] = {}
    low = high = -1
    own: list[int] = []
    for i, (start, end) in enumerate(mentions):
        if low <= start < end <= high:
            own.append(i)
            continue
        first = min(bisect_right(borders, start), most)
        last = min(bisect_right(borders, max(start, end - 1)), most)
        low, high, following = borders[first - 1], borders[last], borders[min(last + 1, most)]
        own = found.setdefault((low, high, following), [])
        own.append(i)
        low = low if first == last else high
    return found
