"""Chunks hold every item once, in order, and stay small."""

import pytest
import torch

from spacy_clinical.layers.text_chunks import cut


@pytest.mark.parametrize("count, slack", [(1, 0), (5, 30), (64, 0), (1000, 30), (1000, 5000)])
@pytest.mark.parametrize("is_sorted", [True, False])
def test_chunks_are_bounded_and_complete(count: int, slack: int, is_sorted: bool) -> None:
    generator = torch.Generator().manual_seed(0)
    low = torch.randint(0, 2000, (300,), generator=generator)
    low = low.sort().values if is_sorted else low
    high = low + torch.randint(1, 80, (300,), generator=generator)
    parts = list(cut(low, high, count, slack))
    assert [i for part in parts for i in range(300)[part]] == list(range(300))
    for part in parts:
        assert part.stop - part.start <= count
        first = int(high[part][0] - low[part][0])
        assert int(high[part].max() - low[part].min()) <= first + slack
    assert list(cut(low[:0], high[:0], count, slack)) == []


def test_a_chunk_is_as_large_as_may_be() -> None:
    low, high = torch.tensor([0, 2, 4, 50, 52]), torch.tensor([10, 12, 14, 60, 62])
    assert list(cut(low, high, 10, 4)) == [slice(0, 3), slice(3, 5)]
    assert list(cut(low, high, 10, 3)) == [slice(0, 2), slice(2, 3), slice(3, 5)]
    assert list(cut(low, high, 2, 52)) == [slice(0, 2), slice(2, 4), slice(4, 5)]
