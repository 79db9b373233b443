"""Which date belongs to which mention."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from ..records import Entity

_SHORT = (
    "bzw",
    "ggf",
    "evtl",
    "tgl",
    "inkl",
    "ca",
    "sog",
    "u.a",
    "z.B",
    "V.a",
    "Z.n",
    "i.v",
    "s.c",
)
_MONTH = (
    "(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)"
)
_SENTENCE_END = re.compile(
    "".join(rf"(?<!\b{re.escape(word)})" for word in _SHORT)
    + rf"[.!?][\"')\]]*\s+(?=[A-ZÄÖÜÁÉÍÓÚÑ¿¡])(?!(?<=\d\.\s){_MONTH}\b)"
    r"|\n\s*\n|\n\s*(?:[-*•]|\(?\d+[.)])\s"
    r"|(?<!\b(?:in|on|of))(?<!\bsince)(?<!,)\n(?=[A-Z])|[。！？；]\s*(?=.)"
)
_NOT_FROM = re.compile(r"\b(?:until|till|through|by|before|for|next)\s+(?:the\s+)?$", re.IGNORECASE)


def pair_dates(
    text: str, dates: Sequence[Entity], others: Sequence[Entity]
) -> Iterator[tuple[Entity, Entity]]:
    """Give each date to the mention it most likely belongs to.

    That is the last one before it in its sentence, else the first one after it there. A date by or
    until or for which something is, belongs to none. It is a rule of thumb, used where no relation
    says it.

    text (str): The document.
    dates (Sequence[Entity]): Date mentions.
    others (Sequence[Entity]): What may be dated.
    YIELDS (tuple[Entity, Entity]): The mention and its date.
    """
    borders = sentence_borders(text)
    near = Neighbours(borders, others)
    for date in dates:
        if _NOT_FROM.search(text[max(0, date.start - 20) : date.start]):
            continue
        for entity in near.of(date.start, date.end):
            yield entity, date
            break


def sentence_borders(text: str) -> list[int]:
    """RETURNS (list[int]): Where sentences and lines of a list begin, but the first."""
    return [match.end() for match in _SENTENCE_END.finditer(text)]


class Neighbours:
    """Mentions made ready to be looked up by place.

    borders (Sequence[int]): Where sentences begin, but the first.
    mentions (Sequence[Entity]): The mentions.
    """

    def __init__(self, borders: Sequence[int], mentions: Sequence[Entity]):
        self._borders = borders
        self._by_end = sorted(mentions, key=lambda entity: entity.end)
        self._by_start = sorted(mentions, key=lambda entity: entity.start)
        self._ends = [e.end for e in self._by_end]
        self._starts = [e.start for e in self._by_start]

    def of(self, start: int, end: int) -> Iterator[Entity]:
        """YIELDS (Entity): The last mention before a place in its sentence, the first after it."""
        last, after = bisect_right(self._ends, start), bisect_left(self._starts, end)
        before = bisect_left(self._ends, self._ends[last - 1]) if last else 0
        near = self._by_end[before : before + bool(last)] + self._by_start[after : after + 1]
        for entity in near:
            left, right = min(entity.end, end), max(entity.start, start)
            if bisect_right(self._borders, left) == bisect_right(self._borders, right):
                yield entity
