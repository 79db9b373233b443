"""The commands hang on spaCy's own command line."""

import subprocess
import sys

import pytest
from typer.main import get_command

from spacy_clinical.cli import app

from .conftest import invoke

EXTRAS = (  # modules that extras bring, and what spaCy and torch need doesn't
    "bioc", "cassis", "cryptography", "defusedxml", "duckdb", "fastapi", "fhir", "highdicom",
    "matplotlib", "negspacy", "onnx", "onnxruntime", "openvino", "prometheus_client", "psycopg",
    "pyarrow", "pydicom", "pyspark", "rdflib", "scipy", "spacy_llm", "striprtf", "uvicorn",
)  # fmt: skip
COMMANDS = {"annotate", "convert", "evaluate", "inspect", "show"}


def test_commands() -> None:
    assert set(get_command(app).commands) >= COMMANDS  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_help(command: str) -> None:
    result = invoke(command, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_spacy_finds_us() -> None:
    command = [sys.executable, "-m", "spacy", "clinical", "--help"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert all(name in result.stdout for name in COMMANDS)


def test_it_needs_no_extra() -> None:
    """As after `pip install spacy-clinical` alone."""
    gone = f"import sys; sys.modules.update(dict.fromkeys({EXTRAS}))"
    command = [sys.executable, "-c", f"{gone}; import spacy_clinical.cli"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
