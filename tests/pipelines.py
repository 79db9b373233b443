"""Pipelines in variants, and one that has learned its few sentences."""

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.training import Example
from thinc.api import Adam, Config, fix_random_seed

from .conftest import TINY_CONFIG, make_examples

Build = Callable[..., Language]
SPAN_MODEL: dict[str, Any] = {
    "@architectures": "spacy-clinical.SpanClassifier.v1",
    "hidden": 16,
    "context_heads": 2,
    "reach": 4,
    "dropout": 0.0,
    "tok2vec": {"@architectures": "spacy-clinical.TransformerListener.v1"},
}
HEADS = ["clinical_ner", "clinical_assertion", "clinical_rel"]


@pytest.fixture(scope="session")
def build(tiny_encoder: Path) -> Build:
    """Makes a tiny pipeline that is not initialised; settings as {"section.key": value}."""

    def build(settings: dict[str, Any] | None = None) -> Language:
        fix_random_seed(0)
        config = Config().from_str(TINY_CONFIG)
        config["components"]["transformer"]["model"]["weights"]["folder"] = str(tiny_encoder)
        for path, value in (settings or {}).items():
            *sections, key = path.split(".")
            section = config
            for name in sections:
                section = section.setdefault(name, {})
            section[key] = value
        return spacy.util.load_model_from_config(config, auto_fill=True)

    return build


def train(nlp: Language, examples: list[Example], steps: int = 1) -> dict[str, float]:
    """Update a pipeline's components and return the last step's losses."""
    optimizer = Adam(0.01, use_averages=False)
    losses: dict[str, float] = {}
    for _ in range(steps):
        losses = {}
        nlp.update(examples, sgd=False, losses=losses)
        for _, pipe in nlp.pipeline:
            if hasattr(pipe, "finish_update"):
                pipe.finish_update(optimizer)
    return losses


@pytest.fixture(scope="session")
def trained(build: Build) -> Language:
    """A pipeline that knows its training sentences by heart; not to be changed."""
    return learn_by_heart(build())


@pytest.fixture(scope="session")
def build_whole(build: Build) -> Build:
    """Makes a tiny pipeline of all heads that is not initialised."""
    assertion = {"factory": "clinical_assertion", "held_out": 0.0, "model": SPAN_MODEL}
    pipeline = ["transformer", *HEADS]
    return partial(
        build, {"nlp.pipeline": pipeline, "components.clinical_assertion": deepcopy(assertion)}
    )


@pytest.fixture(scope="session")
def whole(build_whole: Build) -> Language:
    """A pipeline of all heads that knows its training sentences by heart; not to be changed."""
    return learn_by_heart(build_whole())


def learn_by_heart(nlp: Language) -> Language:
    """Train a pipeline on the small sentences until it repeats them."""
    nlp.initialize(lambda: make_examples(nlp))
    for _ in range(40):
        train(nlp, make_examples(nlp, 2))
    return nlp
