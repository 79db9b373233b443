"""Assertions of the mentions of a whole note: sentences, cues and sections put together."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..docs.sections import DocSection, find_section
from .choice import HISTORICAL, HYPOTHETICAL, POSSIBLE, choose_cues
from .cues import CueFinder
from .rules import ContextRule
from .scopes import Extent


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
    ) -> list[list[Found]]:
        """Say what holds of mentions.

        text (str): The note.
        mentions (Sequence[Extent]): Their characters.
        starts (Sequence[int]): Where sentences begin, in order.
        sections (Sequence[DocSection]): The sections, in order.
        RETURNS (list[list[Found]]): All that holds of each mention, what weighs most first; an
            empty list where nothing is said.
        """
        found: list[list[Found]] = [[] for _ in mentions]
        for (start, end, following), numbers in _by_sentence(text, mentions, starts).items():
            answer = self._cues.answers(text, start, end, following) if following > end else None
            sentence = (start, answer or end)
            cues = self._cues.find(text, *sentence)
            extents = [mentions[i] for i in numbers]
            chosen = choose_cues(text, sentence, extents, cues, self._ranks)
            section = find_section(sections, start)
            whole = section is not None and section.end >= sentence[1]
            for i, held in zip(numbers, chosen, strict=True):
                said = [Found(cue.rule.category, (cue.start, cue.end)) for cue in held]
                if sections:
                    own = section if whole else find_section(sections, mentions[i][0])
                    said = self._with_section(said, own, mentions[i][0])
                found[i] = said
        return found

    def _with_section(
        self, said: list[Found], section: DocSection | None, start: int
    ) -> list[Found]:
        """What the words say, and what the section says beside it of what isn't its heading."""
        if section is None or not section.assertion:
            return said
        value = section.assertion
        if value in {one.value for one in said}:
            return said
        if start < section.heading[1]:
            return said
        if value == HISTORICAL and HYPOTHETICAL in {one.value for one in said}:
            return said
        silent = {HISTORICAL, POSSIBLE} if value == HYPOTHETICAL else set()
        kept = [one for one in said if one.value not in silent]
        last = len(self._ranks)
        return sorted(
            [*kept, Found(value, section.heading)],
            key=lambda one: self._ranks.get(one.value, last),
        )


def _by_sentence(
    text: str, mentions: Sequence[Extent], starts: Sequence[int]
) -> Mapping[tuple[int, int, int], list[int]]:
    """Sentences that hold mentions, and where the next one ends, with the numbers of these."""
    borders = [0, *(s for s in starts if s > 0), len(text)]
    found: dict[tuple[int, int, int], list[int]] = {}
    for i, (start, end) in enumerate(mentions):
        k = min(bisect_right(borders, start), len(borders) - 1)
        last = min(bisect_right(borders, max(start, end - 1)), len(borders) - 1)
        following = borders[min(last + 1, len(borders) - 1)]
        found.setdefault((borders[k - 1], borders[last], following), []).append(i)
    return found
