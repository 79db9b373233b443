"""Token vectors for a component, from the one encoder pass of the pipeline."""

import sys

from thinc.api import Model

from .clinical_listener import ClinicalListener, InT, OutT


def build_listener(
    grad_factor: float = 1.0, upstream: str = "*", branch: bool = False
) -> Model[InT, OutT]:
    """Connect a component to the encoder before it: one vector a token.

    A token's vector is the mean of its wordpieces' vectors; a token without wordpieces (white
    space) gets zeros. Unlike the stock listener, it refuses documents that no transformer saw.

    grad_factor (float): Weight of this component's gradient in the encoder.
    upstream (str): Name of the encoder's component, or "*".
    branch (bool): Read the encoder's branch, see `spacy-clinical.branch_encoder.v1`.
    RETURNS (Model[list[Doc], list[Floats2d]]): Arrays of shape (n_tokens, width).
    """
    return _kind()(upstream, grad_factor, branch)


def _kind() -> type[ClinicalListener]:
    """One of spacy-transformers' class too where that is loaded: its component finds no other."""
    if "spacy_transformers" not in sys.modules:
        return ClinicalListener
    from .stock_classes import StockListener

    return StockListener


def read_as_kept(tok2vec: Model[InT, OutT]) -> None:
    """Let a listener give vectors of 16 bits where the encoder keeps such, because what reads them
    is ours and casts a part at a time. Others get float32.

    tok2vec (Model[list[Doc], list[Floats2d]]): Changed in place; no listener stays as it is.
    """
    if isinstance(tok2vec, ClinicalListener):
        tok2vec.attrs["as_kept"] = True
