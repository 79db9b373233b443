"""Limits on how many relations a mention takes part in, such as one strength a drug."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ...schema import RelationType, Schema
from ..heads.platt_scaling import to_log_odds
from .relation_assignment import best_assignment, components

Row = tuple[int, int, str, float]

LEAST = 1e-6  # what a score is worth that just reaches its threshold


def within_limits(
    rows: Iterable[Row], schema: Schema, lowest: Mapping[str, float] | None = None
) -> list[Row]:
    """Choose the likeliest relations that keep to the schema's limits.

    That is the greatest sum of what the log-odds of scores lie above those of the thresholds; for
    relations without direction, half of it at least.

    rows (Iterable[Row]): Head, tail, label and score, which reaches its threshold.
    schema (Schema): A relation without direction counts for both of its mentions on either side.
    lowest (Mapping[str, float] | None): The threshold of each label; None for 0.5.
    RETURNS (list[Row]): Those that stay, in their order.
    """
    rows = list(rows)
    by_label = defaultdict(list)
    for i, row in enumerate(rows):
        by_label[row[2]].append(i)
    dropped: set[int] = set()
    for rel in schema.relations:
        own = by_label.get(rel.label)
        if own and (rel.max_per_head or rel.max_per_tail):
            floor = 0.5 if lowest is None else lowest[rel.label]
            dropped |= {own[i] for i in _dropped([rows[i] for i in own], rel, floor)}
    return [row for i, row in enumerate(rows) if i not in dropped]


def _dropped(rows: Sequence[Row], rel: RelationType, floor: float) -> set[int]:
    """Positions of those relations of one label that don't stay."""
    values = to_log_odds([row[3] for row in rows]) - to_log_odds(floor)
    weights = [max(value, 0.0) + LEAST for value in values.tolist()]
    edges = [(row[0], row[1], weight) for row, weight in zip(rows, weights, strict=True)]
    most = rel.max_per_head or len(edges), rel.max_per_tail or len(edges)
    dropped: set[int] = set()
    for group in [range(len(edges))] if rel.symmetric else components(edges):
        part = [edges[i] for i in group]
        kept = _surest(part, min(most)) if rel.symmetric else _best(part, *most)
        dropped |= {i for k, i in enumerate(group) if k not in kept}
    return dropped


def _best(edges: Sequence[tuple[int, int, float]], per_head: int, per_tail: int) -> set[int]:
    heads, tails = (Counter(edge[side] for edge in edges) for side in (0, 1))
    if max(heads.values()) <= per_head and max(tails.values()) <= per_tail:
        return set(range(len(edges)))
    return best_assignment(edges, per_head, per_tail)


def _surest(edges: Sequence[tuple[int, int, float]], most: int) -> set[int]:
    """The surest first, then the next that still fits."""
    taken: Counter[int] = Counter()
    kept = set()
    for i in sorted(range(len(edges)), key=lambda i: -edges[i][2]):
        ends = edges[i][:2]
        if all(taken[end] < most for end in ends):
            taken.update(ends)
            kept.add(i)
    return kept
