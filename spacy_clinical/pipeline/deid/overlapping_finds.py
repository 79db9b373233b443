"""How overlapping finds become one."""

from collections.abc import Iterable

from ...docs.phi import Identifier as Found

_SURE = 0.5
NAMES = frozenset(("NAME", "PATIENT", "DOCTOR"))


def unite(found: Iterable[Found]) -> list[Found]:
    """Join what overlaps: whatever either covers is covered. The label is that of the one that
    holds the other ("May 3" holds "May"), else of the surer one. Of names, PATIENT and DOCTOR say
    more than NAME.

    found (Iterable[Found]): In any order.
    RETURNS (list[Found]): In text order, none overlapping another.
    """
    united: list[Found] = []
    for one in sorted(found):
        if united and one.start < united[-1].end:
            united[-1] = _join(united[-1], one)
        else:
            united.append(one)
    return united


def _join(first: Found, second: Found) -> Found:
    longer = max(first, second, key=lambda one: one.end - one.start)
    holds = longer.start <= min(first.start, second.start) and longer.end >= max(
        first.end, second.end
    )
    surer = max(first, second, key=lambda one: (one.score, one.end - one.start))
    if holds and longer.score >= _SURE and len({o.end - o.start for o in (first, second)}) > 1:
        surer = longer
    label = surer.label
    if label == "NAME":
        label = next((x.label for x in (first, second) if x.label in NAMES - {"NAME"}), label)
    end = max(first.end, second.end)
    return Found(min(first.start, second.start), end, label, surer.score, surer.source)
