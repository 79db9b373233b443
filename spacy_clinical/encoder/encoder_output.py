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


class TokenData(TransformerData):
    """One document's vectors, a row for each token.

    `model_output.last_hidden_state` has the shape (1, n_tokens, width), and `align` maps each
    token to its own row: whoever pools wordpieces of spacy-transformers' data can read it.
    `model_output.branch` has what an encoder's branch gives, in the same shape.
    """

    @property
    def vectors(self) -> Floats2d:
        """RETURNS (Floats2d): The vectors, shape (n_tokens, width)."""
        return cast(Any, self.model_output["last_hidden_state"])[0]

    @property
    def branch(self) -> Floats2d | None:
        """RETURNS (Floats2d | None): The branch's vectors, if the encoder has one."""
        found = self.model_output.get("branch")
        return None if found is None else cast(Any, found)[0]

    def gradient(self, d_vectors: Floats2d, *, of_branch: bool) -> "TokenData":
        """RETURNS (TokenData): A gradient of trunk or branch, and zeros for the other one."""
        d_own = cast(Any, d_vectors)[None]
        output = ModelOutput()
        for name in self.model_output:
            is_own = of_branch == (name == "branch")
            output[name] = d_own if is_own else get_array_module(d_own).zeros_like(d_own)
        return TokenData(self.wordpieces, output, self.align)


class CompactBatch(FullTransformerBatch):
    """A batch whose documents hold their own vectors: no padding, no special pieces, no views."""

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
        batch = cls.empty(0)
        batch.cached_doc_data = [
            _doc_data(p, v, width) if len(p.lengths) else TransformerData.empty()
            for p, v in zip(pieces, vectors, strict=True)
        ]
        return cast(CompactBatch, batch)

    def unsplit_by_doc(self, arrays: list[list[Floats3d]]) -> "CompactBatch":
        """Join the gradients of the documents that have tokens.

        arrays (list[list[Floats3d]]): The gradients of each document's trunk and, where there is
            one, branch, shape (1, n_tokens, width).
        RETURNS (CompactBatch): Holds the gradient in `model_output.last_hidden_state`, shape
            (all tokens, width), or twice the width.
        """
        joined = ModelOutput()
        if arrays:
            xp: Any = get_array_module(arrays[0][0])
            joined["last_hidden_state"] = xp.concatenate(
                [xp.concatenate([d[0] for d in own], axis=-1) for own in arrays]
            )
        return CompactBatch([], WordpieceBatch.empty(), joined, self.align, [])


def _doc_data(pieces: DocPieces, vectors: Floats2d, width: int) -> TokenData:
    ids, n_tokens = pieces.ids[None], len(pieces.lengths)
    wordpieces = WordpieceBatch(
        strings=[[]],
        input_ids=cast(Any, ids),
        attention_mask=cast(Any, numpy.ones(ids.shape, dtype="f")),
        lengths=[len(pieces.ids)],
        token_type_ids=None,
    )
    both = cast(Any, vectors)[None]
    output = ModelOutput(last_hidden_state=both[..., :width])
    if both.shape[-1] > width:
        output["branch"] = both[..., width:]
    rows = numpy.arange(n_tokens, dtype="i")
    align = Ragged(cast(Any, rows), cast(Any, numpy.ones(n_tokens, dtype="i")))
    return TokenData(wordpieces, output, align)
