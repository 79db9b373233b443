"""Where boxes and links lie: columns, few crossings, neighbours at the same height.

The layered drawing of Sugiyama, Tagawa and Toda (1981): links over several columns get a place in
each; barycentres order the columns; then heights are the nearest to their neighbours' that leave
boxes apart in that order, by pooling adjacent violators.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .picture import COLUMNS, Box, Key, Link, Picture

BOX_WIDTH, GAP, MARGIN, TOP = 200.0, 140.0, 24.0, 84.0
LINE, PADDING, APART, PASS_HEIGHT = 16.0, 8.0, 16.0, 6.0
CHARACTERS = 22
SWEEPS = 12


@dataclass
class Place:
    """A box, or the place where a link passes a column.

    box (Box | None): None for a link that passes.
    column (int): From the left.
    height (float): In pixels.
    lines (list[str]): The box's text, wrapped.
    y (float): Its middle.
    neighbours (list[Key]): Places in the columns beside it, and further ones of boxes.
    """

    box: Box | None
    column: int
    height: float
    lines: list[str] = field(default_factory=list)
    y: float = 0.0
    neighbours: list[Key] = field(default_factory=list)

    @property
    def left(self) -> float:
        return MARGIN + self.column * (BOX_WIDTH + GAP)

    @property
    def right(self) -> float:
        return self.left + BOX_WIDTH


@dataclass
class Layout:
    """Places, and the keys of the places that each link goes through, from its head.

    columns (list[str]): Titles of the columns that are used.
    """

    places: dict[Key, Place]
    paths: dict[Link, list[Key]]
    columns: list[str]

    @property
    def width(self) -> float:
        return 2 * MARGIN + len(self.columns) * (BOX_WIDTH + GAP) - GAP

    @property
    def height(self) -> float:
        return max(place.y + place.height / 2 for place in self.places.values()) + MARGIN


def lay_out(picture: Picture) -> Layout:
    """Place a picture's boxes and links.

    picture (Picture): At least one box.
    RETURNS (Layout): In pixels from the top left.
    """
    used = sorted({box.column for box in picture.boxes.values()})
    places = {
        key: _place(box, used.index(box.column)) for key, box in sorted(picture.boxes.items())
    }
    layout = Layout(places, {}, [COLUMNS[column] for column in used])
    for link in picture.links:
        layout.paths[link] = _route(link, places)
    order = _order(places, len(used))
    for _ in range(SWEEPS):
        for keys in order:
            _settle(keys, places)
    _shift_down(places)
    return layout


def pool(wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Find the rising sequence nearest to another, by weighted squares.

    wanted (Sequence[float]): The values.
    weights (Sequence[float]): How much each counts, above 0.
    RETURNS (list[float]): As many values, none below the one before it.
    """
    blocks: list[list[float]] = []
    for value, weight in zip(wanted, weights, strict=True):
        blocks.append([value, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, m, i), (b, n, j) = blocks[-2], blocks.pop()
            blocks[-1] = [(a * m + b * n) / (m + n), m + n, i + j]
    return [value for value, _, count in blocks for _ in range(int(count))]


def _place(box: Box, column: int) -> Place:
    lines = [part for line in box.lines for part in _wrap(line)]
    return Place(box, column, LINE * (len(lines) + 1) + 2 * PADDING, lines)


def _wrap(line: str) -> list[str]:
    parts = textwrap.wrap(line, CHARACTERS, max_lines=3, placeholder=" …")
    return parts or [line]


def _route(link: Link, places: dict[Key, Place]) -> list[Key]:
    """The places that a link passes, new ones in the columns between."""
    head, tail = places[link.head], places[link.tail]
    step = 1 if head.column < tail.column else -1
    keys: list[Key] = [link.head]
    for column in range(head.column + step, tail.column, step):
        keys.append(("pass", str(column), *link.head, link.label, *link.tail))
        places[keys[-1]] = Place(None, column, PASS_HEIGHT)
    keys.append(link.tail)
    for one, other in pairwise(keys):
        places[one].neighbours.append(other)
        places[other].neighbours.append(one)
    return keys


def _order(places: dict[Key, Place], columns: int) -> list[list[Key]]:
    """The places of each column, ordered by where their neighbours stand in theirs."""
    order: list[list[Key]] = [[] for _ in range(columns)]
    for key, place in places.items():
        order[place.column].append(key)
    for sweep in range(SWEEPS):
        rank = {key: i / len(keys) for keys in order for i, key in enumerate(keys)}
        for keys in order if sweep % 2 == 0 else reversed(order):
            keys.sort(key=lambda key: _barycentre(key, places, rank))
            rank.update({key: i / len(keys) for i, key in enumerate(keys)})
    return order


def _barycentre(key: Key, places: dict[Key, Place], rank: dict[Key, float]) -> tuple[bool, float]:
    """Unlinked boxes come last, as they are."""
    near = [n for n in places[key].neighbours if places[n].column != places[key].column]
    mean = sum(rank[n] for n in near) / len(near) if near else rank[key]
    return not places[key].neighbours, mean


def _settle(keys: list[Key], places: dict[Key, Place]) -> None:
    """Move a column's places towards their neighbours, in order and apart."""
    column = [places[key] for key in keys]
    offsets = [0.0]
    for above, below in pairwise(column):
        offsets.append(offsets[-1] + (above.height + below.height) / 2 + APART)
    wanted, weights = [], []
    for place, offset in zip(column, offsets, strict=True):
        near = [places[n].y for n in place.neighbours if places[n].column != place.column]
        wanted.append((sum(near) / len(near) if near else place.y) - offset)
        weights.append(len(near) + 0.1)
    for place, offset, y in zip(column, offsets, pool(wanted, weights), strict=True):
        place.y = y + offset


def _shift_down(places: dict[Key, Place]) -> None:
    top = min(place.y - place.height / 2 for place in places.values())
    for place in places.values():
        place.y += TOP - top
