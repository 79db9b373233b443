"""From what an encoder gives to one vector a token, and the gradient back."""

from typing import Any

from thinc.types import Floats2d

from ..errors import EncoderError, Errors
from .token_data import TokenData, Vectors


def token_vectors(ops: Any, data: Any, *, branch: bool) -> Floats2d:
    """Read or pool one vector a token.

    ops (Ops): The array operations.
    data (Any): One document's vectors, our own or the stock transformer's.
    branch (bool): Read the branch; raises EncoderError where there is none.
    RETURNS (Floats2d): Shape (n_tokens, width).
    """
    if branch:
        found = data.branch if isinstance(data, TokenData) else None
        if found is None:
            raise EncoderError(Errors.SC236)
        return found
    return data.vectors if isinstance(data, TokenData) else pool(ops, data)


def to_pieces(ops: Any, data: Any, d_tokens: Floats2d, branch: bool) -> Any:
    """Hand the gradient of tokens back to where `token_vectors` has them from.

    ops (Ops): The array operations.
    data (Any): As it was read.
    d_tokens (Floats2d): Shape (n_tokens, width).
    branch (bool): As it was read.
    RETURNS (Any): The gradient, of the same class.
    """
    if isinstance(data, TokenData):
        return data.gradient(d_tokens, of_branch=branch)
    return unpool(ops, data, d_tokens)


def pool(ops: Any, data: Any) -> Floats2d:
    """Average the wordpieces of each token.

    ops (Ops): The array operations.
    data (TransformerData): One document's wordpiece vectors and alignment.
    RETURNS (Floats2d): Shape (n_tokens, width).
    """
    pieces = _pieces(data)
    rows = pieces[ops.asarray1i(data.align.dataXd)]
    return ops.reduce_mean(rows, ops.asarray1i(data.align.lengths))


def unpool(ops: Any, data: Any, d_tokens: Floats2d) -> Any:
    """Hand the gradient of tokens back to their wordpieces; what two tokens share adds up.

    ops (Ops): The array operations.
    data (TransformerData): As it was pooled.
    d_tokens (Floats2d): Shape (n_tokens, width).
    RETURNS (TransformerData): The gradient of the wordpieces' vectors.
    """
    lengths = ops.asarray1i(data.align.lengths)
    d_pieces = ops.alloc2f(*_pieces(data).shape)
    d_rows = ops.backprop_reduce_mean(d_tokens, lengths)
    ops.scatter_add(d_pieces, ops.asarray1i(data.align.dataXd), d_rows)
    shape = data.model_output["last_hidden_state"].shape
    output = Vectors(last_hidden_state=d_pieces.reshape(shape))
    return type(data)(data.wordpieces, output, data.align)


def _pieces(data: Any) -> Any:
    """One document's wordpiece vectors, shape (n_pieces, width)."""
    hidden = data.model_output["last_hidden_state"]
    return hidden.reshape(-1, hidden.shape[-1])
