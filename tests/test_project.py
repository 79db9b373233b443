"""`project.yml`: its commands exist, fit together, and parse."""

import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from spacy.cli._util import app, parse_config_overrides
from spacy.util import load_config
from typer.main import get_command
from weasel.util.config import load_project_config

import spacy_clinical.cli  # noqa: F401

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = load_project_config(ROOT)
COMMANDS = {command["name"]: command for command in PROJECT["commands"]}
LINES = [(name, line) for name, command in COMMANDS.items() for line in command["script"]]
SPACY = get_command(app)
UNPACK = ROOT / "assets" / "unpack_bc5cdr.py"


def outputs(command: dict[str, Any]) -> list[str]:
    return [*command.get("outputs", []), *command.get("outputs_no_cache", [])]


def parse(words: list[str]) -> tuple[str, list[str]]:
    """Parse a spaCy command line as typer does. Gives its name and what is left."""
    command, names = SPACY, list[str]()
    while hasattr(command, "commands"):
        names.append(words.pop(0))
        command = command.get_command(None, names[-1])
    context = command.make_context(" ".join(names), words)
    return " ".join(names), context.args


def without_existence(words: list[str], folder: Path) -> list[str]:
    """The same words, paths of the project's being files in a folder."""
    made = []
    for word in words:
        if "/" in word and " " not in word:
            path = folder / word
            holds = path.name == "model-best" or any(x.startswith(f"{word}/") for x in words)
            (path if holds else path.parent).mkdir(parents=True, exist_ok=True)
            path.touch()
            word = str(path)
        made.append(word)
    return made


def test_workflows_name_commands() -> None:
    assert set(PROJECT["workflows"]) >= {"starter", "sample", "sample_zh", "bc5cdr", "maccrobat"}
    for steps in PROJECT["workflows"].values():
        assert set(steps) <= set(COMMANDS)
        assert len(steps) == len(set(steps))


@pytest.mark.parametrize("workflow", sorted(PROJECT["workflows"]))
def test_what_a_step_needs_is_there_or_made_before(workflow: str) -> None:
    made = set(GIVEN.get(workflow, ()))
    for step in PROJECT["workflows"][workflow]:
        for dep in COMMANDS[step].get("deps", []):
            there = (ROOT / dep).exists() and dep.split("/")[0] in (
                "assets",
                "benchmarks",
                "configs",
            )
            assert dep in made or there, f"{step} needs {dep}"
        made.update(outputs(COMMANDS[step]))


PARTS = ("Training", "Development")
GIVEN = {  # files of the user's that a workflow begins with
    "bc5cdr": [f"{PROJECT['vars']['bc5cdr']}/CDR_{part}Set.PubTator.txt" for part in PARTS],
}
BY_USERS = {  # which folder of the user's a command reads, that says itself where it is missing
    "bc5cdr-unpack": "bc5cdr",
    "maccrobat-data": "maccrobat",
    "public-data": "maccrobat",
    "ddi-data": "ddi",
    "drugprot-data": "drugprot",
    "ade-data": "ade",
    "eligibility-data": "lct",
    "qa-data": "questions",
}
FOLDERS = ("assets", "benchmarks", "configs")


def test_the_rest_needs_what_workflows_make() -> None:
    used = {step for steps in PROJECT["workflows"].values() for step in steps}
    made = {path for command in PROJECT["commands"] for path in outputs(command)}
    for name in set(COMMANDS) - used:
        for dep in COMMANDS[name]["deps"]:
            assert dep in made or (ROOT / dep).exists(), f"{name} needs {dep}"


def test_outputs_lie_in_the_project_and_out_of_the_repository() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    for command in PROJECT["commands"]:
        for path in outputs(command):
            folder = path.split("/")[0]
            assert folder in PROJECT["directories"]
            assert {folder, f"{folder}/", f"/{folder}/"} & set(ignored), path


