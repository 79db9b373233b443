"""Our BERT gives what transformers' gives, vectors and gradients, from the same weights."""

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import BertConfig as TheirConfig
from transformers import BertModel, DistilBertConfig

from spacy_clinical.encoder.bert import BertConfig, BertNetwork, is_plain_bert, take_bert

SIZES = {
    "vocab_size": 50,
    "hidden_size": 24,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 40,
    "max_position_embeddings": 16,
}
IDS = torch.tensor([[3, 9, 4, 1, 7], [8, 2, 0, 0, 0]])
MASK = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0]])


@pytest.fixture()
def both() -> tuple[Any, BertNetwork]:
    """Transformers' network, and ours with its weights."""
    torch.manual_seed(0)
    theirs = BertModel(TheirConfig(**SIZES))
    ours = BertNetwork(BertConfig(theirs.config.to_dict()))
    ours.load_state_dict(theirs.state_dict())
    return theirs.eval(), ours.eval()


def test_vectors(both: tuple[Any, BertNetwork]) -> None:
    """Of what isn't padding, with and without a mask."""
    for given in ({"attention_mask": MASK}, {}):
        theirs, ours = (x(input_ids=IDS, **given).last_hidden_state for x in both)
        assert ours.shape == (2, 5, 24)
        torch.testing.assert_close(ours[MASK == 1], theirs[MASK == 1], atol=1e-6, rtol=1e-5)


def test_vectors_of_embeddings(both: tuple[Any, BertNetwork]) -> None:
    """Embeddings, positions and types that are given, and who sees whom."""
    visible = torch.ones(2, 5, 5, dtype=torch.long).tril()
    given = {
        "inputs_embeds": torch.randn(2, 5, 24),
        "position_ids": torch.tensor([[4, 5, 6, 0, 1], [0, 1, 2, 2, 2]]),
        "token_type_ids": torch.tensor([[0, 0, 1, 1, 1], [1, 0, 0, 0, 0]]),
        "attention_mask": visible,
    }
    theirs, ours = (x(**given).last_hidden_state for x in both)
    torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-5)


def test_gradients(both: tuple[Any, BertNetwork]) -> None:
    """Of every parameter that is used; what pads has none, and the pooler isn't used."""
    for network in both:
        vectors = network(input_ids=IDS, attention_mask=MASK).last_hidden_state
        (vectors * MASK[..., None]).square().sum().backward()
    theirs, ours = (dict(x.named_parameters()) for x in both)
    assert list(ours) == list(theirs)
    for name, parameter in ours.items():
        if "pooler" in name:
            assert parameter.grad is None
        else:
            torch.testing.assert_close(parameter.grad, theirs[name].grad, atol=1e-5, rtol=1e-4)
    assert not ours["embeddings.word_embeddings.weight"].grad[0].any()  # type: ignore[index]


def test_dropout(both: tuple[Any, BertNetwork]) -> None:
    """In training, at all three places where transformers' network has it."""
    _, ours = both
    ours.train()
    drops = [m.p for m in ours.modules() if isinstance(m, torch.nn.Dropout)]
    assert drops == [0.1] * (1 + 2 * 3)
    assert all(layer.attention.self.rate == 0.1 for layer in ours.encoder.layer)
    first, second = (ours(input_ids=IDS).last_hidden_state for _ in range(2))
    assert not torch.equal(first, second)


def test_saved_for_transformers(both: tuple[Any, BertNetwork], tmp_path: Path) -> None:
    theirs, ours = both
    ours.save_pretrained(tmp_path)
    read = BertModel.from_pretrained(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {"config.json", "model.safetensors"}
    for name, tensor in read.state_dict().items():
        assert torch.equal(tensor, theirs.state_dict()[name]), name
    assert read.config.num_hidden_layers == 3


def test_taken_from_transformers(both: tuple[Any, BertNetwork]) -> None:
    """The tensors are the same, and others stay what they are."""
    theirs, _ = both
    taken = take_bert(theirs)
    assert isinstance(taken, BertNetwork) and not taken.training
    expected = theirs(input_ids=IDS).last_hidden_state
    torch.testing.assert_close(taken(input_ids=IDS).last_hidden_state, expected)
    other = BertModel(TheirConfig(**SIZES, hidden_act="relu"))
    assert take_bert(other) is other


def test_config(both: tuple[Any, BertNetwork]) -> None:
    """It is saved as it came."""
    theirs, ours = both
    assert ours.config.to_dict() == theirs.config.to_dict()


@pytest.mark.parametrize(
    "change",
    [
        {"hidden_act": "relu"},
        {"position_embedding_type": "relative_key"},
        {"is_decoder": True},
        {"model_type": "roberta"},
        {"hidden_size": None},
    ],
    ids=str,
)
def test_other_encoders(change: dict[str, Any]) -> None:
    """Transformers builds what is laid out otherwise."""
    plain = TheirConfig(**SIZES).to_dict()
    assert is_plain_bert(plain)
    assert not is_plain_bert(plain | change)
    assert not is_plain_bert(DistilBertConfig().to_dict())


def test_width_of_heads() -> None:
    """A width that the heads can't share is refused, as by transformers."""
    config = BertConfig(TheirConfig(**SIZES).to_dict() | {"num_attention_heads": 5})
    with pytest.raises(ValueError, match="multiple"):
        BertNetwork(config)
