"""Every snippet of the README runs, or at least parses as what it claims to be."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from thinc.api import Config
from typer.main import get_command

from spacy_clinical.cli import app
from spacy_clinical.formats import read_jsonl
from spacy_clinical.pipeline.rel import ClinicalRel

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def snippets(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.M | re.S)


def test_python_prints_what_the_readme_says() -> None:
    if not spacy.util.is_package("en_clinical_sample"):
        pytest.skip("en_clinical_sample is not installed: run `make demo`")
    (code,), (expected,) = snippets("python"), snippets("text")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == expected


def test_json_is_a_record(tmp_path: Path) -> None:
    (line,) = snippets("json")
    assert json.loads(line)
    (tmp_path / "train.jsonl").write_text(line, encoding="utf-8")
    (record,) = read_jsonl(tmp_path / "train.jsonl")
    assert [record.text[e.start : e.end] for e in record.entities] == ["Metformin", "diabetes"]


def test_ini_is_a_schema() -> None:
    (block,) = snippets("ini")
    settings = Config().from_str(
        f"[components]\n[components.clinical_rel]\n[components.clinical_rel.relations]\n{block}"
    )
    relations = settings["components"]["clinical_rel"]["relations"]
    component = spacy.blank("en").add_pipe("clinical_rel", config={"relations": relations})
    assert isinstance(component, ClinicalRel)
    assert component.labels == ("TREATS",)


def commands() -> list[list[str]]:
    lines = [line for block in snippets("bash") for line in block.splitlines()]
    return [words for line in lines if (words := shlex.split(line, comments=True))]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_command_exists(words: list[str]) -> None:
    if words[:4] == ["python", "-m", "spacy", "clinical"]:
        group = get_command(app)
        command = group.get_command(None, words[4])  # type: ignore[attr-defined,arg-type]
        assert command is not None
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words[5:] if word.startswith("--")} <= known
    elif words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(), flags=re.M)
    elif words[:3] == ["python", "-m", "spacy"]:
        assert words[3] in {"train", "package", "project"}
        assert all((ROOT / word).exists() for word in words if word.startswith("configs/"))
    else:
        assert words[:2] == ["pip", "install"]
