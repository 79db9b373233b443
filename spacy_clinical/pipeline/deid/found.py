"""How overlapping finds become one."""

from collections.abc import Iterable

from ...docs.phi import Identifier as Found

NAMES = frozenset(("NAME", "PATIENT", "DOCTOR"))


def unite(found: Iterable[Found]) -> list[Found]:
    """Join what overlaps: whatever either covers is covered, under the label of the surer one, of
    equally sure ones the longer. Of names, PATIENT and DOCTOR say more than NAME.

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
    surer = max(first, second, key=lambda one: (one.score, one.end - one.start))
    label = surer.label
    if label == "NAME":
        label = next((x.label for x in (first, second) if x.label in NAMES - {"NAME"}), label)
    end = max(first.end, second.end)
    return Found(min(first.start, second.start), end, label, surer.score, surer.source)
