"""How many relations of a label a mention takes part in, by what is annotated."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from spacy.tokens import Doc

from ...docs import get_relation_rows, has_relations
from ...schema import RelationType, Schema

# For a label: how many heads have one, two and so on of its relations, and how many tails have.
Ends = tuple[Counter[int], Counter[int]]

EXCEPTIONS = 0.02
MOST = 1


def count_ends(docs: Iterable[Doc], key: str, symmetric: Iterable[str] = ()) -> dict[str, Ends]:
    """Count the relations of each head and each tail.

    docs (Iterable[Doc]): Gold documents; those without relations' annotation don't count.
    key (str): The span group.
    symmetric (Iterable[str]): Labels without direction, in which both mentions are heads and tails.
    RETURNS (dict[str, Ends]): By label.
    """
    undirected = frozenset(symmetric)
    counts: dict[str, Ends] = defaultdict(lambda: (Counter(), Counter()))
    for doc in docs:
        own: Counter[tuple[str, int, int]] = Counter()
        rows = get_relation_rows(doc, key) if has_relations(doc, key) else []
        for head, tail, label, _ in rows:
            ends = [(head, tail), (tail, head)] if label in undirected else [(head, tail)]
            own.update((label, side, pair[side]) for pair in ends for side in (0, 1))
        for (label, side, _), n in own.items():
            counts[label][side][n] += 1
    return dict(counts)


def learn_limit(counts: Mapping[int, int], exceptions: float, most: int = MOST) -> int | None:
    """Find the number of relations that next to no mention goes beyond.

    One exception more than was seen is reckoned with, so that a rare label gets no limit.

    counts (Mapping[int, int]): How many mentions have so many relations.
    exceptions (float): Share of the mentions that may have more.
    most (int): The highest limit that is worth having: higher ones tell of long lists.
    RETURNS (int | None): The lowest such number, None if there is none.
    """
    total = sum(counts.values())
    for limit in range(1, most + 1):
        beyond = sum(n for size, n in counts.items() if size > limit)
        if beyond + 1 <= exceptions * (total + 1):
            return limit
    return None


def with_limits(schema: Schema, counts: Mapping[str, Ends], exceptions: float | None) -> Schema:
    """Give each label of a schema the limits that its relations keep to.

    schema (Schema): Its labels.
    counts (Mapping[str, Ends]): Of `count_ends`.
    exceptions (float | None): Share of the mentions that may go beyond; None for no limits.
    RETURNS (Schema): With limits.
    """
    if exceptions is None:
        return schema
    return replace(schema, relations=tuple(_limit(r, counts, exceptions) for r in schema.relations))


def _limit(rel: RelationType, counts: Mapping[str, Ends], exceptions: float) -> RelationType:
    heads, tails = counts.get(rel.label, (Counter[int](), Counter[int]()))
    per_head, per_tail = learn_limit(heads, exceptions), learn_limit(tails, exceptions)
    return replace(rel, max_per_head=per_head, max_per_tail=per_tail)
