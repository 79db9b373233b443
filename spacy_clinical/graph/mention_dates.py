"""Which date belongs to which mention."""

import re
from collections.abc import Iterator, Sequence

from ..records import Entity

_SENTENCE_END = re.compile(
    r"[.!?][\"')\]]*\s+(?=[A-Z])|\n\s*\n|\n\s*(?:[-*•]|\(?\d+[.)])\s|\n(?=[A-Z])"
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
    for date in dates:
        if _NOT_FROM.search(text[max(0, date.start - 20) : date.start]):
            continue
        before = [e for e in others if e.end <= date.start]
        after = [e for e in others if e.start >= date.end]
        near = sorted(before, key=lambda e: -e.end)[:1] + sorted(after, key=lambda e: e.start)[:1]
        for entity in near:
            between = text[min(entity.end, date.end) : max(entity.start, date.start)]
            if not _SENTENCE_END.search(between):
                yield entity, date
                break
