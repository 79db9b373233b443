"""The span network: its gradient, and what a score depends on."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from spacy_clinical.layers import span_network
from spacy_clinical.layers.pooling import pool_spans, sum_rows
from spacy_clinical.layers.span_network import SpanNetwork

# Two documents of 9 and 7 tokens, the first of two sentences; the last mention is all of a third.
BOUNDS = torch.tensor([[0, 9, 0, 5], [0, 9, 0, 5], [0, 9, 5, 9], [9, 16, 9, 16], [16, 17, 16, 17]])
MENTIONS = torch.tensor([[0, 1, 0, 2], [2, 5, 1, 0], [6, 7, 1, 1], [12, 14, 0, 3], [16, 17, 1, 0]])
N_TOKENS = 17


def make_network(heads: int = 2, reach: int = 3) -> SpanNetwork:
    torch.manual_seed(0)
    network = SpanNetwork(
        width=4,
        hidden=6,
        n_types=2,
        n_labels=3,
        n_features=[4],
        n_heads=heads,
        reach=reach,
        dropout=0.0,
    )
    if heads:
        torch.nn.init.normal_(network.place)
        torch.nn.init.normal_(network.outside)
    return network.double()


def make_tokens(seed: int = 1) -> Tensor:
    return torch.randn(N_TOKENS, 4, generator=torch.Generator().manual_seed(seed)).double()


@pytest.mark.parametrize("heads", [0, 2])
def test_the_gradient_by_finite_differences(heads: int) -> None:
    network = make_network(heads)
    names = [name for name, _ in network.named_parameters()]

    def score(tokens: Tensor, *parameters: Tensor) -> Tensor:
        named = dict(zip(names, parameters, strict=True))
        return torch.func.functional_call(network, named, (tokens, BOUNDS, MENTIONS))

    inputs = [make_tokens(), *(p.detach() for p in network.parameters())]
    weights = torch.randn(len(MENTIONS), 3, generator=torch.Generator().manual_seed(2)).double()
    leaves = [x.clone().requires_grad_() for x in inputs]
    (score(*leaves) * weights).sum().backward()
    generator = torch.Generator().manual_seed(3)
    for i, leaf in enumerate(leaves):
        direction = torch.randn(leaf.shape, generator=generator).double()
        moved = [
            (score(*inputs[:i], inputs[i] + step * direction, *inputs[i + 1 :]) * weights).sum()
            for step in (1e-6, -1e-6)
        ]
        expected = (moved[0] - moved[1]).item() / 2e-6
        assert leaf.grad is not None
        found = (leaf.grad * direction).sum().item()
        assert found == pytest.approx(expected, rel=1e-5, abs=1e-7), ["tokens", *names][i]


@pytest.mark.parametrize("heads", [0, 2])
def test_the_token_gradient_entry_by_entry(heads: int) -> None:
    network = make_network(heads)
    tokens = make_tokens().requires_grad_()
    assert torch.autograd.gradcheck(lambda x: network(x, BOUNDS, MENTIONS), tokens)


@pytest.mark.parametrize("field", ["CHUNK", "BLOCK", "SLACK"])
@pytest.mark.parametrize("size", [1, 2, 1000])
def test_chunks_have_no_influence(monkeypatch: pytest.MonkeyPatch, field: str, size: int) -> None:
    network, tokens = make_network(), make_tokens()
    expected = network(tokens, BOUNDS, MENTIONS)
    monkeypatch.setattr(span_network, field, size)
    torch.testing.assert_close(network(tokens, BOUNDS, MENTIONS), expected)


def test_mentions_are_scored_apart() -> None:
    network, tokens = make_network(), make_tokens()
    together = network(tokens, BOUNDS, MENTIONS)
    for order in ([4, 3, 2, 1, 0], [2, 2], [1]):
        found = network(tokens, BOUNDS[order], MENTIONS[order])
        torch.testing.assert_close(found, together[order])


def reached(network: SpanNetwork, mention: int) -> list[int]:
    """Tokens that a mention's scores depend on."""
    tokens = make_tokens().requires_grad_()
    (network(tokens, BOUNDS, MENTIONS)[mention] ** 2).sum().backward()
    assert tokens.grad is not None
    return torch.flatten(torch.nonzero(tokens.grad.abs().sum(dim=1))).tolist()