@pytest.mark.parametrize(("name", "line"), LINES, ids=[line[:60] for _, line in LINES])
def test_a_line_can_be_called(name: str, line: str, tmp_path: Path) -> None:
    words = shlex.split(line)
    assert words[0] == "python"
    if words[1] == "-m" and words[2] == "pip":
        return
    if words[1] != "-m":
        assert (ROOT / words[1]).is_file()
        return
    assert words[2] == "spacy"
    called, rest = parse(without_existence(words[3:], tmp_path))
    if called == "train":
        overrides = parse_config_overrides(rest)
        config = load_config(ROOT / words[4], overrides=overrides, interpolate=True)
        assert config["paths"]["encoder"] == PROJECT["vars"]["encoder"] == ""
        if "paths.corpora" not in overrides:  # several at once
            assert set(overrides) > {"paths.train", "paths.dev"}
            assert Path(config["corpora"]["train"]["path"]).name in ("train.spacy", "train.json")
    elif called == "assemble":
        overrides = parse_config_overrides(rest)
        config = load_config(ROOT / words[4], overrides=overrides, interpolate=True)
        assert {f"paths.{name}" for name in config["paths"]} == set(overrides)
    else:
        assert rest == []
        assert called.startswith("clinical ") or called == "package"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_depends_on_what_it_reads(name: str) -> None:
    """A path on a command's lines lies in its deps, in its outputs, or where it writes itself."""
    command = COMMANDS[name]
    script = "\n".join(command["script"])
    known = [*command.get("deps", []), *outputs(command), *re.findall(r"--output (\S+)", script)]
    known += [asset["dest"] for asset in PROJECT["assets"]]
    if name in BY_USERS:
        known.append(PROJECT["vars"][BY_USERS[name]])
    for word in re.findall(r"(?<=[ '])(?:configs|corpus|training|assets)/[^\s'\"]+", script):
        path = Path(word)
        if path.suffix == ".jsonl" or any(path in Path(other).parents for other in known):
            continue  # written by an earlier line, or the folder of what is declared
        assert any(Path(other) in (path, *path.parents) for other in known), word


def test_pages_name_the_folder_before_variables() -> None:
    """`spacy project run NAME --vars.x y` takes "--vars.x" for the folder (weasel 1.0.1)."""
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    lines = [line for page in pages for line in page.read_text(encoding="utf-8").splitlines()]
    assert not [line for line in lines if re.search(r"project run [\w-]+ --vars", line)]


def test_package_and_installation_agree() -> None:
    version = PROJECT["vars"]["version"]
    for lang, corpus in (("en", "sample"), ("zh", "sample_zh"), ("en", "bc5cdr")):
        package = shlex.split(COMMANDS[f"{corpus}-package"]["script"][0])
        install = shlex.split(COMMANDS[f"{corpus}-install"]["script"][0])
        name = f"{lang}_{package[package.index('--name') + 1]}"
        assert install[-1] == f"{name}=={version}"
        assert outputs(COMMANDS[f"{corpus}-package"]) == [f"packages/{name}-{version}/dist"]
        assert name in COMMANDS[f"{corpus}-annotate"]["script"][0]


def unpack(archive: Path, folder: Path) -> None:
    runpy.run_path(str(UNPACK))["main"](archive, folder)


@pytest.fixture()
def archive(tmp_path: Path) -> Path:
    """All three parts, as the official archive lays them out."""
    path = tmp_path / "CDR_Data.zip"
    with ZipFile(path, "w") as made:
        made.writestr("CDR_Data/README.txt", "read me")
        for part in ("Training", "Development", "Test"):
            made.writestr(f"CDR_Data/CDR.Corpus.v010516/CDR_{part}Set.PubTator.txt", part)
            made.writestr(f"CDR_Data/CDR.Corpus.v010516/CDR_{part}Set.BioC.xml", part)
    return path


def test_unpack(archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "bc5cdr"
    unpack(archive, folder)
    found = {file.name: file.read_text() for file in folder.iterdir()}
    assert found == {f"CDR_{part}Set.PubTator.txt": part for part in PARTS}


def test_unpack_leaves_what_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for part in PARTS:
        (tmp_path / f"CDR_{part}Set.PubTator.txt").write_text("mine")
    unpack(tmp_path / "missing.zip", tmp_path)
    assert "has both parts" in capsys.readouterr().out
    assert {file.read_text() for file in tmp_path.iterdir()} == {"mine"}


def test_unpack_without_an_archive(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"(?s)No .*missing\.zip.*project assets.*--vars\.bc5cdr"):
        unpack(tmp_path / "missing.zip", tmp_path / "new")
    assert not list(tmp_path.iterdir())


def test_unpack_another_archive(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "other.zip", "w") as made:
        made.writestr("CDR_TestSet.PubTator.txt", "test")
    with pytest.raises(SystemExit, match=r"other\.zip.*CDR_TrainingSet\.PubTator\.txt"):
        unpack(tmp_path / "other.zip", tmp_path / "new")


def test_make_quick_takes_a_terminology_and_notes_of_ones_own() -> None:
    given = ["make", "-n", "quick", "TERMINOLOGY=terms.csv", "NOTES=notes"]
    told = subprocess.run(given, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    command = shlex.split(next(line for line in told.splitlines() if "project run" in line))
    run = [sys.executable, *command[1:], "--dry"]
    shown = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    assert "terms.csv" in shown.stdout and "notes" in shown.stdout
