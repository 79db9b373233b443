"""The concept network: its gradient, what a score depends on, that documents are scored apart."""

from typing import Any

import pytest
import torch
from torch import Tensor

from spacy_clinical.layers import concept_network
from spacy_clinical.layers.concept_network import ConceptNetwork
from spacy_clinical.layers.pooling import pool_log_sum_exp

# Documents of 5 and 4 tokens. In the first, concept 1 has two mentions; in the second, concepts 2
# and 3 share the one that stands for both.
DOCUMENTS = torch.tensor([[0, 5, 0, 3, 0, 2, 0, 1], [5, 9, 3, 5, 2, 5, 1, 3]])
MENTIONS = torch.tensor([[0, 2, 0, 0], [2, 3, 1, 1], [4, 5, 1, 2], [5, 6, 0, 0], [7, 9, 1, 3]])
MEMBERS = torch.tensor([[0, 0], [1, 1], [1, 2], [2, 3], [3, 3], [4, 4]])
PAIRS = torch.tensor([[0, 1, 2], [2, 4, 0], [3, 4, 1]])
LINKS = torch.tensor([[0, 0, 1, 1], [0, 0, 2, 0], [1, 3, 4, 2], [2, 3, 4, 2]])
ROWS = (DOCUMENTS, MENTIONS, MEMBERS, PAIRS, LINKS)


def make_network(hide: float = 0.0) -> ConceptNetwork:
    torch.manual_seed(0)
    network = ConceptNetwork(
        width=4,
        hidden=8,
        n_types=2,
        n_labels=2,
        n_features=[3],
        n_link_features=[3],
        n_places=4,
        n_heads=2,
        n_blocks=2,
        reach=1,
        dropout=0.0,
        input_dropout=0.0,
        hide=hide,
    )
    torch.nn.init.normal_(network.hidden_word)
    return network.double().eval()


def make_tokens(seed: int = 1) -> Tensor:
    return torch.randn(9, 4, generator=torch.Generator().manual_seed(seed)).double()


@pytest.mark.parametrize("at_once", [1, 128])
def test_the_token_gradient_by_finite_differences(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(concept_network, "PAIRS_AT_ONCE", at_once)
    network, tokens = make_network(), make_tokens().requires_grad_()
    assert network(tokens, *ROWS).shape == (3 + 4, 2)
    assert torch.autograd.gradcheck(lambda x: network(x, *ROWS), tokens)


def test_every_parameter_has_the_gradient_of_finite_differences() -> None:
    network, tokens = make_network(), make_tokens()
    weights = torch.randn(7, 2, generator=torch.Generator().manual_seed(2)).double()

    def score() -> Tensor:
        return (network(tokens, *ROWS) * weights).sum()

    score().backward()
    generator = torch.Generator().manual_seed(3)
    for name, parameter in network.named_parameters():
        if name == "hidden_word":
            assert parameter.grad is None
            continue
        direction = torch.randn(parameter.shape, generator=generator).double()
        assert parameter.grad is not None, name
        found = (parameter.grad * direction).sum().item()
        with torch.no_grad():
            parameter += 1e-6 * direction
            above = score().item()
            parameter -= 2e-6 * direction
            below = score().item()
            parameter += 1e-6 * direction
        assert found == pytest.approx((above - below) / 2e-6, rel=1e-4, abs=1e-6), name


def test_documents_are_scored_apart() -> None:
    network, tokens = make_network(), make_tokens()
    together = network(tokens, *ROWS)
    first = network(tokens[:5], DOCUMENTS[:1], MENTIONS[:3], MEMBERS[:3], PAIRS[:1], LINKS[:2])
    torch.testing.assert_close(first, together[[0, 3, 4]])


def test_the_chunk_of_pairs_has_no_influence(monkeypatch: pytest.MonkeyPatch) -> None:
    network, tokens = make_network(), make_tokens()
    expected = network(tokens, *ROWS)
    monkeypatch.setattr(concept_network, "PAIRS_AT_ONCE", 1)
    torch.testing.assert_close(network(tokens, *ROWS), expected)


def test_a_pair_is_at_least_as_likely_as_its_best_mentions_make_it() -> None:
    """The soft maximum grows with each pair of mentions, the whole document's part aside."""
    network, tokens = make_network(), make_tokens()
    scores = network(tokens, *ROWS)
    fewer = network(tokens, DOCUMENTS, MENTIONS, MEMBERS, PAIRS, LINKS[[0, 2, 3]])
    assert (scores[0] > fewer[0]).all()
    assert (scores[0] - fewer[0] < scores[3:5].logsumexp(dim=0) - scores[3] + 1e-9).all()
    torch.testing.assert_close(fewer[1:3], scores[1:3])


# what changes, in which rows, whether the first pair's score changes
CHANGES = [
    ("its feature", 3, (0, 2), 1, True),
    ("another pair's feature", 3, (1, 2), 2, False),
    ("a mention's type", 1, (0, 2), 1, True),
    ("a mention's place", 1, (2, 3), 0, True),
    ("a mention of another document", 1, (4, 3), 0, False),
    ("a feature of its mentions", 4, (1, 3), 1, True),
]


@pytest.mark.parametrize("what, rows, place, value, matters", CHANGES, ids=[c[0] for c in CHANGES])
def test_what_a_score_depends_on(
    what: str, rows: int, place: tuple[int, int], value: int, matters: bool
) -> None:
    network, tokens = make_network(), make_tokens()
    changed = [row.clone() for row in ROWS]
    changed[rows][place] = value
    before, after = network(tokens, *ROWS)[0], network(tokens, *changed)[0]
    assert torch.allclose(before, after) != matters


def test_the_whole_text_of_its_document_matters() -> None:
    network, tokens = make_network(), make_tokens().requires_grad_()
    network(tokens, *ROWS)[0, 1].backward()
    assert tokens.grad is not None
    assert torch.flatten(torch.nonzero(tokens.grad.abs().sum(dim=1))).tolist() == [0, 1, 2, 3, 4]


def test_direction_matters() -> None:
    network, tokens = make_network(), make_tokens()
    turned = [*ROWS[:3], PAIRS[:, [1, 0, 2]], LINKS[:, [0, 2, 1, 3]]]
    assert not torch.allclose(network(tokens, *ROWS), network(tokens, *turned), atol=1e-3)


@pytest.mark.parametrize("training, hidden", [(True, True), (False, False)])
def test_hidden_words_have_no_influence(training: bool, hidden: bool) -> None:
    """In training the words of hidden mentions are replaced, those between them are not."""
    network = make_network(hide=1.0).train(training)
    tokens = make_tokens().requires_grad_()
    network(tokens, *ROWS).sum().backward()
    assert tokens.grad is not None
    seen = (tokens.grad.abs().sum(dim=1) > 0).tolist()
    in_mention = [True, True, True, False, True, True, False, True, True]
    assert seen == [not (hidden and inside) for inside in in_mention]


GROUPS: list[tuple[Any, Any, Any]] = [
    ([[0.0], [0.0]], [0, 0], [[0.6931472]]),
    ([[1.0], [-3.0]], [1, 0], [[-3.0], [1.0]]),
    ([[1000.0], [1000.0], [-1000.0]], [0, 0, 1], [[1000.6931472], [-1000.0]]),
]


@pytest.mark.parametrize("rows, owners, expected", GROUPS)
def test_log_sum_exp(rows: Any, owners: Any, expected: Any) -> None:
    found = pool_log_sum_exp(torch.tensor(rows), torch.tensor(owners), len(expected))
    torch.testing.assert_close(found, torch.tensor(expected))
