"""An encoder network and documents for these tests."""

from collections.abc import Callable
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.encoder.encoder_shim import EncoderShim
from spacy_clinical.encoder.token_data import set_extension
from spacy_clinical.encoder.wordpieces import DocPieces, tokenize

Cut = Callable[[list[Doc]], list[DocPieces]]


@pytest.fixture(scope="session")
def blank() -> Language:
    """spaCy's English tokenizer, and `doc._.trf_data`."""
    set_extension()
    return spacy.blank("en")


@pytest.fixture()
def shim(tiny_encoder: Path) -> EncoderShim:
    """The tiny encoder, without gradients."""
    shim = EncoderShim()
    shim.load(str(tiny_encoder), {})
    return shim


@pytest.fixture()
def cut(shim: EncoderShim) -> Cut:
    """Tokenise documents with the tiny encoder's vocabulary."""
    assert shim.vocabulary is not None
    vocabulary = shim.vocabulary
    return lambda docs: tokenize(docs, vocabulary.tokenizer, vocabulary.unk)
