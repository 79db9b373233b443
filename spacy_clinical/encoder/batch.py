"""What the encoder hands to `doc._.trf_data`: one compact array a document."""

from typing import Any, cast

import numpy
from spacy_transformers.data_classes import (
    FullTransformerBatch,
    TransformerData,
    WordpieceBatch,
)
from thinc.api import get_array_module
from thinc.types import Floats2d, Floats3d, Ragged
from transformers.file_utils import ModelOutput

from .wordpieces import DocPieces


class CompactBatch(FullTransformerBatch):
    """A batch whose documents hold their own vectors: no padding, no special pieces, no views.

    `doc_data[i].model_output.last_hidden_state` has the shape (1, n_pieces, width), and
    `doc_data[i].align` maps each token to its pieces, as spacy-transformers' own batches do.
    """

    @classmethod
    def from_pieces(cls, pieces: list[DocPieces], vectors: list[Floats2d]) -> "CompactBatch":
        """Wrap each document's vectors.

        pieces (list[DocPieces]): The documents' wordpieces.
        vectors (list[Floats2d]): The documents' vectors, each of shape (n_pieces, width).
        RETURNS (CompactBatch): The batch.
        """
        batch = cls.empty(0)
        batch.cached_doc_data = [
            _doc_data(p, v) if len(p.lengths) else TransformerData.empty()
            for p, v in zip(pieces, vectors, strict=True)
        ]
        return cast(CompactBatch, batch)

    def unsplit_by_doc(self, arrays: list[list[Floats3d]]) -> "CompactBatch":
        """Join the gradients of the documents that have tokens.

        arrays (list[list[Floats3d]]): One gradient a document, shape (1, n_pieces, width).
        RETURNS (CompactBatch): Holds the gradient in `model_output.last_hidden_state`, shape
            (all pieces, width).
        """
        joined = ModelOutput()
        if arrays:
            xp: Any = get_array_module(arrays[0][0])
            joined["last_hidden_state"] = xp.concatenate([a[0][0] for a in arrays])
        return CompactBatch([], WordpieceBatch.empty(), joined, self.align, [])


def _doc_data(pieces: DocPieces, vectors: Floats2d) -> TransformerData:
    ids = pieces.ids[None]
    wordpieces = WordpieceBatch(
        strings=[[]],
        input_ids=cast(Any, ids),
        attention_mask=cast(Any, numpy.ones(ids.shape, dtype="f")),
        lengths=[len(pieces.ids)],
        token_type_ids=None,
    )
    output = ModelOutput(last_hidden_state=cast(Any, vectors)[None])
    align = Ragged(cast(Any, pieces.align), cast(Any, pieces.lengths))
    return TransformerData(wordpieces, output, align)
