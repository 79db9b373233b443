"""The best choice of relations when each head and each tail may take part in a few only.

That is a maximum weight b-matching of a graph with two sides. Relations are added along the best
alternating path, one more at a time (successive shortest paths, as in Ahuja, Magnanti and Orlin,
Network Flows, 1993, chapter 9): after each the choice is the best of its size, and what another
adds never grows, so the first that adds nothing ends it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

Edge = tuple[int, int, float]
Node = tuple[int, int]  # side (0 for heads, 1 for tails) and number

LEAST = 1e-9  # less is rounding


def components(edges: Sequence[Edge]) -> list[list[int]]:
    """Group edges that are linked by shared ends.

    edges (Sequence[Edge]): Head, tail and weight.
    RETURNS (list[list[int]]): Positions of edges, in order.
    """
    root: dict[Node, Node] = {}

    def find(node: Node) -> Node:
        while root.setdefault(node, node) != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for head, tail, _ in edges:
        root[find((0, head))] = find((1, tail))
    groups = defaultdict(list)
    for i, (head, _, _) in enumerate(edges):
        groups[find((0, head))].append(i)
    return list(groups.values())


def best_assignment(edges: Sequence[Edge], per_head: int, per_tail: int) -> set[int]:
    """Choose the edges of the greatest sum.

    edges (Sequence[Edge]): Head, tail and weight; those without weight above zero are left out.
    per_head, per_tail (int): Edges that a head and a tail may have.
    RETURNS (set[int]): Positions of the chosen edges. Time grows with their number, the number of
        edges, and the length of alternating paths.
    """
    chosen: set[int] = set()
    while path := _best_path(edges, chosen, per_head, per_tail):
        chosen ^= set(path)
    return chosen


def _best_path(edges: Sequence[Edge], chosen: set[int], per_head: int, per_tail: int) -> list[int]:
    """The alternating path from a head with room to a tail with room that adds most, if any does.

    A path gives up chosen edges on its way back from tails, and takes others on its way forward.
    """
    taken = _count_ends(edges[i] for i in chosen)
    gain: dict[Node, float] = {(0, head): 0.0 for head, _, _ in edges if taken[0, head] < per_head}
    via: dict[Node, int] = {}
    changed = True
    while changed:
        changed = False
        for i, (head, tail, weight) in enumerate(edges):
            ends: tuple[Node, Node] = ((0, head), (1, tail))
            source, target = ends[::-1] if i in chosen else ends
            if source in gain:
                reached = gain[source] + (-weight if i in chosen else weight)
                if reached > gain.get(target, float("-inf")) + LEAST:
                    gain[target], via[target] = reached, i
                    changed = True
    free = [node for node in gain if node[0] and taken[node] < per_tail and gain[node] > LEAST]
    return _trace(max(free, key=gain.__getitem__), edges, via) if free else []


def _trace(node: Node, edges: Sequence[Edge], via: dict[Node, int]) -> list[int]:
    path = []
    while node in via:
        path.append(via[node])
        head, tail, _ = edges[via[node]]
        node = (1, tail) if node == (0, head) else (0, head)
    return path


def _count_ends(edges: Iterable[Edge]) -> Counter[Node]:
    return Counter(end for head, tail, _ in edges for end in ((0, head), (1, tail)))
