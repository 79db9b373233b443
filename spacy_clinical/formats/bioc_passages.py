"""The text of a BioC document, and what its offsets count.

BioC.dtd doesn't say: the library bioc counts characters, bconv bytes of UTF-8, programs in Java
units of UTF-16. Where a text has characters for which that differs, it is made up in each way, and
that way is taken in which most annotations repeat what they cover, then one in which no passage is
away from the one before, then characters.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bioc import BioCAnnotation, BioCDocument, BioCPassage, BioCRelation

from ..errors import FormatError
from ..records import Fragments
from .file_reading import covered_text, flat, malformed
from .offset_units import Utf8, Utf16

MAX_GAP = 1_000_000  # characters


@dataclass
class Parts:
    """What the passages of a document hold.

    text (str): The document's text.
    annotations (list[BioCAnnotation]): Those with a place, in order.
    relations (list[BioCRelation]): All of them.
    passages (list[list[Any]]): Offset and length of each in characters, and its infons.
    unplaced (int): How many annotations have no place or length.
    units (Utf16 | None): What offsets count, None for characters.
    """

    text: str = ""
    annotations: list[BioCAnnotation] = field(default_factory=list)
    relations: list[BioCRelation] = field(default_factory=list)
    passages: list[list[Any]] = field(default_factory=list)
    unplaced: int = 0
    units: Utf16 | None = None

    def extents(self, annotation: BioCAnnotation, where: str) -> Fragments:
        """Find the place of an annotation.

        annotation (BioCAnnotation): One of the document's.
        where (str): The document's place, for messages.
        RETURNS (Fragments): In characters. Raises FormatError if it isn't where characters begin
            and end.
        """
        places = sorted((place.offset, place.end) for place in annotation.locations if place.length)
        if self.units is None:
            return tuple(places)
        return tuple(self.units.extent(start, end, where) for start, end in places)

    def repeats(self, annotation: BioCAnnotation) -> bool:
        """RETURNS (bool): Whether an annotation repeats what it covers."""
        try:
            covered = covered_text(self.text, self.extents(annotation, ""))
        except FormatError:
            return False
        return bool(covered) and covered == flat(annotation.text or "")


@dataclass
class _Way:
    """A way to count."""

    width: Callable[[str], int]
    units: Callable[[str], Utf16] | None
    expected: str


_WAYS = (
    _Way(len, None, "characters"),
    _Way(lambda text: len(text.encode("utf-16-le")) // 2, Utf16, "units of UTF-16"),
    _Way(lambda text: len(text.encode()), Utf8, "bytes"),
)


def parts_of(document: BioCDocument, where: str) -> Parts:
    """Make up the text of a document, and place its annotations.

    document (BioCDocument): As the library read it.
    where (str): Its place, for messages.
    RETURNS (Parts): By the way to count that fits best. Raises FormatError if in none its passages
        are in order.
    """
    texts = [part.text or "" for p in document.passages for part in (p, *p.sentences)]
    ways = _WAYS[:1] if all(text.isascii() for text in texts) else _WAYS
    best: Parts | None = None
    score, refusals = (-1, False), list[FormatError]()
    for way in ways:
        try:
            parts, fitting = _made_up(document, way, where)
        except FormatError as error:
            refusals.append(error)
            continue
        if fitting > score:
            best, score = parts, fitting
    if best is None:
        raise refusals[0]
    return best


def _made_up(document: BioCDocument, way: _Way, where: str) -> tuple[Parts, tuple[int, bool]]:
    text = _Text(way, where)
    parts = Parts(relations=list(document.relations))
    annotations = list(document.annotations)
    for passage in document.passages:
        start = text.add_passage(passage)
        parts.passages.append([start, text.length - start, passage.infons])
        for part in (passage, *passage.sentences):
            annotations += part.annotations
            parts.relations += part.relations
    parts.text = "".join(text.pieces)
    if len(parts.passages) == 1 and parts.passages[0] == [0, len(parts.text), {}]:
        parts.passages = []
    parts.units = way.units(parts.text) if way.units else None
    parts.annotations = [a for a in annotations if any(place.length for place in a.locations)]
    parts.unplaced = len(annotations) - len(parts.annotations)
    return parts, (sum(map(parts.repeats, parts.annotations)), text.is_near)


class _Text:
    """A text that is made up of passages at their offsets.

    way (_Way): What the offsets count.
    where (str): The document's place, for messages.
    """

    def __init__(self, way: _Way, where: str) -> None:
        self.way, self.where = way, where
        self.pieces: list[str] = []
        self.length = self.counted = 0  # in characters, and by the way to count
        self.is_near = True  # no passage is away from the one before

    def add_passage(self, passage: BioCPassage) -> int:
        """RETURNS (int): Where it begins, in characters."""
        gap = passage.offset - self.counted
        if gap < 0:
            found = f"a passage at {passage.offset}, before the last one ends at {self.counted}"
            raise malformed(self.where, found, f"passages in order, offsets in {self.way.expected}")
        self.is_near = self.is_near and gap <= 1
        blanks = self._blanks(gap)
        self._add("\n" + blanks[1:] if blanks and self.length else blanks)
        start = self.length
        if passage.text or not passage.sentences:
            self._add(passage.text or "")
            return start
        for sentence in passage.sentences:
            gap = sentence.offset - self.counted
            if gap < 0:
                found = f"a sentence at {sentence.offset}, too early"
                raise malformed(self.where, found, "their order")
            self._add(self._blanks(gap) + (sentence.text or ""))
        return start

    def _blanks(self, length: int) -> str:
        """Blanks up to an offset, of which a file may claim any."""
        if length > MAX_GAP:
            found = f"an offset {length} after the text before it"
            raise malformed(self.where, found, "one close to it")
        return " " * length

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)
        self.counted += self.way.width(text)
