"""`doctor`: conflicts are found where there are some, and none where there are none."""

import shutil
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
import spacy
from spacy.lang.en import English
from spacy.language import Language

from spacy_clinical.installed import load_model
from spacy_clinical.packaging import installation_check
from spacy_clinical.packaging.installation_check import (
    extras,
    find_conflicts,
    known_conflicts,
    threads,
)

from .conftest import Call


def pretend(monkeypatch: pytest.MonkeyPatch, **installed: str | None) -> None:
    """Let these packages have these versions, None for not installed."""
    original = installation_check.version

    def version(name: str) -> str:
        if name in installed:
            found = installed[name]
            if found is None:
                raise PackageNotFoundError(name)
            return found
        return original(name)

    monkeypatch.setattr(installation_check, "version", version)


def test_requirements_are_met() -> None:
    assert [p.what for p in find_conflicts() if "spacy-clinical" in p.what] == []


def test_a_requirement_that_is_not_met(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, spacy="3.7.1", filelock=None)
    found = {p.what: p.advice for p in find_conflicts() if p.what.startswith("spacy-clinical ")}
    assert any("needs spacy" in what and "3.7.1 is installed" in what for what in found)
    assert any(what.endswith("needs filelock") for what in found)
    assert all(advice.startswith("pip install") for advice in found.values())


def test_packages_that_are_imported_by_another_name_are_not_broken() -> None:
    told = {name: what for name, _, what in extras() if "ModuleNotFoundError" in what}
    assert told == {}


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        ({"pyarrow": "26.0.1", "numpy": "1.26.4"}, ["pyarrow"]),
        ({"pyarrow": "26.0.1", "numpy": "2.4.6"}, []),
        ({"pyarrow": "25.0.1", "numpy": "1.26.4"}, []),
        ({"scispacy": "0.6.2", "numpy": "2.4.6"}, ["scispacy"]),
        ({"scispacy": "0.6.2", "numpy": "1.26.4"}, []),
        ({"scispacy": "0.6.2", "numpy": "1.26.4", "python": "3.13"}, ["scispacy"]),
        ({"medspacy": "1.3.1"}, ["medspacy"]),
        ({}, []),
    ],
)
def test_known_conflicts(
    installed: dict[str, str], expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    none = {"scispacy": None, "medspacy": None, "pyarrow": None, "huggingface_hub": "0.36.2"}
    python = installed.get("python", "3.12").split(".")
    monkeypatch.setattr(installation_check.sys, "version_info", tuple(map(int, python)))
    pretend(monkeypatch, **{**none, **installed})
    assert [problem.what.split()[0].split("'")[0] for problem in known_conflicts()] == expected


def test_extras(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, **{"fhir.resources": None, "pyarrow": "12.0"})
    found = {row[0]: row[1:] for row in extras()}
    assert found["fhir"] == ("not installed", "")
    state, broken = found["parquet"]
    assert state == "broken" and "pyarrow (12.0 isn't" in broken


def test_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch, "get_num_threads", lambda: 10_000)
    (problem,) = threads()
    assert "10000 threads" in problem.what


def test_command(trained: Path, tmp_path: Path, call: Call, refuse: Call) -> None:
    unread = refuse("SC545", "doctor", trained)  # its encoder knows 33 wordpieces
    assert "of the pipeline's language 'en'" in unread
    output = call("doctor", trained, "--insist").output
    assert "transformers" in output and "No problem found" in output
    assert "transformer, clinical_ner, clinical_rel" in output
    assert "a folder without config.cfg" in refuse("SC501", "doctor", tmp_path)


def in_language(model: Path, lang: str, target: Path) -> Path:
    """A pipeline, copied as one of another language."""
    shutil.copytree(model, target)
    for name, said in (("config.cfg", 'lang = "{}"'), ("meta.json", '"lang":"{}"')):
        text = (target / name).read_text(encoding="utf8")
        assert said.format("en") in text
        text = text.replace(said.format("en"), said.format(lang))
        (target / name).write_text(text, encoding="utf8")
    return target


def test_a_language_that_nobody_knows(trained: Path, tmp_path: Path, refuse: Call) -> None:
    assert "qz" in refuse("SC506", "doctor", in_language(trained, "qz", tmp_path / "qz"))


def test_a_language_of_which_spacy_has_no_sentences(
    trained: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Registered by another package. The pipeline is loaded once."""
    loaded = []

    def load(name: str) -> Language:
        loaded.append(name)
        return load_model(name)

    class Invented(English):
        lang = "qy"

    spacy.registry.languages("qy", func=Invented)
    monkeypatch.setattr(installation_check, "load_model", load)
    assert "No problem found" in call("doctor", in_language(trained, "qy", tmp_path / "qy")).output
    assert len(loaded) == 1


def test_problems_end_with_1(monkeypatch: pytest.MonkeyPatch, refuse: Call) -> None:
    pretend(monkeypatch, medspacy="1.3.1")
    assert "stderr" in refuse("SC545", "doctor")
