"""Every snippet of the README and of the pages in docs/ runs, or at least parses as what it
claims to be."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import spacy
from thinc.api import Config
from typer.main import get_command

from spacy_clinical.cli import app
from spacy_clinical.formats import read_jsonl
from spacy_clinical.pipeline.relations.clinical_rel import ClinicalRel

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
END = "<<end of snippet>>"


def blocks(page: Path) -> list[tuple[str, str]]:
    """The language and the content of each fenced block."""
    return re.findall(r"^```(\w+)\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.M | re.S)


def snippets(language: str) -> list[str]:
    return [text for page in PAGES for kind, text in blocks(page) if kind == language]


def with_output(page: Path) -> list[tuple[str, str | None]]:
    """Each Python block with the block of text that follows it, which is what it prints."""
    found = [*blocks(page), ("", "")]
    return [
        (code, text if kind == "text" else None)
        for (language, code), (kind, text) in pairwise(found)
        if language == "python"
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_prints_what_the_page_says(page: Path, tmp_path: Path) -> None:
    """The blocks of a page run one after another, as a reader would try them."""
    pairs = with_output(page)
    for name in re.findall(r"spacy\.load\(\"(\w+)\"", "".join(code for code, _ in pairs)):
        if not spacy.util.is_package(name):
            pytest.skip(f"{name} is not installed: run `make demo`")
    script = "".join(f"{code}\nprint({END!r})\n" for code, _ in pairs)
    if "corpus/patients" in script:
        build = [ROOT / "assets" / "patients" / "build.py", tmp_path / "corpus" / "patients"]
        subprocess.run([sys.executable, *build], check=True, capture_output=True)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, timeout=300
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.split(f"{END}\n")
    for (_, expected), found in zip(pairs, printed, strict=False):
        assert expected is None or found == expected


@pytest.mark.parametrize("block", snippets("py"))
def test_what_needs_a_server_or_a_cluster_is_python(block: str) -> None:
    compile(block, "page", "exec")


def test_json_is_a_record(tmp_path: Path) -> None:
    lines = [text for text in snippets("json") if '"text"' in text]
    assert lines
    for number, line in enumerate(lines):
        path = tmp_path / f"{number}.jsonl"
        path.write_text(line, encoding="utf-8")
        (record,) = read_jsonl(path)
        assert all(e.end <= len(record.text) for e in record.entities)
    first = next(read_jsonl(tmp_path / "0.jsonl"))
    assert [first.text[e.start : e.end] for e in first.entities] == ["Metformin", "diabetes"]


@pytest.mark.parametrize("block", snippets("ini"))
def test_ini_is_a_config(block: str) -> None:
    sections = re.findall(r"^\[([\w.]+)\]", block, flags=re.M)
    parents = {".".join(name.split(".")[:i]) for name in sections for i in range(1, 9)}
    missing = sorted(parents - set(sections) - {""})
    assert Config().from_str("".join(f"[{name}]\n" for name in missing) + block, interpolate=False)


def test_readme_schema_is_one() -> None:
    block = next(text for text in snippets("ini") if "clinical_rel.relations" in text)
    text = f"[components]\n[components.clinical_rel]\n[components.clinical_rel.relations]\n{block}"
    relations = Config().from_str(text)["components"]["clinical_rel"]["relations"]
    component = spacy.blank("en").add_pipe("clinical_rel", config={"relations": relations})
    assert isinstance(component, ClinicalRel)
    assert component.labels == ("TREATS",)


OTHERS = {"curl", "openssl", "spark-submit"}  # programs that aren't ours


def commands() -> list[list[str]]:
    """The words of each command; one may go over several lines, by a backslash or in quotes."""
    return [words for block in snippets("bash") for words in split_commands(block)]


def split_commands(block: str) -> Iterator[list[str]]:
    open_lines = ""
    for line in block.replace("\\\n", " ").splitlines():
        open_lines += line
        try:
            words = shlex.split(open_lines, comments=True)
        except ValueError:  # a quote is still open
            open_lines += "\n"
            continue
        open_lines = ""
        if words and re.match(r"[A-Z_]+=\$\(", words[0]):
            words = []
        while words and re.match(r"[A-Z_]+=", words[0]):
            words = words[1:]
        if words:
            yield words
    assert not open_lines, "a quotation without an end"


def find_command(words: list[str]) -> tuple[Any, list[str]]:
    """The command that words name, groups resolved, and the arguments that are left."""
    command: Any = get_command(app)
    while words and hasattr(command, "get_command"):
        command = command.get_command(None, words[0])
        assert command is not None, words[0]
        words = words[1:]
    return command, words


@pytest.mark.parametrize("words", commands(), ids=lambda words: " ".join(words)[:60])
def test_command_exists(words: list[str]) -> None:
    if words[:4] == ["python", "-m", "spacy", "clinical"]:
        command, arguments = find_command(words[4:])
        known = {option for p in command.params for option in [*p.opts, *p.secondary_opts]}
        # --training.dropout and the like override a config's settings
        assert {word for word in arguments if re.match(r"--?[a-z][a-z-]*$", word)} <= known
    elif words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(), flags=re.M)
    elif words[:3] == ["python", "-m", "spacy"]:
        assert words[3] in {"train", "assemble", "package", "project"}
        assert all((ROOT / word).exists() for word in words if word.startswith("configs/"))
    elif words[:2] == ["python", "-c"]:
        compile(words[2], "page", "exec")
    elif words[0] == "python":
        assert (ROOT / words[1]).is_file()
    elif words[0] not in OTHERS:
        assert words[:2] == ["pip", "install"]
