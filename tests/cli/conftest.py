"""What the tests of commands share: a trained pipeline in a folder, a corpus, a way to call."""

from collections.abc import Callable
from pathlib import Path

import pytest
import spacy
from spacy.tokens import DocBin

from spacy_clinical.cli import app
from spacy_clinical.docs import to_doc

from ..commands import Ran, run
from ..conftest import make_record
from .trained import train_tiny

Call = Callable[..., Ran]


@pytest.fixture(scope="session")
def trained(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pipeline that knows the records of `make_record` by heart."""
    folder = tmp_path_factory.mktemp("trained") / "model"
    train_tiny(tiny_encoder).to_disk(folder)
    return folder


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two records: one relation, four mentions."""
    path = tmp_path_factory.mktemp("corpus") / "two.spacy"
    make_doc = spacy.blank("en").make_doc
    DocBin(docs=[to_doc(make_record(i), make_doc) for i in range(2)]).to_disk(path)
    return path


@pytest.fixture()
def call() -> Call:
    """Calls `spacy clinical` with arguments, which must succeed."""

    def call(*args: object) -> Ran:
        result = invoke(*args)
        assert result.exit_code == 0, result.output
        return result

    return call


@pytest.fixture()
def refuse() -> Call:
    """Calls `spacy clinical` with arguments, which must fail with a code and nothing but a line."""

    def refuse(code: str, *args: object) -> str:
        result = invoke(*args)
        assert result.exit_code == 1, result.output
        assert isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
        assert f"[{code}]" in result.output
        return result.output

    return refuse  # type: ignore[return-value]


def invoke(*args: object) -> Ran:
    """Call `spacy clinical` with arguments."""
    return run(app, *args)
