"""Scores of pairs of mentions from token vectors, in one pass over all documents.

The pair attends to the text around itself: each mention has an attention over tokens, and a pair's
attention is the product of its two mentions' (the localised context pooling of Zhou et al. 2021,
ATLOP, with learned queries and keys in place of the encoder's own attention).
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from .pooling import pool_spans

CHUNK = 256
BLOCK = 4096


class PairNetwork(nn.Module):
    """Classify directed pairs of mentions.

    width (int): Of the token vectors.
    hidden (int): Of mention and pair vectors.
    n_types (int): Entity types.
    n_labels (int): Scores per pair.
    n_heads (int): Of the context attention, 0 for none.
    reach (int): Tokens on either side of the pair that it may attend to.
    """

    def __init__(
        self,
        width: int,
        hidden: int,
        n_types: int,
        n_labels: int,
        n_features: Sequence[int],
        n_heads: int,
        reach: int,
        dropout: float,
    ):
        super().__init__()
        self.n_types, self.n_heads, self.reach = n_types, n_heads, reach
        self.types = nn.Embedding(n_types, 32)
        self.head = nn.Linear(3 * width + 32, hidden)
        self.tail = nn.Linear(3 * width + 32, hidden)
        self.both = nn.Linear(hidden, hidden)
        self.type_pairs = nn.Embedding(n_types * n_types, hidden)
        self.features = nn.ModuleList(nn.Embedding(n, hidden) for n in n_features)
        self.attention = nn.ModuleDict()
        if n_heads:
            self.attention = nn.ModuleDict(
                {
                    "query_head": nn.Linear(hidden, hidden),
                    "query_tail": nn.Linear(hidden, hidden),
                    "key": nn.Linear(width, hidden),
                    "value": nn.Linear(width, hidden),
                }
            )
        self.norm = nn.LayerNorm(hidden)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(hidden, n_labels)
        for embedding in (self.type_pairs, *self.features):
            nn.init.normal_(embedding.weight, std=0.02)

    def forward(self, tokens: Tensor, bounds: Tensor, mentions: Tensor, pairs: Tensor) -> Tensor:
        """Score all pairs.

        tokens (Tensor): Token vectors of all documents, shape (n_tokens, width).
        bounds (Tensor): First and one past the last token of each mention's document, shape
            (n_mentions, 2).
        mentions (Tensor): Start, end and type over all tokens, shape (n_mentions, 3). A mention
            of type -1 is in no pair.
        pairs (Tensor): Head, tail and features, shape (n_pairs, 2 + n_features), sorted so that
            pairs of one region stand together.
        RETURNS (Tensor): Shape (n_pairs, n_labels).
        """
        vectors = self._mention_vectors(tokens, mentions)
        heads, tails = self.head(vectors), self.tail(vectors)
        h, t = pairs[:, 0], pairs[:, 1]
        summed = heads[h] + tails[t] + self.both(heads[h] * tails[t])
        summed = summed + self.type_pairs(mentions[h, 2] * self.n_types + mentions[t, 2])
        for i, embedding in enumerate(self.features):
            summed = summed + embedding(pairs[:, 2 + i])
        if self.n_heads:
            summed = summed + self._context(tokens, bounds, mentions, heads, tails, pairs)
        return self.output(self.dropout(nn.functional.gelu(self.norm(summed))))

    def _mention_vectors(self, tokens: Tensor, mentions: Tensor) -> Tensor:
        """First, last and mean token of each mention, and its type."""
        types = self.types(mentions[:, 2].clamp(min=0))
        return self.dropout(torch.cat([pool_spans(tokens, mentions), types], dim=1))

    def _context(
        self,
        tokens: Tensor,
        bounds: Tensor,
        mentions: Tensor,
        heads: Tensor,
        tails: Tensor,
        pairs: Tensor,
    ) -> Tensor:
        asked_head = self.attention["query_head"](heads)
        asked_tail = self.attention["query_tail"](tails)
        low, high = self._reach_of(bounds, mentions, pairs)
        found = []
        first = last = 0
        for part in _chunks(low, high):
            start, end = int(low[part].min()), int(high[part].max())
            if start < first or end > last:  # keys and values of one stretch of text at a time
                first, last = max(0, start - BLOCK // 8), max(end, start + BLOCK)
                keys = self.attention["key"](tokens[first:last])
                values = self.attention["value"](tokens[first:last])
            inside = slice(start - first, end - first)
            places = torch.arange(start, end, device=tokens.device)
            visible = (places >= low[part, None]) & (places < high[part, None])
            query = asked_head[pairs[part, 0]] + asked_tail[pairs[part, 1]]
            found.append(self._attend(query, keys[inside], values[inside], visible))
        return torch.cat(found)

    def _reach_of(self, bounds: Tensor, mentions: Tensor, pairs: Tensor) -> tuple[Tensor, Tensor]:
        """The tokens that each pair may attend to."""
        h, t = mentions[pairs[:, 0]], mentions[pairs[:, 1]]
        limits = bounds[pairs[:, 0]]
        low = torch.minimum(h[:, 0], t[:, 0]) - self.reach
        high = torch.maximum(h[:, 1], t[:, 1]) + self.reach
        return torch.maximum(low, limits[:, 0]), torch.minimum(high, limits[:, 1])

    def _attend(self, query: Tensor, keys: Tensor, values: Tensor, visible: Tensor) -> Tensor:
        split = (self.n_heads, query.shape[1] // self.n_heads)
        q, k, v = (x.unflatten(1, split).transpose(0, 1) for x in (query, keys, values))
        mixed = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=visible[None])
        return mixed.transpose(0, 1).flatten(1)


def _chunks(low: Tensor, high: Tensor) -> Iterator[slice]:
    """Cut the pairs so that a chunk covers a bounded number of tokens and pairs."""
    lows, highs = low.tolist(), high.tolist()
    start, left, right = 0, 0, 0
    for i in range(len(lows)):
        new_left, new_right = min(left, lows[i]), max(right, highs[i])
        if i == start:
            left, right = lows[i], highs[i]
        elif i - start >= CHUNK or new_right - new_left > 2 * (highs[i] - lows[i]) + CHUNK:
            yield slice(start, i)
            start, left, right = i, lows[i], highs[i]
        else:
            left, right = new_left, new_right
    if lows:
        yield slice(start, len(lows))
