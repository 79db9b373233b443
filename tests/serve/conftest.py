"""A service of the tiny pipeline that knows its sentences by heart."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra serve is not installed")
pytest.importorskip("uvicorn", reason="the extra serve is not installed")

from spacy_clinical.serve import ServeSettings, create_app
from spacy_clinical.serve.bearer_tokens import make_token

from .live import Live, run_live

TEXT = "The patient was given aspirin for pain ."


@pytest.fixture(scope="session")
def model() -> Path:
    """A pipeline of all heads in a folder, from which it can be loaded again."""
    return Path(__file__).parents[1] / "saved" / "pipeline"


@pytest.fixture(scope="session")
def live(model: Path) -> Iterator[Live]:
    """A service without tokens, with the page."""
    with run_live(create_app(model, ServeSettings(page=True, max_characters=20_000))) as found:
        yield found


@pytest.fixture(scope="session")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Path of a file of tokens, and the tokens by role."""
    path = tmp_path_factory.mktemp("tokens") / "tokens"
    made = {role: make_token(path, f"some-{role}", role) for role in ("user", "admin")}
    return {"path": str(path), **made}


@pytest.fixture(scope="module")
def guarded(model: Path, tokens: dict[str, str]) -> Iterator[Live]:
    """A service with tokens."""
    with run_live(create_app(model, token_file=tokens["path"])) as found:
        yield found
