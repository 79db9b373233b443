"""Scores of pairs of concepts from token vectors: what their mentions say together, and what each
pair of mentions says by itself.

A pair's score is the sum of two: one of the whole document (pooled mentions, the text that both
concepts attend to, a grouped bilinear product: Zhou et al. 2021, ATLOP, with learned queries and
keys in place of the encoder's attention), and the soft maximum over its pairs of mentions, which a
`PairNetwork` scores, so that the best of them are the evidence.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .pair_network import PairNetwork
from .pooling import pool_log_sum_exp, pool_spans

PAIRS_AT_ONCE = 128  # bounds the attention of a long document


class ConceptNetwork(nn.Module):
    """Classify directed pairs of concepts.

    width (int): Of the token vectors.
    hidden (int): Of mention, concept and pair vectors; a multiple of `n_heads` and `n_blocks`.
    n_types (int): Entity types.
    n_labels (int): Scores per pair.
    n_features (Sequence[int]): Values of each feature of a pair of concepts.
    n_link_features (Sequence[int]): Values of each feature of a pair of mentions.
    n_places (int): Values of the place of a mention.
    n_heads (int): Of all attentions.
    n_blocks (int): Groups of the bilinear product.
    reach (int): Tokens on either side of a pair of mentions that it may attend to.
    dropout (float): Inside.
    input_dropout (float): Of the token vectors.
    hide (float): Share of concepts whose words are hidden in training, so that contexts are
        learned rather than names.
    """

    def __init__(
        self,
        width: int,
        hidden: int,
        n_types: int,
        n_labels: int,
        n_features: Sequence[int],
        n_link_features: Sequence[int],
        n_places: int,
        n_heads: int,
        n_blocks: int,
        reach: int,
        dropout: float,
        input_dropout: float,
        hide: float,
    ):
        super().__init__()
        self.n_heads, self.n_blocks, self.hide = n_heads, n_blocks, hide
        self.hidden_word = nn.Parameter(torch.zeros(width))
        self.links = PairNetwork(
            width, hidden, n_types, n_labels, n_link_features, n_heads, reach, dropout
        )
        self.types = nn.Embedding(n_types, 32)
        self.places = nn.Embedding(n_places, hidden)
        self.mention = nn.Linear(3 * width + 32, hidden)
        self.among = nn.TransformerEncoderLayer(
            hidden, n_heads, 2 * hidden, dropout, batch_first=True, norm_first=True
        )
        self.query, self.key = nn.Linear(hidden, hidden), nn.Linear(width, hidden)
        self.value = nn.Linear(width, hidden)
        self.head, self.tail = nn.Linear(2 * hidden, hidden), nn.Linear(2 * hidden, hidden)
        self.bilinear = nn.Linear(hidden * hidden // n_blocks, hidden)
        self.features = nn.ModuleList(nn.Embedding(n, hidden) for n in n_features)
        self.norm = nn.LayerNorm(hidden)
        self.input_dropout, self.dropout = nn.Dropout(input_dropout), nn.Dropout(dropout)
        self.output = nn.Linear(hidden, n_labels)
        for embedding in (self.places, *self.features):
            nn.init.normal_(embedding.weight, std=0.02)

    def forward(
        self,
        tokens: Tensor,
        documents: Tensor,
        mentions: Tensor,
        members: Tensor,
        pairs: Tensor,
        links: Tensor,
    ) -> Tensor:
        """Score all pairs of concepts, and all their pairs of mentions.

        tokens (Tensor): Token vectors of all documents, shape (n_tokens, width).
        documents (Tensor): Start and end of each document's tokens, mentions, concepts and pairs,
            shape (n_documents, 8); those without pairs have no row, and no rows below either.
        mentions (Tensor): Start and end over all tokens, type, place, shape (n_mentions, 4).
        members (Tensor): Concept and mention, for each mention of each concept, shape
            (n_members, 2).
        pairs (Tensor): Head concept, tail concept and features, shape (n_pairs, 2 + n_features).
        links (Tensor): Pair of concepts, head mention, tail mention and features, one for each pair
            of concepts at least, shape (n_links, 3 + n_link_features).
        RETURNS (Tensor): Shape (n_pairs + n_links, n_labels): the pairs of concepts, and then the
            pairs of mentions.
        """
        tokens = self.input_dropout(self._hide_some(tokens, mentions, members))
        many = documents[:, 3] - documents[:, 2]
        bounds = documents[:, :2].repeat_interleave(many, dim=0)
        of_links = self.links(tokens, bounds, mentions[:, :3], links[:, 1:])
        told = pool_log_sum_exp(of_links, links[:, 0], len(pairs))
        whole = self._whole(tokens, documents, mentions, members, pairs)
        return torch.cat([told + whole, of_links])

    def _hide_some(self, tokens: Tensor, mentions: Tensor, members: Tensor) -> Tensor:
        """Put one learned vector in the place of all words of some concepts."""
        if not (self.training and self.hide):
            return tokens
        chosen = torch.rand(len(members), device=tokens.device) < self.hide
        hidden = mentions[members[chosen[members[:, 0]], 1]]  # concepts are fewer than members
        change = torch.zeros(len(tokens) + 1, dtype=torch.int64, device=tokens.device)
        change.index_add_(0, hidden[:, 0], torch.ones_like(hidden[:, 0]))
        change.index_add_(0, hidden[:, 1], -torch.ones_like(hidden[:, 1]))
        return torch.where(change.cumsum(0)[:-1, None] > 0, self.hidden_word, tokens)

    def _whole(
        self, tokens: Tensor, documents: Tensor, mentions: Tensor, members: Tensor, pairs: Tensor
    ) -> Tensor:
        """What the whole document says of each pair."""
        vectors = torch.cat([pool_spans(tokens, mentions), self.types(mentions[:, 2])], dim=1)
        vectors = self.mention(vectors) + self.places(mentions[:, 3])
        rows = documents.tolist()
        seen = torch.cat([self.among(vectors[None, row[2] : row[3]])[0] for row in rows])
        concepts = pool_log_sum_exp(seen[members[:, 1]], members[:, 0], rows[-1][5])
        context = torch.cat([self._context(tokens, seen, members, pairs, row) for row in rows])
        heads = torch.cat([concepts[pairs[:, 0]], context], dim=1)
        tails = torch.cat([concepts[pairs[:, 1]], context], dim=1)
        summed = self._product(torch.tanh(self.head(heads)), torch.tanh(self.tail(tails)))
        for i, embedding in enumerate(self.features):
            summed = summed + embedding(pairs[:, 2 + i])
        return self.output(self.dropout(nn.functional.gelu(self.norm(summed))))

    def _product(self, heads: Tensor, tails: Tensor) -> Tensor:
        split = (self.n_blocks, heads.shape[1] // self.n_blocks)
        h, t = heads.unflatten(1, split), tails.unflatten(1, split)
        return self.bilinear((h[..., :, None] * t[..., None, :]).flatten(1))

    def _context(
        self, tokens: Tensor, seen: Tensor, members: Tensor, pairs: Tensor, row: list[int]
    ) -> Tensor:
        """Pool the tokens of one document by the product of two concepts' attentions."""
        text = tokens[row[0] : row[1]]
        split = (self.n_heads, seen.shape[1] // self.n_heads)
        query, key, value = (
            x.unflatten(1, split).transpose(0, 1)
            for x in (self.query(seen[row[2] : row[3]]), self.key(text), self.value(text))
        )
        attention = (query @ key.transpose(1, 2) / split[1] ** 0.5).softmax(dim=-1)
        inside = members[(members[:, 0] >= row[4]) & (members[:, 0] < row[5])]
        of_concepts = attention.new_zeros(self.n_heads, row[5] - row[4], len(text)).index_add(
            1, inside[:, 0] - row[4], attention[:, inside[:, 1] - row[2]]
        )
        found = []
        for part in (pairs[row[6] : row[7], :2] - row[4]).split(PAIRS_AT_ONCE):
            both = of_concepts[:, part[:, 0]] * of_concepts[:, part[:, 1]]
            weights = both / (both.sum(dim=-1, keepdim=True) + 1e-20)
            found.append((weights @ value).transpose(0, 1).flatten(1))
        return torch.cat(found)
