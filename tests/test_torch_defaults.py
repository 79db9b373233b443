"""What a caller has set for torch changes nothing that we compute."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import spacy
import torch
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import fix_random_seed

from spacy_clinical.docs import to_record
from spacy_clinical.explanations import explain_assertion, explain_entity, explain_relation

from .conftest import make_examples
from .pipelines import train

TEXTS = [
    "The patient was given aspirin for pain .",
    "No fever . The patient was given aspirin .",
    "",
]


@contextmanager
def default_dtype(dtype: torch.dtype) -> Iterator[None]:
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


SETTINGS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "autocast bfloat16": lambda: torch.autocast("cpu", dtype=torch.bfloat16),
    "autocast float16": lambda: torch.autocast("cpu", dtype=torch.float16),
    "inference": torch.inference_mode,
    "no gradients": torch.no_grad,
    "float64": lambda: default_dtype(torch.float64),
    "bfloat16": lambda: default_dtype(torch.bfloat16),
    "device meta": lambda: torch.device("meta"),
}
setting = pytest.mark.parametrize("name", SETTINGS)


def said(docs: list[Doc]) -> list[Any]:
    return [(to_record(doc), dict(doc.spans["clinical"].attrs)) for doc in docs]


@pytest.fixture(scope="module")
def saved(whole: Language, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved") / "whole"
    whole.to_disk(folder)
    return folder


@setting
def test_predictions(whole: Language, name: str) -> None:
    expected = said(list(whole.pipe(TEXTS)))
    with SETTINGS[name]():
        assert said(list(whole.pipe(TEXTS))) == expected
    assert said(list(whole.pipe(TEXTS))) == expected


@setting
def test_loading_and_training(saved: Path, name: str) -> None:
    def trained(nlp: Language) -> list[Any]:
        fix_random_seed(0)
        train(nlp, make_examples(nlp, 2))
        return said(list(nlp.pipe(TEXTS)))

    expected = trained(spacy.load(saved))
    with SETTINGS[name]():
        loaded = spacy.load(saved)
    assert trained(loaded) == expected
    if name != "inference":  # torch itself can't learn inside of it
        nlp = spacy.load(saved)
        with SETTINGS[name]():
            assert trained(nlp) == expected


@setting
def test_explanations(whole: Language, name: str) -> None:
    ways = (explain_entity, explain_relation, explain_assertion)
    doc = whole(TEXTS[0])
    expected = [explain(whole, doc, 0) for explain in ways]
    with SETTINGS[name]():
        assert [explain(whole, doc, 0) for explain in ways] == expected
