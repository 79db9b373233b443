"""AdamW: torch's own numbers, one clip over all components, in place, whoever calls it."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
import torch
from spacy.language import Language
from thinc.api import Linear, PyTorchWrapper, chain, warmup_linear

from spacy_clinical.errors import PipelineError
from spacy_clinical.optimizers.adamw import AdamW, make_adamw
from spacy_clinical.optimizers.network import update_network

from ..conftest import make_examples

RATES = {"a.weight": 1.0, "a.bias": 1.0, "b.weight": 0.1, "b.bias": 0.1}
SHAPES = {"a.weight": (3, 4), "a.bias": (3,), "b.weight": (2, 5), "b.bias": (5,)}


def random_tensors(seed: int, scale: float = 1.0) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {n: scale * torch.randn(s, generator=generator) for n, s in SHAPES.items()}


def torch_steps(weights: dict[str, torch.Tensor], grads: list[Any], rates: list[float]) -> None:
    """The reference: torch's optimizer and torch's clipping, on groups written out by hand."""
    parameters = {name: torch.nn.Parameter(w) for name, w in weights.items()}
    groups = [
        {"params": [p], "lr": 1.0, "weight_decay": 0.1 if name.endswith("weight") else 0.0}
        for name, p in parameters.items()
    ]
    optimizer = torch.optim.AdamW(groups, betas=(0.8, 0.99), eps=1e-6, foreach=False)
    for gradients, rate in zip(grads, rates, strict=True):
        for (name, parameter), group in zip(
            parameters.items(), optimizer.param_groups, strict=True
        ):
            parameter.grad = gradients[name].clone()
            group["lr"] = rate * RATES[name]
        torch.nn.utils.clip_grad_norm_(list(parameters.values()), 1.0)
        optimizer.step()


def make_ours(learn_rate: Any) -> AdamW:
    optimizer = make_adamw(learn_rate, 0.8, 0.99, 1e-6, weight_decay=0.1, grad_clip=1.0)
    assert isinstance(optimizer, AdamW)
    return optimizer


@pytest.mark.parametrize("scale", [0.01, 1.0], ids=["below the limit", "clipped"])
@pytest.mark.parametrize("hand_over", ["arrays", "tensors", "mixed"])
def test_the_numbers_are_those_of_torch(scale: float, hand_over: str) -> None:
    theirs, ours = random_tensors(0), random_tensors(0)
    grads = [random_tensors(seed, scale) for seed in range(1, 7)]
    rates = [0.0, 0.01, 0.02, 0.015, 0.01, 0.005]
    torch_steps(theirs, grads, rates)
    optimizer = make_ours(warmup_linear(0.02, 2, 6))
    for gradients in grads:
        for i, name in enumerate(SHAPES):
            weights, gradient = ours[name], gradients[name].clone()
            if hand_over == "tensors" or (hand_over == "mixed" and i % 2):
                optimizer.take((7, name), weights, gradient, lr_scale=RATES[name])
            else:
                arrays = weights.numpy(), gradient.numpy()
                found = optimizer((7, name), *arrays, lr_scale=RATES[name])
                assert found[0] is arrays[0] and not found[1].any()
        optimizer.step_schedules()
    for name in SHAPES:
        torch.testing.assert_close(ours[name], theirs[name], rtol=1e-5, atol=1e-7)


def test_the_clip_is_of_all_arrays_together() -> None:
    """A gradient of norm 5 in two components: each step is the same as with 3/5 and 4/5."""
    optimizer = make_adamw(1.0, beta1=0.0, beta2=0.0, eps=1.0, weight_decay=0.0, grad_clip=1.0)
    one, two = numpy.zeros(1, dtype="f"), numpy.zeros(1, dtype="f")
    optimizer((1, "W"), one, numpy.asarray([3.0], dtype="f"))
    assert one == 0.0
    optimizer((2, "W"), two, numpy.asarray([4.0], dtype="f"))
    optimizer.step_schedules()
    # with b1 = b2 = 0 and eps = 1 a step is g / (|g| + 1)
    assert one[0] == pytest.approx(-0.6 / 1.6)
    assert two[0] == pytest.approx(-0.8 / 1.8)


def test_a_second_gradient_of_an_array_begins_the_next_step() -> None:
    optimizer = make_adamw(1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    weights = numpy.zeros(1, dtype="f")
    for _ in range(2):
        optimizer((1, "W"), weights, numpy.ones(1, dtype="f"))
    assert weights[0] == pytest.approx(-0.5)
    optimizer.step_schedules()
    assert weights[0] == pytest.approx(-1.0)
    optimizer.step_schedules()
    assert weights[0] == pytest.approx(-1.0)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_what_is_not_finite_is_left_out(bad: float, caplog: pytest.LogCaptureFixture) -> None:
    optimizer = AdamW(0.1)
    one, two = numpy.ones(2, dtype="f"), numpy.ones(2, dtype="f")
    for value in (bad, 1.0):
        with caplog.at_level(logging.WARNING):
            optimizer((1, "W"), one, numpy.asarray([value, 1.0], dtype="f"))
            optimizer((2, "W"), two, numpy.asarray([1.0, 1.0], dtype="f"))
            optimizer.step_schedules()
        if value is bad:
            assert (one == 1.0).all() and (two == 1.0).all()
    assert optimizer.skipped == 1
    assert [r.getMessage()[:7] for r in caplog.records] == ["[SC220]"]
    assert (one < 1.0).all() and (two < 1.0).all()


def test_thinc_models_of_any_kind_learn() -> None:
    """thinc's layers and its own torch wrapper, which clears gradients as soon as it can."""
    network = torch.nn.Linear(4, 3)
    model = chain(PyTorchWrapper(network), Linear(2, 3)).initialize()
    copies = {n: p.detach().clone() for n, p in network.named_parameters()}
    linear = model.layers[1]
    before = linear.get_param("W").copy()
    optimizer = AdamW(0.1, weight_decay=0.0)
    rng = numpy.random.default_rng(0)
    inputs = rng.normal(size=(5, 4)).astype("f")
    losses = []
    for _ in range(30):
        output, backprop = model.begin_update(inputs)
        losses.append(float((output**2).sum()))
        backprop(2 * output)
        model.finish_update(optimizer)
        optimizer.step_schedules()
    assert losses[-1] < losses[0] / 100
    assert not numpy.allclose(before, linear.get_param("W"))
    assert all(not torch.equal(copies[n], p) for n, p in network.named_parameters())


