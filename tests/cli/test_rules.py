"""`rules` as users call it."""

import json
from pathlib import Path

import pytest

from spacy_clinical.cli import app
from spacy_clinical.decisions import EXAMPLES
from spacy_clinical.graph import build_graph, write_graph

from ..commands import run
from ..patients import FOLDER, read_patients


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rules") / "graph.json"
    write_graph(build_graph(read_patients()), path)
    return path


def test_check_prints_alerts(graph: Path) -> None:
    born = ("--born", FOLDER / "born.tsv")
    ran = run(app, "rules", "check", graph, "--examples", "-p", "p7", *born)
    assert ran.exit_code == 0 and "not for care" in ran.output
    assert "metoclopramide_parkinson" in ran.output and "4 alerts" in ran.output


@pytest.mark.parametrize(("form", "name"), [("alerts", "a.jsonl"), ("cards", "c"), ("fhir", "f")])
def test_check_writes(form: str, name: str, graph: Path, tmp_path: Path) -> None:
    options = ("--form", form, "--output", tmp_path / name)
    ran = run(app, "rules", "check", graph, "--examples", "-p", "p2", *options)
    assert ran.exit_code == 0 and "3 alerts" in ran.output
    path = tmp_path / name
    text = path.read_text("utf-8") if path.is_file() else next(path.iterdir()).read_text("utf-8")
    assert json.loads(text.splitlines()[0] if form == "alerts" else text)


def test_lint_and_test(tmp_path: Path) -> None:
    assert run(app, "rules", "lint", EXAMPLES).exit_code == 0
    assert "108 cases" in run(app, "rules", "test", EXAMPLES).output
    text = (EXAMPLES / "rules.tsv").read_text(encoding="utf-8").replace("critical", "grave")
    (tmp_path / "rules.tsv").write_text(text, encoding="utf-8")
    (tmp_path / "sets.tsv").write_bytes((EXAMPLES / "sets.tsv").read_bytes())
    failed = run(app, "rules", "lint", tmp_path)
    assert (
        failed.exit_code == 1 and "severity 'grave'" in failed.output and "SC968" in failed.output
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "SC973"),
        (("--examples", "--as-of", "today"), "SC974"),
        (("--examples", "--output", "x.txt"), "SC972"),
        (("--examples", "--born", "none.tsv"), "SC969"),
    ],
)
def test_refused(arguments: tuple[str, ...], code: str, graph: Path) -> None:
    ran = run(app, "rules", "check", graph, *arguments)
    assert ran.exit_code == 1 and code in ran.output
