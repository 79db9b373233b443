"""Scores of pairs of mentions from the markers that an encoder has read beside their text."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .layer_growth import Rows


class MarkerNetwork(nn.Module):
    """Holds the markers' own vectors, and classifies pairs by what became of them.

    width (int): Of the encoder's vectors.
    hidden (int): Of a pair's vector.
    n_types (int): Entity types.
    n_labels (int): Scores per pair.
    n_features (Sequence[int]): Values of each feature of a pair.
    dropout (float): Before the scores.
    """

    def __init__(
        self,
        width: int,
        hidden: int,
        n_types: int,
        n_labels: int,
        n_features: Sequence[int],
        dropout: float,
    ):
        super().__init__()
        self.n_types = n_types
        self.markers = nn.Embedding(4 * n_types, width)
        self.pair = nn.Linear(4 * width, hidden)
        self.features = nn.ModuleList(nn.Embedding(n, hidden) for n in n_features)
        self.norm = nn.LayerNorm(hidden)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(hidden, n_labels)
        for embedding in (self.markers, *self.features):
            nn.init.normal_(embedding.weight, std=0.02)

    def mark(self, types: Tensor) -> Tensor:
        """Look the markers of pairs up.

        types (Tensor): Types of head and tail, shape (n_pairs, 2).
        RETURNS (Tensor): Shape (n_pairs, 4, width): head's first, head's last, tail's first,
            tail's last.
        """
        roles = torch.arange(4, device=types.device)
        return self.markers(roles * self.n_types + types.repeat_interleave(2, dim=1))

    def grown_tables(self, rows: Rows, types: Rows) -> dict[str, Rows]:
        """Say which parameters of a larger network have other rows, and where these come from.

        rows (Rows): Of its outputs.
        types (Rows): Of its entity types.
        RETURNS (dict[str, Rows]): By the parameter's name.
        """
        roles = [(i + role * self.n_types if i >= 0 else -1) for role in range(4) for i, _ in types]
        return {
            "output.weight": rows,
            "output.bias": rows,
            "markers.weight": [(source, 0.0) for source in roles],
        }

    def forward(self, states: Tensor, features: Tensor) -> Tensor:
        """Score pairs.

        states (Tensor): What the encoder made of the markers, shape (n_pairs, 4, width).
        features (Tensor): Shape (n_pairs, n_features).
        RETURNS (Tensor): Shape (n_pairs, n_labels).
        """
        summed = self.pair(self.dropout(states.flatten(1)))
        for i, embedding in enumerate(self.features):
            summed = summed + embedding(features[:, i])
        return self.output(self.dropout(nn.functional.gelu(self.norm(summed))))
