"""Assertions of the mentions of a whole note: sentences, cues and sections put together."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..docs.sections import DocSection, find_section
from .rules import ContextRule
from .scopes import CueFinder, Extent, choose_cues


class Found(NamedTuple):
    """What rules say of a mention.

    value (str): The category, "" if nothing is said of it.
    cue (tuple[int, int] | None): The words that say it, or the heading of the section.
    """

    value: str
    cue: Extent | None


class ContextFinder:
    """Applies rules.

    rules (Iterable[ContextRule]): The rules.
    ranking (Sequence[str]): Where cues of several categories reach a mention, the first of these
        holds.
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
    ) -> list[Found]:
        """Say what holds of mentions.

        text (str): The note.
        mentions (Sequence[Extent]): Their characters.
        starts (Sequence[int]): Where sentences begin, in order.
        sections (Sequence[DocSection]): The sections, in order.
        RETURNS (list[Found]): One a mention.
        """
        found = [Found("", None)] * len(mentions)
        for sentence, numbers in _by_sentence(text, mentions, starts).items():
            cues = self._cues.find(text, *sentence)
            extents = [mentions[i] for i in numbers]
            chosen = choose_cues(text, sentence, extents, cues, self._ranks)
            for i, cue in zip(numbers, chosen, strict=True):
                said = Found(cue.rule.category, (cue.start, cue.end)) if cue else Found("", None)
                found[i] = self._with_section(said, find_section(sections, mentions[i][0]))
        return found

    def _with_section(self, said: Found, section: DocSection | None) -> Found:
        """What the words say, or the section where it says more."""
        if section is None or not section.assertion:
            return said
        last = len(self._ranks)
        weaker = self._ranks.get(section.assertion, last) < self._ranks.get(said.value, last)
        return Found(section.assertion, section.heading) if weaker or not said.value else said


def _by_sentence(
    text: str, mentions: Sequence[Extent], starts: Sequence[int]
) -> Mapping[Extent, list[int]]:
    """Sentences that hold mentions, with the numbers of these."""
    borders = [0, *(s for s in starts if s > 0), len(text)]
    found: dict[Extent, list[int]] = {}
    for i, (start, end) in enumerate(mentions):
        k = min(bisect_right(borders, start), len(borders) - 1)
        last = min(bisect_right(borders, max(start, end - 1)), len(borders) - 1)
        found.setdefault((borders[k - 1], borders[last]), []).append(i)
    return found
