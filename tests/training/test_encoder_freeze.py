"""An encoder that stops learning: its weights stay, its vectors are computed once, heads go on."""

import pickle
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import spacy
import torch
from spacy.language import Language
from spacy.training import Example
from spacy.util import registry

from spacy_clinical.encoder import frozen_layers
from spacy_clinical.encoder.find_encoders import find_encoders
from spacy_clinical.errors import CommandError, EncoderError
from spacy_clinical.optimizers.adamw import make_adamw
from spacy_clinical.training.checkpoint import (
    Progress,
    find_checkpoint,
    restore,
    write_checkpoint,
)
from spacy_clinical.training.encoder_freeze import make_freeze_encoder

from ..conftest import make_examples
from ..pipelines import Build, train

AFTER = 3


def learn(nlp: Language, examples: list[Example], step: int, callback: Any) -> None:
    callback(nlp, {"step": step, "epoch": 0})
    train(nlp, examples)


def weights(nlp: Language, name: str) -> torch.Tensor:
    """All that learns in a component."""
    nodes = list(nlp.get_pipe(name).model.walk())  # type: ignore[attr-defined]
    parameters = [p for node in nodes for shim in node.shims for p in shim._model.parameters()]
    arrays = [
        torch.as_tensor(n.get_param(p)) for n in nodes for p in n.param_names if n.has_param(p)
    ]
    return torch.cat([x.detach().flatten() for x in (*parameters, *arrays)])


@pytest.fixture()
def nlp(build: Build) -> Language:
    nlp = build({"nlp.pipeline": ["transformer", "clinical_ner"]})
    nlp.initialize(lambda: make_examples(nlp))
    return nlp


def test_the_encoder_stays_and_the_head_learns(nlp: Language) -> None:
    examples, callback = make_examples(nlp), make_freeze_encoder(AFTER)
    for step in range(AFTER + 3):
        before = [weights(nlp, name) for name in ("transformer", "clinical_ner")]
        learn(nlp, examples, step, callback)
        after = [weights(nlp, name) for name in ("transformer", "clinical_ner")]
        assert torch.equal(before[0], after[0]) == (step >= AFTER)
        assert not torch.equal(before[1], after[1])


def test_lower_layers_stay_and_upper_ones_learn(nlp: Language) -> None:
    examples, callback = make_examples(nlp), make_freeze_encoder(1, layers=1)
    shim = find_encoders(nlp)[0].shim
    learn(nlp, examples, 0, callback)
    before = {name: p.detach().clone() for name, p in shim._model.named_parameters()}
    learn(nlp, examples, 1, callback)
    stayed = {n for n, p in shim._model.named_parameters() if torch.equal(before[n], p)}
    assert {n for n in stayed if "pooler" not in n} == {
        n for n in before if n.startswith(("embeddings.", "encoder.layer.0."))
    }
    learn(nlp, examples, 2, callback)
    assert shim.frozen is not None and shim.frozen.upper is not None
    assert len(shim.frozen.kept) == len({eg.text for eg in examples})


def test_layers_that_stop_later_join_those_that_did(nlp: Language) -> None:
    examples, shim = make_examples(nlp), find_encoders(nlp)[0].shim
    learn(nlp, examples, 1, make_freeze_encoder(1, layers=1))
    learn(nlp, examples, 2, make_freeze_encoder(2))
    learn(nlp, examples, 3, make_freeze_encoder(1, layers=1))  # fewer: no layer starts again
    assert shim.frozen is not None and shim.frozen.upper is None
    assert not any(p.requires_grad for p in shim._model.parameters())


@pytest.mark.parametrize("layers", [0, 3])
def test_layers_that_the_encoder_lacks_are_refused(nlp: Language, layers: int) -> None:
    for step in (0, 5):  # before a training has cost anything, and in one that goes on
        with pytest.raises(EncoderError, match=rf"\[SC240\] .* has 2 layers.* layers = {layers}"):
            make_freeze_encoder(5, layers)(nlp, {"step": step})


def test_an_encoder_of_another_layout_is_refused_at_once(nlp: Language, monkeypatch: Any) -> None:
    callback = make_freeze_encoder(5, layers=1)
    callback(nlp, {"step": 0})
    monkeypatch.setattr(frozen_layers, "_is_whole", lambda *args: False)
    with pytest.raises(EncoderError, match=r"\[SC230\].*leave `layers` out"):
        callback(nlp, {"step": 0})
    make_freeze_encoder(5)(nlp, {"step": 0})  # all of it may be of any kind


