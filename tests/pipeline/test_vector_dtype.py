"""Vectors of 16 bits between encoder and heads: what is found stays the same."""

from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from ..conftest import make_examples
from .heads.test_vector_release import NER
from .test_whole import TEXTS

SETTING = {"components.transformer.model.vector_dtype": "float16"}


@pytest.fixture(scope="module")
def half(whole: Language, tmp_path_factory: pytest.TempPathFactory) -> Language:
    """The whole pipeline, loaded with vectors of 16 bits."""
    folder: Path = tmp_path_factory.mktemp("half")
    whole.to_disk(folder)
    return spacy.load(folder, config=SETTING)


def found(doc: Doc) -> list[Any]:
    mentions = [
        (s.start, s.end, s.label_, s._.assertion, {r.label for r in s._.relations})
        for s in doc.spans["clinical"]
    ]
    return [mentions, [e.text for e in doc.ents]]


def test_a_note_alone(whole: Language, half: Language) -> None:
    expected = [found(whole(text)) for text in TEXTS]
    assert any(mentions for mentions, _ in expected)
    assert [found(half(text)) for text in TEXTS] == expected


def test_a_batch(whole: Language, half: Language) -> None:
    expected = [found(doc) for doc in whole.pipe(TEXTS)]
    assert [found(doc) for doc in half.pipe(TEXTS)] == expected


def test_components_that_are_not_ours_get_32_bits(half: Language) -> None:
    half.add_pipe("ner", config={"model": NER})
    try:
        half.get_pipe("ner").add_label("DRUG")
        half.get_pipe("ner").initialize(lambda: make_examples(half), nlp=half)
        seen: list[Any] = []
        listener = half.get_pipe("ner").model.get_ref("tok2vec").layers[0]
        forward = listener._func
        listener._func = lambda *args, **kwargs: _keep(seen, forward(*args, **kwargs))
        doc = half(TEXTS[0])
        assert doc._.trf_data.vectors.dtype == "float16"
        assert seen and all(v.dtype == "float32" for v in seen)
    finally:
        half.remove_pipe("ner")


def _keep(seen: list[Any], output: Any) -> Any:
    seen.extend(output[0])
    return output
