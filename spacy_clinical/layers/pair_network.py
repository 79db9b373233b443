"""Scores of pairs of mentions from token vectors, in one pass over all documents.

The pair attends to the text around itself: each mention has an attention over tokens, and a pair's
attention is the product of its two mentions' (the localised context pooling of Zhou et al. 2021,
ATLOP, with learned queries and keys in place of the encoder's own attention).
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .layer_growth import Rows, crossed
from .pooling import pool_spans, sum_rows
from .text_chunks import cast_region, cut, shift_spans

BLOCK = 4096  # pairs, and tokens of the text that they stand in
CHUNK, SLACK = 128, 64  # pairs that attend at once, and tokens that the first of them doesn't see


class PairNetwork(nn.Module):
    """Classify directed pairs of mentions.

    Casts vectors of 16 bits a region at a time.

    width (int): Of the token vectors.
    hidden (int): Of mention and pair vectors.
    n_types (int): Entity types.
    n_labels (int): Scores per pair.
    n_heads (int): Of the context attention, 0 for none.
    reach (int): Tokens on either side of the pair that it may attend to.
    """

    casts_parts = True

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
        pairs (Tensor): Head, tail and features, shape (n_pairs, 2 + n_features), one at least.
        RETURNS (Tensor): Shape (n_pairs, n_labels).
        """
        low, high = self._reach_of(bounds, mentions, pairs)
        order = torch.argsort(low // SLACK * len(tokens) + high)
        low, high, pairs = low[order], high[order], pairs[order]
        found = []
        for part in cut(low, high, BLOCK, BLOCK):
            region, first = cast_region(tokens, low[part], high[part])
            own, numbered = pairs[part, :2].unique(return_inverse=True)
            within = torch.cat([numbered, pairs[part, 2:]], dim=1)
            shifted = shift_spans(mentions[own], first)
            found.append(
                self._score(region, shifted, within, low[part] - first, high[part] - first)
            )
        return torch.cat(found)[torch.argsort(order)]

    def grown_tables(self, rows: Rows, types: Rows) -> dict[str, Rows]:
        """Say which parameters of a larger network have other rows, and where these come from.

        rows (Rows): Of its outputs.
        types (Rows): Of its entity types.
        RETURNS (dict[str, Rows]): By the parameter's name.
        """
        return {
            "output.weight": rows,
            "output.bias": rows,
            "types.weight": types,
            "type_pairs.weight": crossed(types, self.n_types),
        }

    def _reach_of(self, bounds: Tensor, mentions: Tensor, pairs: Tensor) -> tuple[Tensor, Tensor]:
        """The tokens that each pair may attend to."""
        h, t = mentions[pairs[:, 0]], mentions[pairs[:, 1]]
        limits = bounds[pairs[:, 0]]
        low = torch.minimum(h[:, 0], t[:, 0]) - self.reach
        high = torch.maximum(h[:, 1], t[:, 1]) + self.reach
        return torch.maximum(low, limits[:, 0]), torch.minimum(high, limits[:, 1])

    def _score(
        self, tokens: Tensor, mentions: Tensor, pairs: Tensor, low: Tensor, high: Tensor
    ) -> Tensor:
        """Score pairs of one region, whose mentions alone are looked at."""
        heads, h = pairs[:, 0].unique(return_inverse=True)
        tails, t = pairs[:, 1].unique(return_inverse=True)
        head = self.head(self._mention_vectors(tokens, mentions[heads]))
        tail = self.tail(self._mention_vectors(tokens, mentions[tails]))
        types = mentions[pairs[:, 0], 2] * self.n_types + mentions[pairs[:, 1], 2]
        tables = [head, tail, self.type_pairs.weight, *(table.weight for table in self.features)]
        summed = sum_rows(tables, [h, t, types, *pairs[:, 2:].unbind(1)])
        summed = summed + self.both(head[h] * tail[t])
        if self.n_heads:
            asked = [self.attention["query_head"](head), self.attention["query_tail"](tail)]
            summed = summed + self._context(tokens, sum_rows(asked, [h, t]), low, high)
        return self.output(self.dropout(nn.functional.gelu(self.norm(summed))))

    def _mention_vectors(self, tokens: Tensor, mentions: Tensor) -> Tensor:
        """First, last and mean token of each mention, and its type."""
        types = self.types(mentions[:, 2])
        return self.dropout(torch.cat([pool_spans(tokens, mentions), types], dim=1))

    def _context(self, tokens: Tensor, query: Tensor, low: Tensor, high: Tensor) -> Tensor:
        """What pairs of one region see, a few pairs and a little text at a time."""
        first, last = int(low.min()), int(high.max())
        keys = self.attention["key"](tokens[first:last])
        values = self.attention["value"](tokens[first:last])
        low, high = low - first, high - first
        places = torch.arange(last - first, device=tokens.device)
        found = []
        for part in cut(low, high, CHUNK, SLACK):
            inside = slice(int(low[part].min()), int(high[part].max()))
            visible = (places[inside] >= low[part, None]) & (places[inside] < high[part, None])
            found.append(self._attend(query[part], keys[inside], values[inside], visible))
        return torch.cat(found)

    def _attend(self, query: Tensor, keys: Tensor, values: Tensor, visible: Tensor) -> Tensor:
        """Attend in four dimensions, without which torch has no fused attention."""
        split = (self.n_heads, query.shape[1] // self.n_heads)
        q, k, v = (x.unflatten(1, split).transpose(0, 1)[None] for x in (query, keys, values))
        mixed = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=visible[None, None])
        return mixed[0].transpose(0, 1).flatten(1)
