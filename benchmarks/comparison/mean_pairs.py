"""The plain pair classifier: the mean vectors of two mentions, side by side, into one linear layer.

The design of spaCy's relation tutorial, written anew: no types, no distance, no text between.
It runs in `clinical_rel`, with a schema that lets everything be related to everything, learns from
gold mentions only, and has NONE as a class of its own in place of a sigmoid for each label. Its
gradient is torch's own. The tutorial looks no further than 100 tokens; this one as far as ours.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import spacy
import torch
from spacy.tokens import Doc
from thinc.api import Model
from thinc.types import Floats2d
from torch import Tensor, nn

from spacy_clinical.docs import has_relations
from spacy_clinical.layers.pooling import pool_spans
from spacy_clinical.models.pair_classifier import forward
from spacy_clinical.models.token_networks import build_on_tokens
from spacy_clinical.pipeline.relations.relation_instances import learn_schema


class MeanPairs(nn.Module):
    """Classify directed pairs of mentions.

    width (int): Of the token vectors.
    n_labels (int): Scores per pair.
    n_types, n_features: Not used.
    """

    def __init__(self, width: int, n_labels: int, n_types: int, n_features: Sequence[int]):
        super().__init__()
        self.width = width
        self.output = nn.Linear(2 * width, n_labels)

    def forward(self, tokens: Tensor, bounds: Tensor, mentions: Tensor, pairs: Tensor) -> Tensor:
        """Score all pairs.

        tokens (Tensor): Shape (n_tokens, width).
        bounds (Tensor): Not used.
        mentions (Tensor): Start and end over all tokens, shape (n_mentions, 3).
        pairs (Tensor): Head and tail, shape (n_pairs, 2 or more).
        RETURNS (Tensor): Shape (n_pairs, n_labels).
        """
        means = pool_spans(tokens, mentions)[:, 2 * self.width :]
        return self.output(torch.cat([means[pairs[:, 0]], means[pairs[:, 1]]], dim=1))


@spacy.registry.architectures("benchmark.MeanPairs.v1")
def build_mean_pairs(tok2vec: Model[list[Doc], list[Floats2d]]) -> Model[Any, Floats2d]:
    """Build the network behind a listener, as `PairClassifier.v1` is built."""
    return build_on_tokens("mean_pairs", forward, tok2vec, MeanPairs, n_features=[])


def make_block(
    docs: Iterable[Doc], symmetric: Sequence[str], max_tokens: int | None
) -> dict[str, Any]:
    """Describe the component.

    docs (Iterable[Doc]): Gold documents: their labels.
    symmetric (Sequence[str]): Labels without direction.
    max_tokens (int | None): Between two mentions.
    RETURNS (dict[str, Any]): A block of `[components]`.
    """
    schema = learn_schema((doc for doc in docs if has_relations(doc)), "clinical", symmetric)
    types = list(schema.entities)
    return {
        "factory": "clinical_rel",
        "relations": {
            rel.label: {"head": types, "tail": types, "symmetric": rel.symmetric}
            for rel in schema.relations
        },
        "learn_from_predicted": False,
        "candidates": {
            "@misc": "spacy-clinical.typed_candidates.v1",
            "max_tokens": max_tokens,
            "max_sentences": None,
            "max_pairs": 100_000,
        },
        "model": {
            "@architectures": "benchmark.MeanPairs.v1",
            "tok2vec": {"@architectures": "spacy-clinical.TransformerListener.v1"},
        },
    }
