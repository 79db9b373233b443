"""No command replaces a file without --force, nor with it a source, a full folder, or a pipe.

The table has every command that writes; a command that isn't in it fails the first test.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import spacy
from typer.main import get_command

from spacy_clinical.cli import app
from spacy_clinical.errors import CommandError, FileError
from spacy_clinical.files import check_outputs, check_place
from spacy_clinical.formats import write_jsonl
from spacy_clinical.graph import build_graph, write_graph

from ..graph.cases import NOTES
from .conftest import Call, invoke

NAMES = {"target", "output", "report", "page", "evidence"}
# Command, its arguments, and those that name what it writes. OUT is there; the rest needn't be.
FILES = {
    "annotate": ("annotate", "model", "notes.jsonl", "OUT.jsonl"),
    "deidentify": ("deidentify", "model", "notes.jsonl", "OUT.jsonl"),
    "ask": ("ask", "graph.json", "Is there diabetes?", "-p", "ann", "--output", "OUT.jsonl"),
    "audit export": ("audit", "export", "no_trail", "OUT.ndjson"),
    "card show": ("card", "show", "no_model", "--output", "OUT.md"),
    "convert": ("convert", "notes.jsonl", "OUT.spacy"),
    "deid-evaluate": ("deid-evaluate", "no_model", "notes.jsonl", "--output", "OUT.json"),
    "deid-evaluate page": ("deid-evaluate", "no_model", "notes.jsonl", "--report", "OUT.html"),
    "deid-check": ("deid-check", "notes.jsonl", "--output", "OUT.jsonl"),
    "drift": ("drift", "no_trail", "--reference", "no_model", "--page", "OUT.html"),
    "reference": ("reference", "no_model", "notes.jsonl", "OUT.json"),
    "evaluate": ("evaluate", "no_model", "notes.jsonl", "--output", "OUT.json"),
    "evaluate page": ("evaluate", "no_model", "notes.jsonl", "--report", "OUT.html"),
    "evidence": ("evidence", "graph.json", "--drug", "Metformin", "--output", "OUT.csv"),
    "explain": ("explain", "no_model", "OUT.html", "--text", "Fever."),
    "export": ("export", "notes.jsonl", "OUT.ndjson"),
    "findings": ("findings", "no_model", "notes.jsonl", "OUT.csv"),
    "findings words": ("findings", "no_model", "notes.jsonl", "f.csv", "--evidence", "OUT.csv"),
    "graph build": ("graph", "build", "notes.jsonl", "OUT.json"),
    "graph query": ("graph", "query", "graph.json", "problems", "--output", "OUT.csv"),
    "graph export": ("graph", "export", "graph.json", "OUT.ttl"),
    "graph draw": ("graph", "draw", "graph.json", "OUT.svg"),
    "init-config": ("init-config", "OUT.cfg", "--train", "notes.jsonl"),
    "render": ("render", "notes.jsonl", "OUT.html"),
    "review": ("review", "notes.jsonl", "OUT.jsonl"),
    "rules check": ("rules", "check", "graph.json", "--examples", "--output", "OUT.jsonl"),
    "signals": ("signals", "graph.json", "--output", "OUT.csv"),
    "signals page": ("signals", "graph.json", "--html", "OUT.html"),
    "silver": ("silver", "OUT.jsonl", "-s", "a=notes.jsonl", "-s", "b=graph.json"),
    "timeline": ("timeline", "graph.json", "OUT.html", "--patient", "bob"),
    "eligibility": ("eligibility", "graph.json", "criteria.txt", "--output", "OUT.jsonl"),
}
NEW_FOLDERS = {
    "calibrate": ("calibrate", "no_model", "notes.jsonl", "full"),
    "tune": ("tune", "no_model", "notes.jsonl", "full"),
    "terms learn": ("terms", "learn", "no_model", "notes.jsonl", "full"),
    "kb build": ("kb", "build", "terms.csv", "--output", "full"),
    "pretrain": ("pretrain", "notes.jsonl", "full"),
    "convert": ("convert", "notes.jsonl", "full"),
    "graph build": ("graph", "build", "notes.jsonl", "full", "--force"),
    "rules check": ("rules", "check", "graph.json", "--examples", "--output", "full", "--force"),
}
# Write inside a folder by rules of their own, which their own tests hold.
OTHERS = {"package", "train"}
REPORTS = {"OUT.jsonl.report.json"}  # beside what `deidentify` writes
# Succeed on what stands in the folder, so that --force can be seen to replace.
REAL = {
    *("ask", "convert", "deid-check", "evidence", "graph build", "graph query", "graph export"),
    *("graph draw", "render", "review", "rules check"),
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_deid")
    path = tmp_path_factory.mktemp("output_files") / "model"
    nlp.to_disk(path)
    return path


@pytest.fixture()
def here(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a pipeline, notes, their graph, and a folder that isn't empty."""
    (tmp_path / "model").symlink_to(model)
    write_jsonl(NOTES, tmp_path / "notes.jsonl")
    write_graph(build_graph(NOTES), tmp_path / "graph.json")
    (tmp_path / "criteria.txt").write_text("Inclusion criteria\n- gout\n")
    (tmp_path / "terms.csv").write_text("id,name\nD1,gout\n")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "kept").write_text("kept")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commands(found: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if not hasattr(found, "list_commands"):
        yield name, found
        return
    for part in found.list_commands(None):
        yield from commands(found.get_command(None, part), f"{name} {part}".strip())


def test_every_command_that_writes_is_here() -> None:
    known = {*FILES, *NEW_FOLDERS, *OTHERS}
    found = dict(commands(get_command(app)))
    assert {re.sub(" (page|words)$", "", name) for name in FILES} <= set(found)
    for name, command in found.items():
        paths = [one for one in command.params if not getattr(one, "is_flag", False)]
        written = NAMES & {param.name for param in paths}
        written -= {"evidence"} if name != "findings" else set()
        assert not written or name in known, name
        if name in FILES:
            assert "force" in {param.name for param in command.params}, name


@pytest.mark.parametrize("name", FILES)
def test_an_existing_file_needs_force(name: str, here: Path, refuse: Call) -> None:
    target = here / next(arg for arg in FILES[name] if arg.startswith("OUT"))
    target.write_text("kept")
    refuse("SC551", *FILES[name])
    assert target.read_text() == "kept"
    forced = invoke(*FILES[name], "--force")
    assert "SC551" not in forced.output
    if name in REAL:
        assert not isinstance(forced.exception, Exception), forced.output
        assert target.read_bytes() != b"kept", forced.output
    left = {path.name for path in here.iterdir()} - {target.name, "f.csv", *REPORTS}
    assert left == {"notes.jsonl", "graph.json", "terms.csv", "criteria.txt", "full", "model"}


LISTS = {  # what is written beside the target
    "annotate": ("annotate", "model", "notes.jsonl", "new.jsonl"),
    "deidentify": ("deidentify", "model", "notes.jsonl", "new.jsonl"),
    "deidentify report": ("deidentify", "model", "notes.jsonl", "new.jsonl"),
    "convert": ("convert", "notes.jsonl", "new.jsonl", "--lenient"),
    "export": ("export", "notes.jsonl", "new.ndjson", "--lenient"),
    "evaluate": ("evaluate", "model", "notes.jsonl", "-o", "new.json", "--lenient"),
    "graph build": ("graph", "build", "notes.jsonl", "new.json", "--lenient"),
    "init-config": ("init-config", "new.cfg", "--train", "notes.jsonl", "--lenient"),
    "render": ("render", "notes.jsonl", "new.html", "--lenient"),
    "calibrate": ("calibrate", "model", "notes.jsonl", "new", "--lenient"),
    "tune": ("tune", "model", "notes.jsonl", "new", "--lenient"),
    "package": ("package", "model", "new", "--lenient", "--build", "none"),
}


@pytest.mark.parametrize("name", LISTS)
def test_the_list_of_another_run_needs_force(name: str, here: Path, refuse: Call) -> None:
    """TARGET.failed.jsonl and TARGET.report.json stay, whatever became of their own target."""
    target = next(arg for arg in LISTS[name] if arg.startswith("new"))
    place = Path("new") / "package" if name == "package" else Path(target)
    place.parent.mkdir(exist_ok=True)
    ending = "report.json" if "report" in name else "failed.jsonl"
    beside = here / place.with_name(f"{place.name}.{ending}")
    beside.write_text("kept")
    refuse("SC551", *LISTS[name])
    assert beside.read_text() == "kept"
    assert not place.exists()
    if name in REAL:
        assert "SC551" not in invoke(*LISTS[name], "--force").output
        assert not beside.exists()


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("SC015", ("rules", "check", "graph.json", "--ddinter", "bytes")),
        ("SC015", ("rules", "check", "graph.json", "--rules", "rules")),
        ("SC015", ("package", "model", "new", "--build", "none", "--scores", "bytes")),
        ("SC015", ("package", "model", "new", "--build", "none", "--allow", "bytes")),
        ("SC010", ("package", "model", "new", "--build", "none", "--scores", "terms.csv")),
    ],
)
def test_tables_that_are_no_text(
    code: str, arguments: tuple[str, ...], here: Path, refuse: Call
) -> None:
    (here / "rules").mkdir()
    for path in ("bytes", "rules/rules.tsv", "rules/sets.tsv"):
        (here / path).write_bytes(b"\xd5\x01\xff\n")
    refuse(code, *arguments)


