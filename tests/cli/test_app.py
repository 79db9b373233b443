"""The commands hang on spaCy's own command line."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import spacy
from typer.main import get_command

from spacy_clinical.cli import app

from ..commands import run
from .conftest import invoke

EXTRAS = (  # modules that extras bring, and what spaCy and torch need doesn't
    "bioc", "cassis", "cryptography", "defusedxml", "duckdb", "fastapi", "fhir", "highdicom",
    "matplotlib", "negspacy", "onnx", "onnxruntime", "openvino", "prometheus_client", "psycopg",
    "pyarrow", "pydicom", "pyspark", "rdflib", "scipy", "spacy_llm", "striprtf", "uvicorn",
)  # fmt: skip
COMMANDS = {"annotate", "convert", "evaluate", "inspect", "show"}


def test_commands() -> None:
    group: Any = get_command(app)
    names = group.list_commands(None)
    assert set(names) >= COMMANDS
    assert all(group.get_command(None, name).name == name for name in names)
    assert group.get_command(None, "anotate") is None
    assert set(group.commands) >= COMMANDS  # where typer looks for what was meant


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
    result = start(gone, "clinical", "--help")
    assert result.returncode == 0, result.stderr
    assert all(name in result.stdout for name in COMMANDS)


@pytest.mark.parametrize("words", [("info", "--help"), ("clinical", "show", "--help")])
def test_a_command_imports_no_other(words: tuple[str, ...]) -> None:
    tell = "atexit.register(lambda: print('FOUND', 'spacy_clinical.cli.graph' in sys.modules))"
    result = start(f"import atexit, sys; {tell}", *words)
    assert result.returncode == 0, result.stderr
    assert result.stdout.endswith("FOUND False\n")


def start(before: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run spaCy's command line in a process of its own, after some code."""
    then = f"sys.argv[1:] = {list(words)}; from spacy.cli import setup_cli; setup_cli()"
    command = [sys.executable, "-c", f"{before}; {then}"]
    return subprocess.run(command, capture_output=True, text=True)


def test_train_makes_no_folder_for_a_config_that_cant_be_read(tmp_path: Path) -> None:
    (tmp_path / "train.cfg").write_bytes(b"\xff\xfe[nlp]")
    ran = run(app, "train", tmp_path / "train.cfg", "--output", tmp_path / "trained")
    assert ran.exit_code == 1 and "SC015" in ran.output
    assert not (tmp_path / "trained").exists()


def test_reference_tells_notes_that_cant_be_read(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path / "model")
    (tmp_path / "notes.jsonl").write_text('{"text": "No rash."}\n{"id": "Quxwort"}\n')
    ran = run(app, "reference", tmp_path / "model", tmp_path / "notes.jsonl", tmp_path / "r.json")
    assert ran.exit_code == 0, ran.output
    assert "1 note left out: they can't be read" in ran.output and "Quxwort" not in ran.output
