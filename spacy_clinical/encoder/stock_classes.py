"""Our vectors and listeners as spacy-transformers', for pipelines that have parts of both.

Its `transformer` looks for listeners of its own class only, and its heads read data of its own
class only. Imported where it is loaded already.
"""

from typing import Any

from spacy_transformers.data_classes import TransformerData, WordpieceBatch
from spacy_transformers.layers.listener import TransformerListener
from thinc.types import Ragged

from .clinical_listener import ClinicalListener
from .token_data import TokenData


class StockTokenData(TokenData, TransformerData):
    """As TokenData."""

    def __init__(self, wordpieces: Any, model_output: Any, align: Ragged):
        if not isinstance(wordpieces, WordpieceBatch):
            wordpieces = WordpieceBatch(**vars(wordpieces))
        super().__init__(wordpieces, model_output, align)


class StockListener(ClinicalListener, TransformerListener):  # type: ignore[misc]
    """As ClinicalListener."""
