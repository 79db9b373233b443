"""Sentence vectors of an encoder: the mean of its last states, of length 1.

As sentence-transformers' models of MiniLM are meant to be pooled (Reimers and Gurevych 2019).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..encoder.weights import EncoderWeights

BATCH = 64
MOST_PIECES = 256


class SentenceVectors:
    """An encoder that is loaded when it is first asked.

    weights (EncoderWeights): Where it comes from.
    """

    def __init__(self, weights: EncoderWeights):
        self.weights = weights
        self._network: Any = None
        self._tokenizer: Any = None

    def __call__(self, texts: Sequence[str]) -> Any:
        """Encode texts, those of like length together.

        texts (Sequence[str]): One at least.
        RETURNS (Array): float32, shape (n_texts, width), each of length 1.
        """
        import numpy
        import torch

        from ..torch_defaults import own_precision

        if self._network is None:
            self._load()
        parts = []
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        with own_precision(), torch.inference_mode():
            for start in range(0, len(texts), BATCH):
                own = [texts[number] for number in order[start : start + BATCH]]
                batch = self._tokenizer.encode_batch(own)
                ids, mask = (
                    torch.tensor([getattr(one, name) for one in batch])
                    for name in ("ids", "attention_mask")
                )
                states = self._network(input_ids=ids, attention_mask=mask).last_hidden_state
                shown = mask.unsqueeze(-1)
                mean = (states * shown).sum(1) / shown.sum(1).clamp(min=1)
                parts.append(torch.nn.functional.normalize(mean, dim=1).float().numpy())
        return numpy.concatenate(parts)[numpy.argsort(order)]

    def _load(self) -> None:
        from transformers import AutoModel

        from ..torch_defaults import own_defaults

        self._tokenizer = self.weights.tokenizer
        self._tokenizer.enable_padding()
        self._tokenizer.enable_truncation(MOST_PIECES)
        where = self.weights.locate()
        with own_defaults():
            self._network = AutoModel.from_pretrained(where, add_pooling_layer=False)
        self._network.eval()


def find_vectors(encoder: str) -> SentenceVectors | None:
    """RETURNS (SentenceVectors | None): Of an encoder in a folder or an installed package, None for
    ""."""
    if not encoder:
        return None
    if Path(encoder).is_dir():
        return SentenceVectors(EncoderWeights(folder=encoder))
    return SentenceVectors(EncoderWeights(package=encoder))