@pytest.mark.parametrize("name", NEW_FOLDERS)
def test_a_full_folder_stays(name: str, here: Path, refuse: Call) -> None:
    refuse("SC022", *NEW_FOLDERS[name])
    assert [path.name for path in (here / "full").iterdir()] == ["kept"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("convert", "notes.jsonl", "notes.jsonl"),
        ("graph", "export", "graph.json", "graph.json"),
        ("graph", "build", "notes.jsonl", "g.json", "--add", "g.json"),
        ("review", "notes.jsonl", "link.jsonl"),
        ("annotate", "model", "notes.jsonl", "notes.jsonl"),
        ("export", "notes.jsonl", "notes.jsonl", "--to", "fhir"),
    ],
)
def test_a_source_is_never_the_target(arguments: tuple[str, ...], here: Path, refuse: Call) -> None:
    (here / "link.jsonl").symlink_to(here / "notes.jsonl")
    (here / "g.json").write_bytes((here / "graph.json").read_bytes())
    before = {path.name: path.read_bytes() for path in here.iterdir() if path.is_file()}
    refuse("SC567", *arguments, "--force")
    assert {x.name: x.read_bytes() for x in here.iterdir() if x.is_file()} == before


def test_other_kinds_of_outputs(here: Path) -> None:
    os.mkfifo(here / "pipe")
    (here / "loose").symlink_to(here / "nothing")
    (here / "to pipe").symlink_to(here / "pipe")
    (here / "stdout").symlink_to("/proc/self/fd/1")
    others = ("pipe", "to pipe", "stdout", "/dev/null")
    kinds = (*((name, "SC582") for name in others), ("full", "SC022"), ("full.json", "SC521"))
    for name, code in kinds:
        if name == "full.json":
            (here / "full").rename(here / name)
        with pytest.raises(CommandError, match=code):
            check_outputs(here / name, force=True)
    with pytest.raises(CommandError, match="SC551"):
        check_outputs(here / "loose")
    check_outputs(None, here / "loose", here / "new", force=True, sources=[None, here / "gone"])
    with pytest.raises(CommandError, match="SC580"):
        check_outputs(here / "a.json", here / "a.json", force=True)


