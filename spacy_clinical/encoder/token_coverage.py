"""Proof that nothing is lost: how many tokens of a document get vectors of their own text."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy
from spacy.attrs import IDX, IS_SPACE, LENGTH
from spacy.language import Language
from spacy.tokens import Doc

from .encoder_pass import plan_windows
from .find_encoders import find_encoders
from .vocabulary import Vocabulary
from .windows import WindowSettings
from .wordpieces import Array, DocPieces, tokenize


class Coverage(NamedTuple):
    """What the encoder sees of one document.

    tokens (int): Tokens that are not white space.
    covered (int): Those whose vector is made of wordpieces of their own text, each of which is
        read from exactly one window that fits the network.
    pieces (int): Wordpieces.
    positions (int): Positions to encode: special pieces and overlaps counted, padding not.
    """

    tokens: int
    covered: int
    pieces: int
    positions: int

    @property
    def share(self) -> float:
        """RETURNS (float): Covered tokens of all, 1.0 for a document without any."""
        return self.covered / self.tokens if self.tokens else 1.0


def measure_coverage(nlp: Language, docs: Iterable[Doc]) -> list[Coverage]:
    """Count what the pipeline's first encoder reads of each document, without running it.

    nlp (Language): The pipeline.
    docs (Iterable[Doc]): The documents, tokenised at least; windows are cut at the sentence borders
        that they have.
    RETURNS (list[Coverage]): One for each document.
    """
    _, model, shim = find_encoders(nlp)[0]
    vocabulary, settings = shim.vocabulary, model.attrs["settings"]
    assert vocabulary is not None
    docs = list(docs)
    pieces = tokenize(docs, vocabulary.tokenizer, vocabulary.unk)
    pairs = zip(docs, pieces, strict=True)
    return [_measure(doc, found, vocabulary, settings) for doc, found in pairs]


def _measure(
    doc: Doc, pieces: DocPieces, vocabulary: Vocabulary, settings: WindowSettings
) -> Coverage:
    windows = plan_windows([pieces], vocabulary, settings)
    special = len(vocabulary.prefix) + len(vocabulary.suffix)
    sizes = windows[:, 1] - windows[:, 0] + special
    start, length, space = doc.to_array([IDX, LENGTH, IS_SPACE]).astype("int64").reshape(-1, 3).T
    owner = numpy.repeat(numpy.arange(len(doc)), pieces.lengths)
    once = (_times_read(windows[sizes <= vocabulary.max_length], len(pieces.ids)) == 1)[
        pieces.align
    ]
    own = (pieces.starts[pieces.align] < (start + length)[owner]) & (
        pieces.ends[pieces.align] > start[owner]
    )
    good = numpy.bincount(owner[once & own], minlength=len(doc))
    covered = (pieces.lengths > 0) & (good == pieces.lengths) & (space == 0)
    return Coverage(int((space == 0).sum()), int(covered.sum()), len(pieces.ids), int(sizes.sum()))


def _times_read(windows: Array, n_pieces: int) -> Array:
    steps = numpy.zeros(n_pieces + 1, dtype="int64")
    numpy.add.at(steps, windows[:, 2], 1)
    numpy.add.at(steps, windows[:, 3], -1)
    return numpy.cumsum(steps)[:-1]
