"""Boxes of forms: the line tells whether they stand before names or behind them.

"[ ] gout [x] mumps" begins with a box, "gout [ ] mumps [x]" ends with one. Of "gout [ ] mumps [x]
scurvy" it can't be told.
"""

from collections.abc import Sequence

from .cue_tables import BACKWARD, BOTH, BOX, FORWARD, TICKED
from .cues import WORD, Cue

Extent = tuple[int, int]
BOXES = frozenset([BOX, TICKED])


def turn_boxes(text: str, mentions: Sequence[Extent], cues: list[Cue]) -> list[Cue]:
    """Turn the boxes of a sentence to the names that they are of.

    text (str): The document.
    mentions (Sequence[Extent]): Those of the sentence, in any order.
    cues (list[Cue]): Its cues, in text order.
    RETURNS (list[Cue]): The same: those of direction `box` look where their line says, those of
        `ticked` are left only where it can't be told, and look both ways.
    """
    if not any(cue.rule.direction in BOXES for cue in cues):
        return cues
    lines: dict[int, list[Cue]] = {}
    for cue in cues:
        if cue.rule.direction in BOXES:
            lines.setdefault(text.rfind("\n", 0, cue.start), []).append(cue)
    sides = {line: _side(text, line + 1, boxes, mentions) for line, boxes in lines.items()}
    turned = [_turn(cue, sides.get(text.rfind("\n", 0, cue.start), "")) for cue in cues]
    return [cue for cue in turned if cue.rule.direction != TICKED]


def _turn(cue: Cue, side: str) -> Cue:
    if cue.rule.direction == BOX or (cue.rule.direction == TICKED and side == BOTH):
        return cue._replace(rule=cue.rule._replace(direction=side))
    return cue


def _side(text: str, start: int, boxes: Sequence[Cue], mentions: Sequence[Extent]) -> str:
    """Where the names of a line's boxes stand: behind boxes that no name stands before, or a name
    and a colon that all are of ("gout: [x] A [ ] B"); before boxes that no word stands behind."""
    first, last = boxes[0].start, boxes[-1].end
    if not any(start <= begin < first for begin, _ in mentions):
        return FORWARD
    if not WORD.search(text[last:].partition("\n")[0]):
        return BACKWARD
    return FORWARD if text[start:first].rstrip().endswith(":") else BOTH
