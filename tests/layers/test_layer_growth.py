"""Larger layers that know what the smaller ones knew."""

import numpy
import pytest
import torch
from thinc.api import Linear, Model

from spacy_clinical.layers.layer_growth import crossed, grow_linear
from spacy_clinical.layers.marker_network import MarkerNetwork
from spacy_clinical.layers.network_shim import NetworkShim
from spacy_clinical.layers.pair_network import PairNetwork
from spacy_clinical.layers.span_network import SpanNetwork

from ..conftest import assert_same_sums

ROWS = [(0, 0.0), (1, 0.0), (0, -3.0), (-1, 0.0)]


def make_linear() -> Model:
    layer: Model = Linear(nO=2, nI=3)
    layer.initialize()
    layer.set_param("W", numpy.arange(6, dtype="f").reshape(2, 3))
    layer.set_param("b", numpy.asarray([0.5, 1.5], dtype="f"))
    return layer


def test_rows_are_kept_copied_or_new() -> None:
    layer = make_linear()
    grow_linear(layer, ROWS)
    weights, bias = layer.get_param("W"), layer.get_param("b")
    assert weights[:3].tolist() == [[0, 1, 2], [3, 4, 5], [0, 1, 2]]
    assert bias.tolist() == [0.5, 1.5, -2.5, 0.0]
    assert weights[3].any() and abs(weights[3]).max() <= 2
    scores, backprop = layer(numpy.ones((1, 3), dtype="f"), is_train=True)
    assert scores[0, :3].tolist() == [3.5, 13.5, 0.5]
    backprop(numpy.ones((1, 4), dtype="f"))
    assert layer.get_grad("W").shape == (4, 3) and layer.get_grad("b").tolist() == [1.0] * 4


def test_pairs_of_types_by_hand() -> None:
    """Of two types a third is made: (i, j) stood in row 2i + j and stands in row 3i + j."""
    rows = crossed([(0, 0.0), (1, 0.0), (-1, 0.0)], 2)
    assert [source for source, _ in rows] == [0, 1, -1, 2, 3, -1, -1, -1, -1]


TOKENS = torch.linspace(-1, 1, 24).reshape(6, 4)
COMMON = {"width": 4, "n_types": 2, "n_labels": 2, "n_features": [3]}


def score_pairs(network: torch.nn.Module) -> torch.Tensor:
    mentions = torch.tensor([[0, 1, 0], [2, 4, 1], [5, 6, 1]])
    bounds = torch.tensor([[0, 6]] * 3)
    return network(TOKENS, bounds, mentions, torch.tensor([[0, 1, 2], [1, 0, 0], [2, 1, 1]]))


def score_spans(network: torch.nn.Module) -> torch.Tensor:
    bounds = torch.tensor([[0, 6, 0, 6]] * 2)
    return network(TOKENS, bounds, torch.tensor([[0, 1, 0, 2], [2, 4, 1, 0]]))


def score_marked(network: torch.nn.Module) -> torch.Tensor:
    states = network.mark(torch.tensor([[0, 1], [1, 1]]))
    return network(states, torch.tensor([[0], [2]]))


@pytest.mark.parametrize(
    ("build", "settings", "score"),
    [
        (PairNetwork, {"hidden": 8, "n_heads": 2, "reach": 2}, score_pairs),
        (SpanNetwork, {"hidden": 8, "n_heads": 2, "reach": 2}, score_spans),
        (MarkerNetwork, {"hidden": 8}, score_marked),
    ],
    ids=["pairs", "spans", "marked"],
)
def test_a_network_scores_what_it_knows_as_before(build, settings, score) -> None:  # type: ignore[no-untyped-def]
    """Old types and old labels; the copied label is less likely than its model by three."""
    torch.manual_seed(0)
    shim = NetworkShim(lambda **sizes: build(**sizes, **settings, dropout=0.0))
    shim.create(COMMON)
    before = score(shim._model)
    shim.grow(ROWS, [(0, 0.0), (1, 0.0), (-1, 0.0)], n_labels=4, n_types=3)
    assert shim.sizes == {**COMMON, "n_types": 3, "n_labels": 4}
    after = score(shim._model)
    assert_same_sums(after[:, :2], before)
    assert_same_sums(after[:, 2], before[:, 0] - 3.0)
    copy = NetworkShim(shim.build).from_bytes(shim.to_bytes())
    assert_same_sums(score(copy._model), after)
