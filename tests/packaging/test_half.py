"""A package with weights in 16 bits: half as large, verified, and it finds the same."""

from pathlib import Path

import pytest
import spacy
import torch

import spacy_clinical
from spacy_clinical.packaging.wheel import PackageSettings, package

from ..cli.trained import train_tiny
from .conftest import PACKAGE

NOTE = "She has diabetes. Metformin was started, no fever."


@pytest.fixture(scope="module")
def halved(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = PackageSettings("clinical_tiny", "0.1.0", ("none",), half=True)
    made = package(train_tiny(tiny_encoder), tmp_path_factory.mktemp("half"), settings)
    return made.folder / PACKAGE / f"{PACKAGE}-0.1.0"


def size(folder: Path) -> int:
    return (folder / "transformer" / "model").stat().st_size


def test_half_as_large(halved: Path, sealed: Path) -> None:
    vocabulary = len((halved / "transformer" / "model").read_bytes()) * 2 - size(sealed)
    assert 0 < vocabulary < size(sealed)
    assert size(halved) < 0.9 * size(sealed)


def test_verified_and_in_32_bits_again(halved: Path, sealed: Path) -> None:
    spacy_clinical.verify(halved)
    half, whole = spacy.load(halved), spacy.load(sealed)
    networks = [nlp.get_pipe("transformer").model.shims[0]._model for nlp in (half, whole)]
    for one, other in zip(*(network.parameters() for network in networks), strict=True):
        assert one.dtype == torch.float32
        assert torch.allclose(one, other, rtol=2**-11, atol=2**-25)
    docs = [nlp(NOTE) for nlp in (half, whole)]
    found = [[(span.text, span.label_) for span in doc.spans["clinical"]] for doc in docs]
    assert found[0] == found[1]
