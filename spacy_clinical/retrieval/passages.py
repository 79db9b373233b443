"""Texts cut into overlapping passages at the borders of sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ..context.sentences import find_sentences
from ..errors import AskError, Errors
from .bm25 import find_words

LEAST = 8  # words of a passage


class Passage(NamedTuple):
    """A stretch of a text: whole sentences, but for one that is longer than a passage.

    start, end (int): Characters of the text, without white space at the ends.
    """

    start: int
    end: int


@dataclass(frozen=True)
class PassageSettings:
    """How long passages are, in words; a Chinese character is one.

    words (int): Of a passage at most.
    overlap (int): That neighbours share at most: whole sentences, so that an answer at a border
        has its context in one of them.
    """

    words: int = 100
    overlap: int = 30

    def __post_init__(self) -> None:
        if self.words < LEAST or not 0 <= self.overlap < self.words:
            raise AskError(Errors.SC970.format(words=self.words, overlap=self.overlap, least=LEAST))


def cut_passages(text: str, settings: PassageSettings | None = None) -> list[Passage]:
    """Cut a text. All of its words are in a passage; time and space are linear in the text.

    text (str): A note.
    settings (PassageSettings | None): How long; the defaults if None.
    RETURNS (list[Passage]): In order; none of a text without words.
    """
    wanted = settings or PassageSettings()
    parts = list(_parts(text, wanted.words))
    found: list[Passage] = []
    first, after, n_words = 0, 0, 0
    for after, (_, _, words) in enumerate(parts):
        if n_words + words > wanted.words and after > first:
            found.append(_passage(text, parts[first][0], parts[after - 1][1]))
            first = _first_kept(parts, first, after, min(wanted.overlap, wanted.words - words))
            n_words = sum(part[2] for part in parts[first:after])
        n_words += words
    if parts:
        found.append(_passage(text, parts[first][0], parts[after][1]))
    return found


def _first_kept(parts: list[tuple[int, int, int]], first: int, after: int, room: int) -> int:
    """The first of the sentences before a place that the next passage takes along, never all."""
    kept = after
    while kept - 1 > first and parts[kept - 1][2] <= room:
        kept -= 1
        room -= parts[kept][2]
    return kept


def _parts(text: str, most: int) -> Iterator[tuple[int, int, int]]:
    """Sentences as start, end and number of words; those that are too long in pieces."""
    starts = find_sentences(text)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=False):
        places = [match.start() + start for match in find_words(text[start:end])]
        cuts = [start, *places[most::most], end]
        for number, piece in enumerate(pairwise(cuts)):
            words = len(places[number * most : (number + 1) * most])
            yield (*piece, words)


def _passage(text: str, start: int, end: int) -> Passage:
    return Passage(start, start + len(text[start:end].rstrip()))
