"""Vectors of spans, their first, their last and their mean token, and sums of rows."""

from collections.abc import Sequence

import torch
from torch import Tensor


def pool_spans(tokens: Tensor, spans: Tensor) -> Tensor:
    """Pool the tokens of each span.

    tokens (Tensor): Token vectors, shape (n_tokens, width).
    spans (Tensor): Start and end over all tokens, and perhaps more, shape (n_spans, 2 or more);
        none is empty.
    RETURNS (Tensor): First, last and mean token, shape (n_spans, 3 * width).
    """
    starts, lengths = spans[:, 0], spans[:, 1] - spans[:, 0]
    offsets = lengths.cumsum(0) - lengths
    shift = torch.repeat_interleave(starts - offsets, lengths)
    places = shift + torch.arange(len(shift), device=tokens.device)
    mean = torch.nn.functional.embedding_bag(places, tokens, offsets, mode="mean")
    return torch.cat([tokens[starts], tokens[spans[:, 1] - 1], mean], dim=1)


def sum_rows(tables: Sequence[Tensor], rows: Sequence[Tensor]) -> Tensor:
    """Sum one row of each table, in one turn.

    tables (Sequence[Tensor]): Each of shape (rows of the table, width).
    rows (Sequence[Tensor]): As many; which row each sum has of that table, shape (n,).
    RETURNS (Tensor): Shape (n, width).
    """
    sizes = torch.tensor([0, *(len(table) for table in tables[:-1])], device=rows[0].device)
    places = torch.stack(list(rows), dim=1) + sizes.cumsum(0)
    return torch.nn.functional.embedding_bag(places, torch.cat(list(tables)), mode="sum")


def pool_log_sum_exp(rows: Tensor, owners: Tensor, n: int) -> Tensor:
    """Take the soft maximum of the rows that belong together.

    rows (Tensor): Shape (n_rows, width).
    owners (Tensor): Which group each row is in, shape (n_rows,); no group is without rows.
    n (int): Groups.
    RETURNS (Tensor): Shape (n, width).
    """
    where = owners[:, None].expand_as(rows)
    low = rows.new_full((n, rows.shape[1]), -torch.inf)
    top = low.scatter_reduce(0, where, rows.detach(), "amax", include_self=True)
    summed = torch.zeros_like(top).index_add(0, owners, (rows - top[owners]).exp())
    return summed.log() + top
