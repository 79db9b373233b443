"""Which date belongs to which mention."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from ..records import Entity

_SENTENCE_END = re.compile(
    r"[.!?][\"')\]]*\s+(?=[A-Z])|\n\s*\n|\n\s*(?:[-*•]|\(?\d+[.)])\s"
    r"|(?<!\b(?:in|on|of))(?<!\bsince)(?<!,)\n(?=[A-Z])"
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
    borders = [match.end() for match in _SENTENCE_END.finditer(text)]
    by_end = sorted(others, key=lambda entity: entity.end)
    by_start = sorted(others, key=lambda entity: entity.start)
    ends, starts = [e.end for e in by_end], [e.start for e in by_start]
    for date in dates:
        if _NOT_FROM.search(text[max(0, date.start - 20) : date.start]):
            continue
        last, after = bisect_right(ends, date.start), bisect_left(starts, date.end)
        before = bisect_left(ends, ends[last - 1]) if last else 0
        near = by_end[before : before + bool(last)] + by_start[after : after + 1]
        for entity in near:
            left, right = min(entity.end, date.end), max(entity.start, date.start)
            if bisect_right(borders, left) == bisect_right(borders, right):
                yield entity, date
                break
