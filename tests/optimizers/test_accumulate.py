"""Batches in parts give the gradient of the whole, in every head and in the encoder."""

from typing import Any

import numpy
import pytest
import torch
from spacy.language import Language
from spacy.training import Example
from thinc.api import Linear

from spacy_clinical.optimizers.accumulate import GradientMean, _gradients

from ..conftest import make_examples


def gradients_of(nlp: Language, batches: list[list[Example]]) -> dict[str, list[Any]]:
    """Run batches, and give each component's gradients, cleared for the next call."""
    for batch in batches:
        nlp.update(batch, sgd=False, drop=0.0, losses={})
    found = {}
    for name in ("transformer", "clinical_ner", "clinical_rel"):
        component: Any = nlp.get_pipe(name)
        found[name] = [torch.as_tensor(g).numpy().copy() for g in _gradients(component.model)]
        component.finish_update(lambda key, weights, gradient, **kwargs: (weights, gradient))
        for gradient in _gradients(component.model):
            gradient *= 0
    return found


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_parts_give_the_gradient_of_the_whole(tiny_nlp: Language, cut: int) -> None:
    def examples() -> list[Example]:
        found = make_examples(tiny_nlp, 4)
        long = found[0].reference.text + " No fever . No rash ."
        return [*found[:3], Example(tiny_nlp.make_doc(long), tiny_nlp.make_doc(long))]

    transformer: Any = tiny_nlp.get_pipe("transformer")
    transformer.model.shims[0].train_precision = "float32"
    gradients_of(tiny_nlp, [examples()])  # the arrays are there from now on, and zero
    whole = gradients_of(tiny_nlp, [examples()])
    parts = gradients_of(tiny_nlp, [examples()[:cut], examples()[cut:]])
    again = gradients_of(tiny_nlp, [examples()])
    for name, expected in whole.items():
        assert expected and max(abs(g).max() for g in expected) > 1e-4
        for a, b, c in zip(expected, parts[name], again[name], strict=True):
            numpy.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-6)
            numpy.testing.assert_allclose(a, c, rtol=1e-3, atol=1e-6)


def test_weights_by_hand() -> None:
    """Means 2 over one unit, 5 over three and 11 over four: (2 + 15 + 44) / 8."""
    model = Linear(1, 1).initialize()
    mean = GradientMean()
    for count, gradient in [(1, 2.0), (3, 5.0), (0, 0.0), (4, 11.0)]:
        with mean.adding(model, count):
            model.inc_grad("b", numpy.asarray([gradient], dtype="f"))
    assert mean.seen == 8
    assert model.get_grad("b")[0] == pytest.approx(61 / 8)
