"""What a process keeps after its batches."""

import os
from pathlib import Path

import pytest

from spacy_clinical.encoder.memory_release import bound_primitive_cache

from ..models.test_transformer import make_model

NAME = "ONEDNN_PRIMITIVE_CACHE_CAPACITY"


def test_an_encoder_bounds_the_cache(monkeypatch: pytest.MonkeyPatch, tiny_encoder: Path) -> None:
    monkeypatch.delenv(NAME, raising=False)
    make_model(tiny_encoder)
    assert os.environ[NAME] == "256"


def test_a_number_of_the_user_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    bound_primitive_cache()
    assert os.environ[NAME] == "256"
    monkeypatch.setenv(NAME, "7")
    bound_primitive_cache()
    assert os.environ[NAME] == "7"
