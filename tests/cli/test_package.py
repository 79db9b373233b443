"""`package`: no word of the training texts in any file, and a card that says so."""

import gzip
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

import numpy
import pytest
import spacy
import srsly
from spacy.language import Language
from spacy.strings import get_string_id
from spacy.tokens import Doc, DocBin

from spacy_clinical import verify
from spacy_clinical.docs import to_doc
from spacy_clinical.packaging.config_names import machine_paths
from spacy_clinical.packaging.file_parts import Part
from spacy_clinical.packaging.leak_allowlist import public_words
from spacy_clinical.packaging.text_leaks import Search, private_words, scan, search_part
from spacy_clinical.packaging.wheel import PackageSettings, package
from spacy_clinical.records import Entity, Record

from ..conftest import make_record
from .conftest import Call, invoke

NAME, NUMBER = "Zebediah", "99887766"
NOTE = f"{NAME} ( QXK {NUMBER} ) was given aspirin for pain ."


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus, one note of which has a name and a record number."""
    path = tmp_path_factory.mktemp("planted") / "train.spacy"
    make_doc = spacy.blank("en").make_doc
    note = Record("note", NOTE, (Entity("T1", "DRUG", ((36, 43),)),))
    DocBin(docs=[to_doc(record, make_doc) for record in (make_record(0), note)]).to_disk(path)
    return path


@pytest.fixture(scope="module")
def plain(trained: Path, planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trained pipeline, saved by spaCy's own `to_disk` after it has seen the corpus."""
    nlp = spacy.load(trained)
    list(nlp.pipe(doc.text for doc in DocBin().from_disk(planted).get_docs(nlp.vocab)))
    folder = tmp_path_factory.mktemp("plain") / "model"
    nlp.to_disk(folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """All files, wheels and archives opened: a search that owes nothing to ours."""
    found = {}
    for file in folder.rglob("*"):
        if file.is_file():
            found[file.name] = file.read_bytes()
        if file.suffix == ".whl":
            with zipfile.ZipFile(file) as wheel:
                found |= {f"{file.name}!{name}": wheel.read(name) for name in wheel.namelist()}
    return found


def holding(folder: Path, *words: str) -> set[str]:
    return {
        name
        for name, data in contents(folder).items()
        if any(word.lower().encode() in data.lower() for word in words)
    }


@pytest.fixture(scope="module")
def packaged(
    plain: Path, planted: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("packages")
    interval = {"value": 0.8, "low": 0.75, "high": 0.85}
    scores = {
        "end_to_end": {"ents_p": 0.5, "ents_r": 1.0, "ents_f": 0.6667},
        "tasks": {"entities": {"strict": {"all": {"p": interval, "r": interval, "f": interval}}}},
    }
    (folder / "scores.json").write_text(json.dumps(scores))
    arguments = [plain, folder / "out", "--name", "clinical_tiny", "--version", "0.3.0"]
    arguments += ["--train", planted, "--scores", folder / "scores.json", "--license", "MIT"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_NO_INDEX", "1")  # the wheel is then built with the setuptools here
        result = invoke("package", *arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    (made,) = (folder / "out").iterdir()
    assert made.name == "en_clinical_tiny-0.3.0"
    return made, result.output


@pytest.mark.slow
def test_planted_words_are_in_the_plain_pipeline_and_not_in_the_package(
    plain: Path, packaged: tuple[Path, str]
) -> None:
    assert holding(plain, NAME) == holding(plain, NUMBER) == {"strings.json"}
    made, output = packaged
    names = contents(made)
    assert any(name.endswith(".whl") for name in names)
    assert any(name.endswith(".whl!en_clinical_tiny/__init__.py") for name in names)
    assert holding(made, NAME, NUMBER) == set()
    assert NAME not in output and NUMBER not in output


@pytest.mark.slow
def test_the_report_says_what_was_searched(packaged: tuple[Path, str]) -> None:
    made, _ = packaged
    report = json.loads((made / "search.json").read_text())
    assert report["found"] == {}
    assert report["words"] >= 3 and report["short"] >= 1  # QXK is short, and no word of ours
    assert report["files"] > 20 and report["parts"] > report["files"] + 20
    assert report["bytes"] > 100_000


@pytest.mark.slow
def test_a_built_package_is_what_its_manifest_says(packaged: tuple[Path, str]) -> None:
    """The build writes meta.json once more."""
    made, _ = packaged
    assert list((made / "dist").glob("*.whl"))
    verify(made / "en_clinical_tiny" / "en_clinical_tiny-0.3.0")


FRESH = """
import sys
import spacy_clinical
spacy_clinical.verify(sys.argv[1])
print(spacy_clinical.load(sys.argv[1]).pipe_names)
"""


@pytest.mark.slow
def test_verified_in_a_fresh_process(trained: Path, tmp_path: Path) -> None:
    """Before any pipeline is made, spaCy's own factories aren't registered."""
    nlp = spacy.load(trained)
    nlp.add_pipe("sentencizer", first=True)
    made = package(nlp, tmp_path, PackageSettings("fresh", "0.1.0"))
    folder = made.folder / "en_fresh" / "en_fresh-0.1.0"
    (wheel,) = (made.folder / "dist").glob("*.whl")
    installed = tmp_path / "installed"  # as pip unpacks a wheel
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    for name, path in ((str(folder), ""), ("en_fresh", str(installed))):
        paths = os.pathsep.join(filter(None, (path, os.environ.get("PYTHONPATH"))))
        done = subprocess.run(
            [sys.executable, "-c", FRESH, name],
            capture_output=True,
            text=True,
            timeout=300,
            env={**os.environ, "PYTHONPATH": paths},
        )
        assert "sentencizer" in done.stdout, done.stderr


@pytest.mark.slow
def test_the_card(packaged: tuple[Path, str]) -> None:
    made, _ = packaged
    card = (made / "README.md").read_text(encoding="utf-8")
    assert card.startswith("# en_clinical_tiny 0.3.0\n")
    assert re.search(r"\| train \| 2 \| 19 \| 3 \| 1 \|", card)
    assert "| end to end, ents | 50.0 | 100.0 | 66.7 |" in card
    assert "| tasks, entities, strict, all | 80.0 (75.0 to 85.0) |" in card
    assert "| `clinical_ner` | DRUG, SIGN |" in card
    assert "| Licence | MIT |" in card
    assert re.search(r"spacy-clinical 0\.\d+\.\d+, spacy 3\.\d", card)
    assert "none found" in card
    wheel = next(name for name in contents(made) if name.endswith("README.md") and "!" in name)
    assert contents(made)[wheel].decode() == card


@pytest.mark.slow
def test_the_packaged_pipeline_works(packaged: tuple[Path, str]) -> None:
    made, _ = packaged
    nlp = spacy.load(made / "en_clinical_tiny" / "en_clinical_tiny-0.3.0")
    (relation,) = nlp(make_record(0).text)._.relations
    assert (relation.head.text, relation.label, relation.tail.text) == ("aspirin", "TREATS", "pain")


def test_a_pipeline_that_holds_words_is_refused(
    trained: Path, planted: Path, tmp_path: Path, refuse: Call, call: Call
) -> None:
    """A component that keeps what it saw: here, rules with the patient's name."""
    nlp = spacy.load(trained)
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "X", "pattern": NAME}])
    nlp.to_disk(tmp_path / "model")
    arguments = ("package", tmp_path / "model", tmp_path / "out", "--build", "none")
    output = refuse("SC531", *arguments, "--train", planted)
    assert "entity_ruler/patterns.jsonl" in output and "document 2, 0-8" in output
    assert NAME not in output
    assert not (tmp_path / "out").exists()
    (tmp_path / "words.txt").write_text(f"{NAME}\n")
    call(*arguments, "--train", planted, "--allow", tmp_path / "words.txt")
    refuse("SC530", *arguments)
    assert "Not searched" in call(*arguments, "--force").output
    refuse("SC519", *arguments[:-1], "egg")


def text_doc(text: str) -> Doc:
    return spacy.blank("en").make_doc(text)


PLACES = private_words([text_doc(f"the name {NAME} , {NUMBER} Zoë 1234")], ["the", "name"])


def test_private_words() -> None:
    assert PLACES == {
        NAME: "document 1, 9-17",
        NUMBER: "document 1, 20-28",
        "Zoë": "document 1, 29-32",
    }
    assert private_words([text_doc("Aspirin ASPIRIN aspirin's")], ["aspirin"]) == {}


def in_zip(data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.bin", data)
    return stream.getvalue()


def in_tar(data: bytes) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        info = tarfile.TarInfo("a.bin")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def in_store(text: str) -> bytes:
    return DocBin(docs=[text_doc(text)]).to_bytes()


NOISE = numpy.random.default_rng(0).normal(size=400_000).astype("float32").tobytes()
HASH = get_string_id(NAME)
HIDING = {
    "text": f"x {NAME} y".encode(),
    "lower case": NAME.lower().encode(),
    "json escapes": json.dumps({"k": ["Zoë"]}).encode(),
    "json in json": json.dumps({"k": json.dumps([NAME])}).encode(),
    "json number": json.dumps({"k": [1, int(NUMBER)]}).encode(),
    "in numbers": NOISE + NAME.encode() + b"s" + NOISE,
    "at a chunk's border": b"\xff" * ((1 << 22) - 4) + NAME.encode() + b"\xff" * 9,
    "msgpack, short": srsly.msgpack_dumps({"k": ["Zoë"]}),
    "msgpack in msgpack": srsly.msgpack_dumps({"k": srsly.msgpack_dumps({"Zoë": 1})}),
    "msgpack, hash as key": srsly.msgpack_dumps({"k": {HASH: 3}}),
    "msgpack, hashes": srsly.msgpack_dumps({"k": numpy.array([1, HASH], dtype="uint64")}),
    "hash": b"\xff\xfe" + HASH.to_bytes(8, "little"),
    "zip": in_zip(NAME.encode()),
    "tar.gz": in_tar(NAME.encode()),
    "gzip": gzip.compress(NAME.encode()),
    "zlib": zlib.compress(NAME.encode()),
    "zip in tar.gz": in_tar(in_zip(NAME.encode())),
    "DocBin": in_store(f"x {NAME} y"),
}


@pytest.mark.parametrize("data", HIDING.values(), ids=HIDING.keys())
def test_found_wherever_it_hides(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(data)
    report = scan(tmp_path, Search(PLACES))
    assert list(report.found.values()) == [1]
    assert all(place.startswith("document 1") for place in report.first.values())
    assert NAME not in str(report) and NUMBER not in str(report) and "Zoë" not in str(report)


def test_found_in_a_file_name(tmp_path: Path) -> None:
    (tmp_path / f"note_{NAME}.txt").write_text("fine")
    assert list(scan(tmp_path, Search(PLACES)).found.values()) == [1]


@pytest.mark.parametrize("data", [NOISE, b"", b"Zebediahs 998877661 Zo", b"\x78\x9cbroken", b"PK"])
def test_not_found_where_it_is_not(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(data)
    assert scan(tmp_path, Search(PLACES)).found == {}


def test_short_words_are_not_sought_in_numbers() -> None:
    search = Search({"Zoë": "", "Ann": "", NAME: ""})
    assert search.short == 2
    assert search.in_bytes(b"\xff\xfeAnn\xff") == set()
    assert search.in_text("Ann, zoë") == {"Ann", "Zoë"}


def test_a_word_inside_a_public_one_is_sought_as_a_word() -> None:
    search = Search({"mediate": "", NAME: ""}, ["intermediate"])
    assert search.short == 1
    assert search.in_bytes(b"layer.0.intermediate.dense") == set()
    assert search.in_text("to mediate") == {"mediate"}
    assert search.in_bytes(b"layer.0." + NAME.encode()) == {NAME}


def test_a_public_text_is_passed_over_and_its_numbers_only_there() -> None:
    tokenizer = '{"vocab": {"the": 12225}}'
    search = Search({"12225": ""}, (), frozenset([tokenizer]))
    data = {"tokenizer": tokenizer, "other": "fine"}
    assert search_part(Part("model", srsly.msgpack_dumps(data)), search) == set()
    data["other"] = '{"seen": 12225}'
    assert search_part(Part("model", srsly.msgpack_dumps(data)), search) == {"12225"}


def test_a_symbol_of_spacy_is_no_hash() -> None:
    """ "acl" is symbol 451, a number that stands everywhere."""
    symbol = get_string_id("acl")
    assert symbol < 1000
    search = Search({"acl": ""})
    assert search.as_number(symbol) == set()
    assert search.in_bytes(b"\xff" + symbol.to_bytes(8, "little")) == set()
    assert search.in_text("an ACL tear") == {"acl"}


def test_public_words(trained: Path) -> None:
    nlp: Language = spacy.load(trained)
    public = public_words(nlp)
    assert {"diabetes", "DRUG", "TREATS", "threshold"} <= public
    nlp(f"{NAME} was here")
    assert NAME not in public_words(nlp)


def test_machine_paths(tmp_path: Path) -> None:
    (tmp_path / "config.cfg").write_text(
        '[paths]\na = null\n[x]\nb = "/home/me/x"\nc = "C:\\\\data"\nd = "and/or"\ne = ${paths.a}\n'
    )
    assert machine_paths(tmp_path / "config.cfg") == ["x.b", "x.c"]
