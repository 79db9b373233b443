"""What the encoder hands to `doc._.trf_data`: one compact array a document."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy
import srsly
from thinc.api import get_array_module
from thinc.types import Floats2d, Floats3d, Ragged

from .token_data import TokenData, Vectors, Wordpieces
from .wordpieces import DocPieces

_MESSAGE = "__clinical_vectors__"
Chain = Callable[[Any], Any] | None


def make_token_data(wordpieces: Wordpieces, output: Vectors, align: Ragged) -> TokenData:
    """Make one document's data.

    wordpieces (Wordpieces): As TokenData has them.
    output (Vectors): Likewise.
    align (Ragged): Likewise.
    RETURNS (TokenData): One of spacy-transformers' class too where that is loaded: its heads read
        no other.
    """
    if "spacy_transformers" not in sys.modules:
        return TokenData(wordpieces, output, align)
    from .stock_classes import StockTokenData

    return StockTokenData(wordpieces, output, align)


def make_empty() -> TokenData:
    """RETURNS (TokenData): Of a document without tokens."""
    none: Any = numpy.zeros((0, 0), dtype="int64")
    rows: Any = numpy.zeros(0, dtype="i")
    return make_token_data(Wordpieces([], none, none, []), Vectors(), Ragged(rows, rows))


@srsly.msgpack_encoders("clinical_vectors")
def _write(found: Any, chain: Chain = None) -> Any:
    """For documents with kept vectors that go from process to process."""
    if type(found) is not TokenData:
        return found if chain is None else chain(found)
    align = [found.align.dataXd, found.align.lengths]
    return {_MESSAGE: [vars(found.wordpieces), dict(found.model_output), align]}


@srsly.msgpack_decoders("clinical_vectors")
def _read(message: Any, chain: Chain = None) -> Any:
    if _MESSAGE not in message:
        return message if chain is None else chain(message)
    wordpieces, output, align = message[_MESSAGE]
    return make_token_data(Wordpieces(**wordpieces), Vectors(output), Ragged(*align))


@dataclass
class CompactBatch:
    """A batch whose documents hold their own vectors: no padding, no special pieces, no views.

    doc_data (list[TokenData]): The documents' vectors.
    model_output (Vectors): Of a gradient: `last_hidden_state`, shape (all tokens, width), or twice
        the width.
    """

    doc_data: list[TokenData]
    model_output: Vectors

    @classmethod
    def from_pieces(
        cls, pieces: list[DocPieces], vectors: list[Floats2d], width: int
    ) -> "CompactBatch":
        """Wrap each document's vectors.

        pieces (list[DocPieces]): The documents' wordpieces.
        vectors (list[Floats2d]): The documents' vectors, each of shape (n_tokens, width), or, of an
            encoder with a branch, of twice that width.
        width (int): The encoder's.
        RETURNS (CompactBatch): The batch.
        """
        found = [
            _doc_data(p, v, width) if len(p.lengths) else make_empty()
            for p, v in zip(pieces, vectors, strict=True)
        ]
        return cls(found, Vectors())

    @classmethod
    def empty(cls, n_docs: int) -> "CompactBatch":
        """RETURNS (CompactBatch): Of documents without tokens."""
        return cls([make_empty() for _ in range(n_docs)], Vectors())

    @property
    def tensors(self) -> tuple[Any, ...]:
        """RETURNS (tuple): The gradient."""
        return self.model_output.to_tuple()

    def unsplit_by_doc(self, arrays: list[list[Floats3d]]) -> "CompactBatch":
        """Join the gradients of the documents that have tokens.

        arrays (list[list[Floats3d]]): The gradients of each document's trunk and, where there is
            one, branch, shape (1, n_tokens, width).
        RETURNS (CompactBatch): Holds the gradient.
        """
        joined = Vectors()
        if arrays:
            xp: Any = get_array_module(arrays[0][0])
            joined["last_hidden_state"] = xp.concatenate(
                [xp.concatenate([d[0] for d in own], axis=-1) for own in arrays]
            )
        return CompactBatch([], joined)


def _doc_data(pieces: DocPieces, vectors: Floats2d, width: int) -> TokenData:
    ids, n_tokens = pieces.ids[None], len(pieces.lengths)
    mask = numpy.ones(ids.shape, dtype="f")
    both = cast(Any, vectors)[None]
    output = Vectors(last_hidden_state=both[..., :width])
    if both.shape[-1] > width:
        output["branch"] = both[..., width:]
    rows = numpy.arange(n_tokens, dtype="i")
    align = Ragged(cast(Any, rows), cast(Any, numpy.ones(n_tokens, dtype="i")))
    return make_token_data(Wordpieces([[]], ids, mask, [len(pieces.ids)]), output, align)