def test_a_source_in_a_folder_is_never_the_target(here: Path) -> None:
    note = here / "notes" / "ward" / "a.txt"
    note.parent.mkdir(parents=True)
    note.write_text("rash")
    with pytest.raises(CommandError, match="SC567"):
        check_outputs(note, force=True, sources=[here / "notes"])
    check_outputs(note.with_name("new.json"), force=True, sources=[here / "notes"])


def test_what_nothing_can_take_the_place_of(here: Path) -> None:
    """Said before the work: each of these was refused when all was done."""
    (here / "empty").mkdir()
    (here / "link").symlink_to(here / "empty")
    with pytest.raises(CommandError, match=r"SC581.* a link"):
        check_outputs(here / "link")
    with pytest.raises(CommandError, match=r"SC581.* a disk"):
        check_place(Path("/proc"))
    with pytest.raises(FileError, match=r"SC031.*Not a directory"):
        check_outputs(here / "terms.csv" / "out.json")
    with pytest.raises(FileError, match=r"SC031.*too long"):
        check_outputs(here / ("n" * 300))
    with pytest.raises(CommandError, match="SC580"):
        check_outputs(here / "a.json", here / "full" / ".." / "a.json")
    (here / "shut").mkdir(0o500)
    if not os.access(here / "shut", os.W_OK):  # root may write anywhere
        with pytest.raises(FileError, match=r"SC031.*Permission denied"):
            check_outputs(here / "shut" / "new" / "out.json")


def test_a_linked_folder_is_refused_before_notes_are_read(here: Path, refuse: Call) -> None:
    (here / "empty").mkdir()
    (here / "link").symlink_to(here / "empty")
    for name in ("brat", "parquet"):
        refuse("SC581", "annotate", "model", "notes.jsonl", "link", "--to", name)
    refuse("SC581", "export", "notes.jsonl", "link", "--to", "csv")
    assert not list(here.glob(".*"))
