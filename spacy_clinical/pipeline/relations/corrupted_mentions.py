"""Wrong mentions made of right ones, to learn from as arguments of no relation."""

from collections.abc import Collection, Sequence

import numpy

Place = tuple[int, int, str]


def corrupt(
    places: Sequence[Place], share: float, n_tokens: int, labels: Sequence[str]
) -> list[Place]:
    """Draw wrong copies of mentions: a border moved by a token, or another label.

    The draw is numpy's own, which a training's seed fixes.

    places (Sequence[Place]): Start, end and label of the right ones.
    share (float): How many of them to copy, in 0..1.
    n_tokens (int): Length of the document.
    labels (Sequence[str]): Labels to choose from.
    RETURNS (list[Place]): Copies, none of which is right.
    """
    drawn = numpy.flatnonzero(numpy.random.rand(len(places)) < share)
    known = set(places)
    found: dict[Place, None] = {}
    for i in drawn.tolist():
        choices = [p for p in _copies(places[i], labels) if _is_wrong(p, known, n_tokens)]
        if choices:
            found[choices[numpy.random.randint(len(choices))]] = None
    return list(found)


def _copies(place: Place, labels: Sequence[str]) -> list[Place]:
    start, end, label = place
    moved = [(start - 1, end), (start + 1, end), (start, end - 1), (start, end + 1)]
    others = [other for other in labels if other != label]
    return [(s, e, label) for s, e in moved] + [(start, end, other) for other in others]


def _is_wrong(place: Place, known: Collection[Place], n_tokens: int) -> bool:
    return 0 <= place[0] < place[1] <= n_tokens and place not in known