@pytest.mark.parametrize("layers", [1, None])
def test_pipelines_are_copied_after_it(nlp: Language, layers: int | None) -> None:
    examples, callback = make_examples(nlp), make_freeze_encoder(1, layers)
    learn(nlp, examples, 1, callback)
    for again in (pickle.loads(pickle.dumps(nlp)), deepcopy(nlp)):
        shim = find_encoders(again)[0].shim
        assert shim.frozen is None and shim.n_stopped == (layers or 2)
        before = weights(again, "clinical_ner")
        learn(again, make_examples(again), 2, callback)
        assert shim.frozen is not None
        assert not torch.equal(before, weights(again, "clinical_ner"))


def test_averages_leave_what_has_stopped(nlp: Language) -> None:
    """The head learns on the weights as they stopped, so those are evaluated and saved."""
    examples, optimizer = make_examples(nlp), make_adamw(0.01, average_steps=10)
    shim, callback = find_encoders(nlp)[0].shim, make_freeze_encoder(3, layers=1)
    for step in range(5):
        callback(nlp, {"step": step})
        nlp.update(examples, sgd=optimizer)
        optimizer.step_schedules()
    stopped = "encoder.layer.0.output.dense.weight"
    assert (shim.id, stopped) in optimizer.averages  # type: ignore[operator]
    before = {name: p.detach().clone() for name, p in shim._model.named_parameters()}
    with nlp.use_params(optimizer.averages):  # type: ignore[arg-type]
        moved = {n for n, p in shim._model.named_parameters() if not torch.equal(before[n], p)}
    assert moved and all(".layer.1." in name for name in moved)


def test_windows_are_encoded_once(nlp: Language) -> None:
    examples, callback = make_examples(nlp), make_freeze_encoder(1)
    learn(nlp, examples, 0, callback)
    learn(nlp, examples, 1, callback)
    frozen = find_encoders(nlp)[0].shim.frozen
    assert frozen is not None
    assert len(frozen.kept) == len({eg.text for eg in examples})
    ran: list[int] = []
    frozen.lower.network.register_forward_hook(lambda *args: ran.append(1))
    learn(nlp, examples, 2, callback)
    assert ran == []


def test_the_head_reads_what_predictions_give_it(build: Build) -> None:
    nlp = build({"components.transformer.model.train_precision": "float32"})
    nlp.initialize(lambda: make_examples(nlp))
    examples = make_examples(nlp)
    make_freeze_encoder(1)(nlp, {"step": 1})
    model: Any = nlp.get_pipe("transformer").model  # type: ignore[attr-defined]
    docs = [eg.predicted for eg in examples]
    learning, _ = model(docs, is_train=True)
    expected = model.predict(docs)
    for found, wanted in zip(learning.doc_data, expected.doc_data, strict=True):
        vectors = (torch.as_tensor(x.model_output["last_hidden_state"]) for x in (found, wanted))
        assert torch.allclose(*vectors, atol=0.005)  # kept in 16 bits


def test_what_is_read_anew_learns_again(nlp: Language, tmp_path: Path) -> None:
    examples = make_examples(nlp)
    learn(nlp, examples, 1, make_freeze_encoder(1))
    nlp.to_disk(tmp_path)
    for again in (spacy.load(tmp_path), nlp.from_disk(tmp_path)):
        before = weights(again, "transformer")
        train(again, make_examples(again))
        assert not torch.equal(before, weights(again, "transformer"))


def test_an_encoder_that_hides_wordpieces_is_refused(build: Build) -> None:
    nlp = build({"components.transformer.model.hidden_rate": 0.1})
    nlp.initialize(lambda: make_examples(nlp))
    with pytest.raises(EncoderError, match=r"\[SC238\].*0\.1"):
        make_freeze_encoder(1)(nlp, {"step": 0})


def test_no_step_is_refused() -> None:
    with pytest.raises(CommandError, match=r"\[SC239\].*after = 0"):
        make_freeze_encoder(0)


def test_configs_find_it() -> None:
    block = {"c": {"@callbacks": "spacy-clinical.freeze_encoder.v1", "after": 5}}
    assert callable(registry.resolve(block)["c"])


@pytest.mark.parametrize("layers", [1, None])
def test_it_stays_stopped_behind_a_checkpoint(
    nlp: Language, tmp_path: Path, layers: int | None
) -> None:
    """One of a training's last step, too: no step comes that would stop it again."""
    optimizer, shim = make_adamw(0.01), find_encoders(nlp)[0].shim
    make_freeze_encoder(1, layers)(nlp, {"step": 1})
    nlp.update(make_examples(nlp), sgd=optimizer)
    optimizer.step_schedules()
    write_checkpoint(tmp_path, nlp, optimizer, Progress())
    found = find_checkpoint(tmp_path)
    assert found is not None
    restore(found, nlp, optimizer)
    assert shim.n_stopped == (layers or 2)
    learning = {n for n, p in shim._model.named_parameters() if p.requires_grad}
    assert bool(learning) == bool(layers) and not any(".layer.0." in n for n in learning)