def test_a_network_is_updated_in_place_and_forgets_its_gradient() -> None:
    network = torch.nn.Linear(4, 3)
    addresses = [p.data_ptr() for p in network.parameters()]
    optimizer = AdamW(0.1, weight_decay=0.0)
    before = network.weight.detach().clone()
    network(torch.ones(1, 4)).sum().backward()
    update_network(network, 1, optimizer, lambda name: 0.5 if name == "bias" else 0.0)
    assert all(p.grad is None for p in network.parameters())
    bias = network.bias.detach().clone()
    optimizer.step_schedules()
    assert [p.data_ptr() for p in network.parameters()] == addresses
    assert torch.equal(network.weight, before)
    torch.testing.assert_close(network.bias, bias - 0.05)


def test_empty_arrays_are_left_alone() -> None:
    optimizer = AdamW(0.1)
    empty = numpy.zeros((0, 3), dtype="f")
    assert optimizer((1, "W"), empty, empty)[0] is empty
    optimizer.step_schedules()
    assert not optimizer.get_state()


def constant() -> Iterator[float]:
    while True:
        yield 0.01


def test_state_is_enough_to_go_on() -> None:
    grads = [random_tensors(seed) for seed in range(1, 7)]

    def run(optimizer: AdamW, weights: dict[str, torch.Tensor], parts: list[Any]) -> None:
        for gradients in parts:
            for name in SHAPES:
                optimizer.take((3, name), weights[name], gradients[name].clone())
            optimizer.step_schedules()

    whole, halves = random_tensors(0), random_tensors(0)
    run(AdamW(constant()), whole, grads)
    first, second = AdamW(constant()), AdamW(constant())
    run(first, halves, grads[:3])
    second.set_state({k: tuple(t.clone() for t in s) for k, s in first.get_state().items()})  # type: ignore[misc]
    run(second, halves, grads[3:])
    for name in SHAPES:
        torch.testing.assert_close(halves[name], whole[name])


