"""Examples for a question: those of an annotated corpus that are nearest to the note."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy

from ..corpus.corpus_files import read_records
from ..records import Record
from .prompt import Shown, show

Array = numpy.ndarray[Any, Any]
Embed = Callable[[Sequence[str]], Array]


def make_few_shot(corpus: Path, n: int = 3, longest: int = 1500) -> "FewShot":
    """Make what chooses examples by the words that notes share.

    corpus (Path): Annotated, in any format.
    n (int): Examples a question.
    longest (int): Characters of a note that may be one.
    RETURNS (FewShot): The choice.
    """
    return FewShot(read_records(corpus), n, longest)


class FewShot:
    """Choose examples. A note is never an example for itself, nor for one of the same name or text:
    what is evaluated on must not be told.

    records (Iterable[Record]): The annotated notes.
    n (int): Examples a question.
    longest (int): Characters of a note that may be one.
    embed (Callable | None): Takes texts, gives rows of shape (n_texts, width), such as the vectors
        of a sentence encoder; None for words weighed by how rare they are.
    """

    def __init__(
        self, records: Iterable[Record], n: int, longest: int = 1500, embed: Embed | None = None
    ) -> None:
        self.records = [r for r in records if r.entities and len(r.text) <= longest]
        self.shown = [show(record) for record in self.records]
        self.squeezed = [_squeeze(record.text) for record in self.records]
        self.n = n
        texts = [record.text for record in self.records]
        self.embed = embed or WordVectors(texts)
        self.rows = _unit(self.embed(texts)) if texts else None

    def choose(self, text: str, id: str = "") -> list[Shown]:
        """Choose examples.

        text (str): The note.
        id (str): Its name, "" where it has none.
        RETURNS (list[Shown]): The nearest, the nearest last: next to the note.
        """
        if self.rows is None or not self.n:
            return []
        near = self.rows @ _unit(self.embed([text]))[0]
        own = _squeeze(text)
        order = [
            i
            for i in numpy.argsort(-near, kind="stable").tolist()
            if not (id and self.records[i].id == id) and own not in self.squeezed[i]
        ]
        return [self.shown[i] for i in reversed(order[: self.n])]


class WordVectors:
    """Texts as counts of their words, weighed by the words' rareness (tf-idf).

    texts (Sequence[str]): What rareness is learned from; words that aren't there count nothing.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        words = [_words(text) for text in texts]
        self.places = {word: i for i, word in enumerate(sorted(set().union(*words)))}
        counts = numpy.zeros(max(1, len(self.places)))
        for own in words:
            counts[[self.places[word] for word in own]] += 1
        self.weights = numpy.log((1 + len(texts)) / (1 + counts)) + 1

    def __call__(self, texts: Sequence[str]) -> Array:
        rows = numpy.zeros((len(texts), len(self.weights)), dtype="float32")
        for row, text in zip(rows, texts, strict=True):
            known = [self.places[word] for word in _words(text) if word in self.places]
            row[known] = self.weights[known]
        return rows


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _words(text: str) -> set[str]:
    return set(text.lower().split())


def _unit(rows: Array) -> Array:
    lengths = numpy.linalg.norm(rows, axis=1, keepdims=True)
    return rows / numpy.where(lengths == 0, 1, lengths)
