"""The band network: its gradient, what a score depends on, and chunks."""

import pytest
import torch
from torch import Tensor

from spacy_clinical.layers import band_network
from spacy_clinical.layers.band_network import BandNetwork

N_TOKENS, WIDTH, MAX_WIDTH, N_LABELS = 7, 4, 3, 2


def make_network() -> BandNetwork:
    torch.manual_seed(0)
    network = BandNetwork(WIDTH, 5, MAX_WIDTH, N_LABELS, dropout=0.0)
    torch.nn.init.normal_(network.widths.weight)
    torch.nn.init.normal_(network.output.bias)
    return network.double()


def make_tokens() -> Tensor:
    return torch.randn(N_TOKENS, WIDTH, generator=torch.Generator().manual_seed(1)).double()


def test_hardly_any_span_is_a_mention_at_first() -> None:
    network = BandNetwork(WIDTH, 5, MAX_WIDTH, N_LABELS, dropout=0.0)
    assert network(make_tokens().float()).sigmoid().mean() < 0.02


@pytest.mark.parametrize("chunk", [2, 1000])
def test_the_gradient_by_finite_differences(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(band_network, "CHUNK", chunk)
    network = make_network()
    names = [name for name, _ in network.named_parameters()]

    def score(tokens: Tensor, *parameters: Tensor) -> Tensor:
        named = dict(zip(names, parameters, strict=True))
        return torch.func.functional_call(network, named, (tokens,))

    inputs = [make_tokens(), *(p.detach() for p in network.parameters())]
    shape = (N_TOKENS, MAX_WIDTH * N_LABELS)
    weights = torch.randn(shape, generator=torch.Generator().manual_seed(2)).double()
    leaves = [x.clone().requires_grad_() for x in inputs]
    (score(*leaves) * weights).sum().backward()
    generator = torch.Generator().manual_seed(3)
    for i, leaf in enumerate(leaves):
        direction = torch.randn(leaf.shape, generator=generator).double()
        with torch.no_grad():
            more, less = (
                (score(*inputs[:i], inputs[i] + step * direction, *inputs[i + 1 :]) * weights).sum()
                for step in (1e-6, -1e-6)
            )
        assert leaf.grad is not None
        found = (leaf.grad * direction).sum().item()
        expected = (more - less).item() / 2e-6
        assert found == pytest.approx(expected, rel=1e-5, abs=1e-7), ["tokens", *names][i]


@pytest.mark.parametrize("chunk", [1, 2, 3])
def test_chunks_have_no_influence(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    network, tokens = make_network(), make_tokens()
    expected = network(tokens)
    assert expected.shape == (N_TOKENS, MAX_WIDTH * N_LABELS)
    monkeypatch.setattr(band_network, "CHUNK", chunk)
    torch.testing.assert_close(network(tokens), expected)
    with torch.no_grad():
        torch.testing.assert_close(network(tokens), expected)


def test_a_span_is_its_two_ends_and_its_width() -> None:
    """Row and columns of a score, against the same span scored by itself."""
    network, tokens = make_network(), make_tokens()
    scores = network(tokens).unflatten(1, (MAX_WIDTH, N_LABELS))
    for start in range(N_TOKENS):
        for width in range(min(MAX_WIDTH, N_TOKENS - start)):
            ends = network.end(tokens[start + width]).expand(1, MAX_WIDTH, 5)
            alone = network.score(network.start(tokens[start])[None], ends)[0, width]
            torch.testing.assert_close(scores[start, width], alone)
    moved = tokens.clone()
    moved[3] += 1.0
    changed = (network(moved).unflatten(1, (MAX_WIDTH, N_LABELS)) - scores).abs().sum(dim=2) > 1e-9
    ends_at = torch.arange(N_TOKENS)[:, None] + torch.arange(MAX_WIDTH)
    fits = ends_at < N_TOKENS
    expected = (torch.arange(N_TOKENS)[:, None] == 3) | (ends_at == 3)
    assert (changed & fits).tolist() == (expected & fits).tolist()