# heads, reach, mention, the tokens it may see
REACH = [
    (2, 3, 0, range(0, 4)),
    (2, 3, 1, range(0, 8)),
    (2, 1, 1, range(1, 6)),
    (2, 100, 1, range(0, 9)),
    (2, 2, 2, range(4, 9)),
    (2, 100, 3, range(9, 16)),
    (2, 3, 4, range(16, 17)),
    (2, 0, 1, range(2, 5)),
    (0, 3, 1, range(2, 5)),
]


@pytest.mark.parametrize("heads, reach, mention, expected", REACH)
def test_a_mention_sees_its_reach_in_its_document(
    heads: int, reach: int, mention: int, expected: range
) -> None:
    assert reached(make_network(heads, reach), mention) == list(expected)


CHANGES: list[tuple[str, Callable[[Tensor, Tensor], Any], bool]] = [
    ("type", lambda m, b: m[1].copy_(torch.tensor([2, 5, 0, 0])), True),
    ("feature", lambda m, b: m[1].copy_(torch.tensor([2, 5, 1, 3])), True),
    ("end", lambda m, b: m[1].copy_(torch.tensor([2, 4, 1, 0])), True),
    ("sentence", lambda m, b: b[1].copy_(torch.tensor([0, 9, 0, 9])), True),
    ("another mention", lambda m, b: m[0].copy_(torch.tensor([6, 8, 1, 1])), False),
    ("another's sentence", lambda m, b: b[0].copy_(torch.tensor([0, 9, 0, 9])), False),
]


@pytest.mark.parametrize("what, change, matters", CHANGES, ids=[c[0] for c in CHANGES])
def test_what_a_score_depends_on(
    what: str, change: Callable[[Tensor, Tensor], Any], matters: bool
) -> None:
    network, tokens = make_network(), make_tokens()
    mentions, bounds = MENTIONS.clone(), BOUNDS.clone()
    change(mentions, bounds)
    before = network(tokens, BOUNDS, MENTIONS)[1]
    after = network(tokens, bounds, mentions)[1]
    assert torch.allclose(before, after) != matters


def test_before_and_after_differ() -> None:
    """The same token counts differently on the other side, and at another distance."""
    network = make_network(reach=2)
    bounds, mention = torch.tensor([[0, 5, 0, 5]]), torch.tensor([[2, 3, 0, 0]])
    found = []
    for place in (0, 1, 3, 4):
        tokens = torch.zeros(5, 4).double()
        tokens[2] = 1.0
        tokens[place] = torch.tensor([1.0, -1.0, 2.0, 0.5])
        found.append(network(tokens, bounds, mention)[0])
    for i, one in enumerate(found):
        for other in found[i + 1 :]:
            assert not torch.allclose(one, other, atol=1e-4)


def test_pooling_by_hand() -> None:
    tokens = torch.tensor([[1.0, 0.0], [2.0, 4.0], [6.0, 2.0]])
    found = pool_spans(tokens, torch.tensor([[0, 3, 7], [1, 2, 7]]))
    assert found.tolist() == [[1.0, 0.0, 6.0, 2.0, 3.0, 2.0], [2.0, 4.0, 2.0, 4.0, 2.0, 4.0]]


@pytest.mark.parametrize("block", [1, 4096])
def test_vectors_of_16_bits_are_cast_by_regions(
    monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(span_network, "BLOCK", block)
    network, tokens = make_network().float(), make_tokens().half()
    found = network(tokens, BOUNDS, MENTIONS)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, network(tokens.float(), BOUNDS, MENTIONS))


def test_sums_of_rows_by_hand() -> None:
    few = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    one = torch.tensor([[10.0, 20.0]], requires_grad=True)
    summed = sum_rows([few, one], [torch.tensor([1, 1, 0]), torch.tensor([0, 0, 0])])
    assert summed.tolist() == [[13, 24], [13, 24], [11, 22]]
    summed.sum().backward()
    assert few.grad is not None and few.grad.tolist() == [[1, 1], [2, 2]]
    assert one.grad is not None and one.grad.tolist() == [[3, 3]]
