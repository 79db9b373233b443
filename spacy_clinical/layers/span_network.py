"""Scores of single mentions from token vectors: what is said of each, in itself and around it.

A mention attends to the tokens before and after it. How much a token counts depends on its words,
on where it stands (negation reaches forward more than back, and not far), and on whether a sentence
border lies between.
"""

from typing import cast

import torch
from torch import Tensor, nn

from .layer_growth import Rows
from .pooling import pool_spans
from .text_chunks import cast_region, cut, shift_spans

BLOCK = 4096  # mentions, and tokens of the text that they stand in
CHUNK, SLACK = 64, 256  # mentions that attend at once, and tokens that the first doesn't see


class SpanNetwork(nn.Module):
    """Classify mentions.

    Casts vectors of 16 bits a region at a time.

    width (int): Of the token vectors.
    hidden (int): Of mention vectors, a multiple of `n_heads`.
    n_types (int): Entity types.
    n_labels (int): Scores per mention.
    n_features (Sequence[int]): Number of values of each further feature.
    n_heads (int): Of the attention to the surroundings, 0 for none.
    reach (int): Tokens on either side of the mention that it may attend to.
    dropout (float): On mention vectors.
    """

    casts_parts = True

    def __init__(
        self,
        width: int,
        hidden: int,
        n_types: int,
        n_labels: int,
        n_features: list[int],
        n_heads: int,
        reach: int,
        dropout: float,
    ):
        super().__init__()
        self.n_heads, self.reach = n_heads, reach
        self.types = nn.Embedding(n_types, hidden)
        self.features = nn.ModuleList(nn.Embedding(n, hidden) for n in n_features)
        self.mention = nn.Linear(3 * width, hidden)
        if n_heads:
            self.query = nn.Linear(hidden, hidden)
            self.key = nn.Linear(width, hidden, bias=False)
            self.value = nn.Linear(width, hidden)
            self.place = nn.Parameter(torch.zeros(n_heads, 2 * reach))
            self.outside = nn.Parameter(torch.zeros(n_heads, 1))
        self.norm = nn.LayerNorm(hidden)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(hidden, n_labels)
        nn.init.normal_(self.types.weight, std=0.02)
        for embedding in self.features:  # rules are right more often than not: let them speak
            nn.init.normal_(cast(Tensor, embedding.weight), std=0.5)

    def forward(self, tokens: Tensor, bounds: Tensor, mentions: Tensor) -> Tensor:
        """Score all mentions.

        tokens (Tensor): Token vectors of all documents, shape (n_tokens, width).
        bounds (Tensor): First and one past the last token of each mention's document, and of its
            sentence, over all tokens, shape (n_mentions, 4).
        mentions (Tensor): Start and end over all tokens, type, features, shape (n_mentions, 3 +
            n_features).
        RETURNS (Tensor): Shape (n_mentions, n_labels).
        """
        low = torch.maximum(mentions[:, 0] - self.reach, bounds[:, 0])
        high = torch.minimum(mentions[:, 1] + self.reach, bounds[:, 1])
        scores = []
        for part in cut(low, high, BLOCK, BLOCK):
            region, first = cast_region(tokens, low[part], high[part])
            shifted = shift_spans(mentions[part], first)
            scores.append(self._score(region, bounds[part] - first, shifted))
        return torch.cat(scores)

    def grown_tables(self, rows: Rows, types: Rows) -> dict[str, Rows]:
        """Say which parameters of a larger network have other rows, and where these come from.

        rows (Rows): Of its outputs.
        types (Rows): Of its entity types.
        RETURNS (dict[str, Rows]): By the parameter's name.
        """
        return {"output.weight": rows, "output.bias": rows, "types.weight": types}

    def _score(self, tokens: Tensor, bounds: Tensor, mentions: Tensor) -> Tensor:
        """Score mentions of one region."""
        vectors = self.mention(self.dropout(pool_spans(tokens, mentions)))
        vectors = vectors + self.types(mentions[:, 2])
        for i, embedding in enumerate(self.features):
            vectors = vectors + embedding(mentions[:, 3 + i])
        if self.n_heads and self.reach:
            vectors = vectors + self._context(tokens, bounds, mentions, vectors)
        return self.output(self.dropout(nn.functional.gelu(self.norm(vectors))))

    def _context(self, tokens: Tensor, bounds: Tensor, mentions: Tensor, vectors: Tensor) -> Tensor:
        """What mentions of one region see, a few mentions and a little text at a time."""
        places = self._places(mentions)
        visible = (places >= bounds[:, :1]) & (places < bounds[:, 1:2])
        outside = (places < bounds[:, 2:3]) | (places >= bounds[:, 3:4])
        places = places.clamp(bounds[:, :1], bounds[:, 1:2] - 1)
        low, high = places.amin(dim=1), places.amax(dim=1) + 1
        first, last = int(low.min()), int(high.max())
        split = (self.n_heads, -1)
        keys = self.key(tokens[first:last]).unflatten(1, split).transpose(0, 1)
        values = self.value(tokens[first:last]).unflatten(1, split).transpose(0, 1)
        queries = self.query(vectors).unflatten(1, split).transpose(0, 1)
        found = []
        for part in cut(low, high, CHUNK, SLACK):
            start, end = int(low[part].min()), int(high[part].max())
            inside = slice(start - first, end - first)
            scores = queries[:, part] @ keys[:, inside].transpose(1, 2) * queries.shape[2] ** -0.5
            columns = (places[part] - start).expand(self.n_heads, -1, -1)
            weights = self._weigh(scores.gather(2, columns), visible[part], outside[part])
            spread = torch.zeros_like(scores).scatter_add(2, columns, weights)
            found.append((spread @ values[:, inside]).transpose(0, 1).flatten(1))
        return torch.cat(found)

    def _weigh(self, scores: Tensor, visible: Tensor, outside: Tensor) -> Tensor:
        """Shares of the places in reach, shape (n_heads, n_mentions, 2 * reach). They sum to less
        than 1, as a mention may also look at nothing."""
        scores = scores + self.place[:, None] + self.outside[:, None] * outside
        scores = scores.masked_fill(~visible, -torch.inf)
        nothing = scores.new_zeros(*scores.shape[:2], 1)
        return torch.cat([nothing, scores], dim=2).softmax(dim=2)[:, :, 1:]

    def _places(self, mentions: Tensor) -> Tensor:
        """The tokens before and after each mention, shape (n_mentions, 2 * reach)."""
        steps = torch.arange(self.reach, device=mentions.device)
        before, after = mentions[:, :1] - self.reach + steps, mentions[:, 1:2] + steps
        return torch.cat([before, after], dim=1)