def test_the_average_of_the_last_weights() -> None:
    """Steps of 1 from 0: the mean of 1, 2, 3 while there are not more than three, then a third of
    the way from the average to the newest weights."""
    optimizer = AdamW(1.0, weight_decay=0.0, eps=0.0, average_steps=3)
    weights = torch.zeros(2)
    found = []
    for _ in range(5):
        optimizer.take((1, "w"), weights, torch.full((2,), -0.5))
        optimizer.step_schedules()
        found.append(float(optimizer.averages[1, "w"][0]))  # type: ignore[index]
    assert weights.tolist() == pytest.approx([5, 5])
    assert found == pytest.approx([1, 1.5, 2, 8 / 3, 31 / 9])


def test_no_average_is_kept_unless_asked_for() -> None:
    optimizer = AdamW(1.0)
    optimizer.take((1, "w"), torch.zeros(2), torch.ones(2))
    optimizer.step_schedules()
    assert optimizer.averages is None
    assert [len(state) for state in optimizer.get_state().values()] == [3]
    with pytest.raises(PipelineError, match="SC222"):
        make_adamw(1.0, average_steps=-1)


def test_a_pipeline_takes_averages_for_a_while(tiny_nlp: Language, tmp_path: Path) -> None:
    """All networks and layers do, also in what is saved; then they have their own weights again."""
    optimizer = AdamW(0.01, average_steps=4)
    for _ in range(4):
        tiny_nlp.update(make_examples(tiny_nlp), sgd=False, drop=0.0)
        for _, component in tiny_nlp.pipeline:
            if hasattr(component, "finish_update"):
                component.finish_update(optimizer)
        optimizer.step_schedules()
    own = weights_of(tiny_nlp)
    averages = optimizer.averages
    assert averages is not None and set(averages) == {key for key in own if key in averages}
    with tiny_nlp.use_params(averages):
        held = weights_of(tiny_nlp)
        tiny_nlp.to_disk(tmp_path)
        predicted = tiny_nlp(make_examples(tiny_nlp)[0].text).spans["clinical"].attrs
    for key, array in averages.items():
        numpy.testing.assert_array_equal(held[key], array)
        assert not numpy.allclose(array, own[key]), key
    for key, array in weights_of(tiny_nlp).items():
        numpy.testing.assert_array_equal(array, own[key])
    saved = spacy.load(tmp_path)(make_examples(tiny_nlp)[0].text).spans["clinical"].attrs
    assert saved == predicted


def weights_of(nlp: Language) -> dict[Any, numpy.ndarray[Any, Any]]:
    """Copies of all weights, by the optimizer's keys."""
    found = {}
    for _, component in nlp.pipeline:
        for node in component.model.walk() if hasattr(component, "model") else ():
            for name in node.param_names:
                found[node.id, name] = node.get_param(name).copy()
            for shim in node.shims:
                for name, parameter in shim._model.named_parameters():
                    found[shim.id, name] = parameter.detach().numpy().copy()
    return found


def test_a_pipeline_learns_with_it(tiny_nlp: Language) -> None:
    """As in `spacy train`: gradients of all components, then one step."""
    optimizer = AdamW(0.01)
    losses: list[float] = []
    for _ in range(15):
        step: dict[str, float] = {}
        tiny_nlp.update(make_examples(tiny_nlp), sgd=False, losses=step, drop=0.0)
        for _, component in tiny_nlp.pipeline:
            if hasattr(component, "finish_update"):
                component.finish_update(optimizer)
        optimizer.step_schedules()
        losses.append(step["clinical_ner"] + step["clinical_rel"])
    assert losses[-1] < losses[0] / 5
    names = {name for _, name in optimizer.get_state()}
    assert {"W", "encoder.layer.1.output.dense.weight", "output.weight"} <= names
