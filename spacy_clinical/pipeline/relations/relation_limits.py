"""Limits on how many relations a mention takes part in, such as one strength a drug."""

from collections import Counter
from collections.abc import Iterable

from ...schema import Schema

Row = tuple[int, int, str, float]


def within_limits(rows: Iterable[Row], schema: Schema) -> list[Row]:
    """Choose the surest relations that keep to the schema's limits.

    The surest is taken first, then the next that still fits. With a limit on one side that gives
    the greatest sum of scores; with limits on both, half of it at least.

    rows (Iterable[Row]): Head, tail, label and score.
    schema (Schema): A relation without direction counts for both of its mentions on either side.
    RETURNS (list[Row]): Those that stay, in their order.
    """
    rows = list(rows)
    limits = {rel.label: (rel.max_per_head, rel.max_per_tail) for rel in schema.relations}
    if not any(limit for pair in limits.values() for limit in pair):
        return rows
    taken: Counter[tuple[str, int, int]] = Counter()
    kept = set()
    for i in sorted(range(len(rows)), key=lambda i: -rows[i][3]):
        head, tail, label, _ = rows[i]
        turns = [(head, tail), (tail, head)] if label in schema.symmetric_labels else [(head, tail)]
        ends = [(label, side, turn[side]) for turn in turns for side in (0, 1)]
        if all(_has_room(taken[end], limits[label][end[1]]) for end in ends):
            taken.update(ends)
            kept.add(i)
    return [row for i, row in enumerate(rows) if i in kept]


def _has_room(n: int, limit: int | None) -> bool:
    return limit is None or n < limit
