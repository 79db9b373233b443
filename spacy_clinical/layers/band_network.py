"""Scores of all spans up to some width, from token vectors: a band beside the diagonal.

A span is seen by its first token, its last token and its width; what stands between and around it
is in these vectors, as the encoder has read all of it. Memory is linear in tokens: spans are scored
in chunks, whose hidden vectors a training makes anew for its backward pass.
"""

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from .layer_growth import Rows

CHUNK = 512
RARE = -6.0


class BandNetwork(nn.Module):
    """Classify spans.

    Training starts from spans being unlikely (0.25 % for each label): hardly any is a mention.

    width (int): Of the token vectors.
    hidden (int): Of span vectors.
    max_width (int): Of spans, in tokens.
    n_labels (int): Scores per span.
    dropout (float): On span vectors.
    """

    def __init__(self, width: int, hidden: int, max_width: int, n_labels: int, dropout: float):
        super().__init__()
        self.max_width = max_width
        self.start = nn.Linear(width, hidden)
        self.end = nn.Linear(width, hidden)
        self.widths = nn.Embedding(max_width, hidden)
        self.norm = nn.LayerNorm(hidden)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(hidden, n_labels)
        nn.init.normal_(self.widths.weight, std=0.02)
        nn.init.constant_(self.output.bias, RARE)

    def grown_tables(self, rows: Rows, types: Rows) -> dict[str, Rows]:
        """Say which parameters of a larger network have other rows, and where these come from.

        rows (Rows): Of its labels.
        types (Rows): Not used.
        RETURNS (dict[str, Rows]): By the parameter's name.
        """
        return {"output.weight": rows, "output.bias": rows}

    def forward(self, tokens: Tensor) -> Tensor:
        """Score all spans.

        tokens (Tensor): Token vectors of all documents, shape (n_tokens, width).
        RETURNS (Tensor): Shape (n_tokens, max_width * n_labels): spans by their first token and
            their width. What leaves its document has scores too, which mean nothing.
        """
        starts, ends = self.start(tokens), self.end(tokens)
        steps = torch.arange(self.max_width, device=tokens.device)
        parts = []
        for first in range(0, len(tokens), CHUNK):
            places = torch.arange(first, min(first + CHUNK, len(tokens)), device=tokens.device)
            last = (places[:, None] + steps).clamp(max=len(tokens) - 1)
            if torch.is_grad_enabled() and len(tokens) > CHUNK:
                part = checkpoint(self.score, starts[places], ends[last], use_reentrant=False)
            else:
                part = self.score(starts[places], ends[last])
            parts.append(part.flatten(1))
        return torch.cat(parts)

    def score(self, starts: Tensor, ends: Tensor) -> Tensor:
        """Score spans of all widths.

        starts (Tensor): Projected first tokens, shape (n, hidden).
        ends (Tensor): Projected last tokens, shape (n, max_width, hidden).
        RETURNS (Tensor): Shape (n, max_width, n_labels).
        """
        first = starts[:, None]
        summed = first + ends + first * ends + self.widths.weight
        return self.output(self.dropout(nn.functional.gelu(self.norm(summed))))
