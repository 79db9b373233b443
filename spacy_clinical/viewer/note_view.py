"""A note's annotation laid out for reading: lines, pieces of text, what is around each piece."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ..records import Entity, Record
from .palette import COLOURS

MAX_LANES = 4


@dataclass(frozen=True)
class Mark:
    """A mention on the page.

    id (str): Of its first element.
    label (str): The entity label.
    colour (int): Number of its colour.
    fragments (tuple): (start, end) in characters.
    tag (str): The words beside it.
    tip (str): What hovering tells.
    classes (str): CSS classes for assertion and errors.
    text (str): Its own text, shortened.
    lane (int): How far below the text its line runs, 0 for the nearest.
    """

    id: str
    label: str
    colour: int
    fragments: tuple[tuple[int, int], ...]
    tag: str
    tip: str
    classes: str
    text: str
    lane: int = 0


@dataclass(frozen=True)
class Wrapper:
    """One mention around one piece of text.

    mark (Mark): The mention.
    is_first (bool): Whether the mention begins here.
    opens, closes (bool): Whether a fragment begins or ends here.
    """

    mark: Mark
    is_first: bool
    opens: bool
    closes: bool


@dataclass(frozen=True)
class Piece:
    """Text that the same mentions cover throughout.

    text (str): The text.
    wrappers (tuple[Wrapper, ...]): From the outermost in.
    tags (tuple[tuple[Mark, bool], ...]): Mentions that end here, and whether more of them follows.
    """

    text: str
    wrappers: tuple[Wrapper, ...] = ()
    tags: tuple[tuple[Mark, bool], ...] = ()


@dataclass(frozen=True)
class Link:
    """A relation on the page."""

    head: Mark
    tail: Mark
    label: str
    score: str
    verdict: str = ""


@dataclass(frozen=True)
class Side:
    """One annotation of a note.

    name (str): "gold", "predicted", or "".
    lines (list[list[Piece]]): The text.
    marks (list[Mark]): The mentions.
    links (list[Link]): The relations.
    errors (int): Mentions and relations that the other side doesn't have.
    """

    name: str
    lines: list[list[Piece]]
    marks: list[Mark] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    errors: int = 0


def lay_out(text: str, marks: Sequence[Mark]) -> list[list[Piece]]:
    """Cut a text at its line ends and at every border of a mention.

    text (str): The text.
    marks (Sequence[Mark]): Mentions, overlapping or not, with their lanes.
    RETURNS (list[list[Piece]]): Pieces of each line; line ends are left out.
    """
    covers: defaultdict[int, list[tuple[int, Mark, int]]] = defaultdict(list)
    for mark in marks:
        for start, end in mark.fragments:
            covers[start].append((end, mark, start))
    borders = {place for m in marks for fragment in m.fragments for place in fragment}
    lines, start = [], 0
    active: list[tuple[int, Mark, int]] = []
    begun: set[str] = set()
    for line in text.splitlines(keepends=True) or [""]:
        visible = len(line.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"))
        end = start + len(line)
        inside = sorted({start, start + visible, *_within(borders, start, start + visible)})
        pieces = []
        for left, right in pairwise(inside):
            active = [cover for cover in active if cover[0] > left]
            active += covers.get(left, [])
            pieces.append(_piece(text, left, right, active, begun))
        for place in range(start + visible, end):  # a mention may begin on the line end itself
            active += covers.get(place, [])
        lines.append(pieces)
        start = end
    return lines


def choose_lanes(fragments: Sequence[tuple[tuple[int, int], ...]]) -> list[int]:
    """Choose how far below the text each mention's line runs, so that no two lines cross.

    fragments (Sequence): (start, end) pairs of each mention.
    RETURNS (list[int]): 0 for the nearest; of overlapping mentions the shorter is nearer.
    """
    heights: dict[int, int] = {}
    lanes = [0] * len(fragments)
    sizes = [sum(end - start for start, end in parts) for parts in fragments]
    for i in sorted(range(len(fragments)), key=lambda i: (sizes[i], fragments[i])):
        characters = [c for start, end in fragments[i] for c in range(start, end)]
        lane = max((heights.get(c, 0) for c in characters), default=0)
        lanes[i] = min(lane, MAX_LANES - 1)
        heights.update(dict.fromkeys(characters, lane + 1))
    return lanes


def excerpt(text: str, limit: int = 60) -> str:
    """RETURNS (str): A text on one line, its middle left out if it is long."""
    words = " ".join(text.split())
    half = (limit - 3) // 2
    return words if len(words) <= limit else f"{words[:half]} … {words[-half:]}"


def number_labels(records: Sequence[Record]) -> dict[str, int]:
    """RETURNS (dict[str, int]): A number for each entity label, the same on the whole page."""
    labels = sorted({entity.label for record in records for entity in record.entities})
    return {label: i % COLOURS for i, label in enumerate(labels)}


def entity_text(record: Record, entity: Entity) -> str:
    """RETURNS (str): The words of an entity, its fragments joined, shortened."""
    return excerpt(" … ".join(record.text[start:end] for start, end in entity.fragments))


def _within(borders: set[int], start: int, end: int) -> list[int]:
    return [place for place in range(start + 1, end) if place in borders]


def _piece(
    text: str, left: int, right: int, active: list[tuple[int, Mark, int]], begun: set[str]
) -> Piece:
    around = sorted(active, key=lambda cover: (-cover[1].lane, -cover[0], cover[1].id))
    wrappers, tags = [], []
    for end, mark, start in around:
        wrappers.append(Wrapper(mark, mark.id not in begun, start == left, end == right))
        begun.add(mark.id)
        if end == right:
            tags.append((mark, end != mark.fragments[-1][1]))
    return Piece(text[left:right], tuple(wrappers), tuple(reversed(tags)))
