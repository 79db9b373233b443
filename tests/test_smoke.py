"""The tiny pipeline of the fixtures trains and predicts."""

from spacy.language import Language
from thinc.api import Adam

from .conftest import make_examples


def test_tiny_pipeline_overfits(tiny_nlp: Language) -> None:
    examples = make_examples(tiny_nlp, 2)
    optimizer = Adam(0.01, use_averages=False)
    for _ in range(40):
        tiny_nlp.update(examples, sgd=False, losses={})
        for _, pipe in tiny_nlp.pipeline:
            if hasattr(pipe, "finish_update"):
                pipe.finish_update(optimizer)
    scores = tiny_nlp.evaluate(make_examples(tiny_nlp, 2))
    assert scores["ents_f"] == 1.0
    assert scores["rel_micro_f"] == 1.0
