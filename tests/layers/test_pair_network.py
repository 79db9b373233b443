"""The pair network: its gradient, what a score depends on, and that chunks don't matter."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from spacy_clinical.layers import pair_network
from spacy_clinical.layers.pair_network import PairNetwork

# Two documents of 9 and 7 tokens; one mention of 3 tokens, two that overlap, one of no known type.
BOUNDS = torch.tensor([[0, 9]] * 4 + [[9, 16]] * 3)
MENTIONS = torch.tensor(
    [[0, 1, 0], [2, 5, 1], [3, 4, 0], [8, 9, -1], [9, 10, 1], [12, 14, 0], [15, 16, 1]]
)
PAIRS = torch.tensor([[0, 1, 0, 2], [1, 0, 1, 2], [2, 1, 3, 0], [4, 5, 2, 1], [6, 4, 0, 0]])


def make_network(heads: int = 2, reach: int = 2) -> PairNetwork:
    torch.manual_seed(0)
    network = PairNetwork(
        width=4,
        hidden=6,
        n_types=2,
        n_labels=3,
        n_features=[4, 3],
        n_heads=heads,
        reach=reach,
        dropout=0.0,
    )
    return network.double()


def make_tokens(seed: int = 1) -> Tensor:
    return torch.randn(16, 4, generator=torch.Generator().manual_seed(seed)).double()


@pytest.mark.parametrize("heads", [0, 2])
def test_the_gradient_by_finite_differences(heads: int) -> None:
    network = make_network(heads)
    names = [name for name, _ in network.named_parameters()]

    def score(tokens: Tensor, *parameters: Tensor) -> Tensor:
        named = dict(zip(names, parameters, strict=True))
        return torch.func.functional_call(network, named, (tokens, BOUNDS, MENTIONS, PAIRS))

    inputs = [make_tokens(), *(p.detach() for p in network.parameters())]
    weights = torch.randn(len(PAIRS), 3, generator=torch.Generator().manual_seed(2)).double()
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
    assert torch.autograd.gradcheck(lambda x: network(x, BOUNDS, MENTIONS, PAIRS), tokens)


@pytest.mark.parametrize("field", ["CHUNK", "BLOCK", "SLACK"])
@pytest.mark.parametrize("size", [1, 2, 1000])
def test_chunks_have_no_influence(monkeypatch: pytest.MonkeyPatch, field: str, size: int) -> None:
    network, tokens = make_network(), make_tokens()
    expected = network(tokens, BOUNDS, MENTIONS, PAIRS)
    monkeypatch.setattr(pair_network, field, size)
    torch.testing.assert_close(network(tokens, BOUNDS, MENTIONS, PAIRS), expected)


@pytest.mark.parametrize("order", [[4, 3, 2, 1, 0], [2, 0, 4, 1, 3], [1], [3, 3]])
def test_pairs_are_scored_apart(order: list[int]) -> None:
    network, tokens = make_network(), make_tokens()
    together = network(tokens, BOUNDS, MENTIONS, PAIRS)
    found = network(tokens, BOUNDS, MENTIONS, PAIRS[order])
    torch.testing.assert_close(found, together[order])


def reached(network: PairNetwork, pair: int) -> list[int]:
    """Tokens that a pair's scores depend on."""
    tokens = make_tokens().requires_grad_()
    (network(tokens, BOUNDS, MENTIONS, PAIRS)[pair] ** 2).sum().backward()
    assert tokens.grad is not None
    return torch.flatten(torch.nonzero(tokens.grad.abs().sum(dim=1))).tolist()


# heads, reach, pair, first and last token it may see
REACH = [
    (2, 2, 0, range(0, 7)),
    (2, 0, 0, range(0, 5)),
    (2, 100, 0, range(0, 9)),
    (2, 2, 2, range(0, 7)),
    (2, 2, 3, range(9, 16)),
    (2, 1, 3, range(9, 15)),
    (2, 100, 4, range(9, 16)),
]


@pytest.mark.parametrize("heads, reach, pair, expected", REACH)
def test_a_pair_sees_its_reach_in_its_document(
    heads: int, reach: int, pair: int, expected: range
) -> None:
    assert reached(make_network(heads, reach), pair) == list(expected)


def test_without_context_a_pair_sees_its_mentions() -> None:
    network = make_network(heads=0, reach=100)
    assert reached(network, 0) == [0, 2, 3, 4]
    assert reached(network, 4) == [9, 15]
    assert not any("attention" in name for name, _ in network.named_parameters())


def test_direction_matters() -> None:
    found = make_network()(
        make_tokens(), BOUNDS, MENTIONS, torch.tensor([[0, 1, 1, 1], [1, 0, 1, 1]])
    )
    assert not torch.allclose(found[0], found[1], atol=1e-3)


CHANGES: list[tuple[str, Callable[[Tensor], Any], bool]] = [
    ("type of the head", lambda m: m[0].copy_(torch.tensor([0, 1, 1])), True),
    ("end of the tail", lambda m: m[1].copy_(torch.tensor([2, 4, 1])), True),
    ("another mention", lambda m: m[2].copy_(torch.tensor([6, 8, 1])), False),
    ("a mention of no type", lambda m: m[3].copy_(torch.tensor([6, 8, 0])), False),
]


@pytest.mark.parametrize("what, change, matters", CHANGES, ids=[c[0] for c in CHANGES])
def test_what_a_score_depends_on(what: str, change: Callable[[Tensor], Any], matters: bool) -> None:
    network, tokens, mentions = make_network(), make_tokens(), MENTIONS.clone()
    change(mentions)
    before = network(tokens, BOUNDS, MENTIONS, PAIRS)[0]
    after = network(tokens, BOUNDS, mentions, PAIRS)[0]
    assert torch.allclose(before, after) != matters


@pytest.mark.parametrize("column, value", [(2, 3), (3, 0)])
def test_features_matter(column: int, value: int) -> None:
    pairs = PAIRS.clone()
    pairs[0, column] = value
    network, tokens = make_network(), make_tokens()
    changed = network(tokens, BOUNDS, MENTIONS, pairs) - network(tokens, BOUNDS, MENTIONS, PAIRS)
    assert (changed.abs().sum(dim=1) > 1e-6).tolist() == [True, False, False, False, False]


@pytest.mark.parametrize("pair, row", [(0, 0 * 2 + 1), (1, 1 * 2 + 0), (2, 0 * 2 + 1)])
def test_the_types_of_a_pair_are_directed(pair: int, row: int) -> None:
    network = make_network()
    network(make_tokens(), BOUNDS, MENTIONS, PAIRS)[pair].sum().backward()
    gradient = network.type_pairs.weight.grad
    assert gradient is not None
    assert torch.flatten(torch.nonzero(gradient.abs().sum(dim=1))).tolist() == [row]


@pytest.mark.parametrize("block", [1, 4096])
def test_vectors_of_16_bits_are_cast_by_regions(
    monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(pair_network, "BLOCK", block)
    network, tokens = make_network().float(), make_tokens().half()
    found = network(tokens, BOUNDS, MENTIONS, PAIRS)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, network(tokens.float(), BOUNDS, MENTIONS, PAIRS))
