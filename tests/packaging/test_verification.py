"""`verify` and `load`: every damage is found before anything is built, and said with a code."""

import json
import re
import shutil
import zipfile
from pathlib import Path
from random import Random

import numpy
import pytest
import spacy
import srsly
from thinc.api import Config

import spacy_clinical
from spacy_clinical.errors import SpacyClinicalError
from spacy_clinical.packaging.manifest import MANIFEST, write_manifest

from ..commands import run
from ..conftest import make_record
from .conftest import PACKAGE
from .mutations import KINDS, mutate

CODE = re.compile(r"\[SC\d{3}\] ")
EACH = 40


def test_untouched_files_pass(sealed: Path) -> None:
    found = spacy_clinical.verify(sealed)
    there = [p for p in sealed.rglob("*") if p.is_file() and p.name != MANIFEST]
    assert found.files == len(there) > 10
    assert found.bytes == sum(p.stat().st_size for p in there)
    assert found.functions >= 5
    assert found.versions["spacy"] == spacy.__version__


def test_load_finds_what_spacy_finds(sealed: Path) -> None:
    text = make_record(0).text
    docs = [nlp(text) for nlp in (spacy_clinical.load(sealed), spacy.load(sealed))]
    first, second = ([(e.text, e.label_) for e in doc.ents] for doc in docs)
    assert first == second == [("aspirin", "DRUG"), ("pain", "SIGN")]


@pytest.mark.parametrize("kind", KINDS)
def test_mutated_folders_never_pass(kind: str, sealed: Path, tmp_path: Path) -> None:
    """360 damaged folders, 40 of each kind: none passes, each has a code."""
    chance = Random(f"{kind} 17")
    for number in range(EACH):
        folder = shutil.copytree(sealed, tmp_path / str(number))
        mutate(folder, kind, chance)
        with pytest.raises(SpacyClinicalError, match=CODE):
            spacy_clinical.verify(folder)
        shutil.rmtree(folder)


def expect(folder: Path, code: str, *words: str) -> None:
    """Both ways refuse it, and name what is wrong."""
    for call in (spacy_clinical.verify, spacy_clinical.load):
        with pytest.raises(SpacyClinicalError) as caught:
            call(folder)
        assert f"[{code}]" in str(caught.value)
        assert all(word in str(caught.value) for word in words), caught.value


def test_a_flipped_bit_of_a_weight(copy: Path) -> None:
    """spaCy loads such a file in silence, version 3.8."""
    path = copy / "transformer" / "model"
    data = bytearray(path.read_bytes())
    data[len(data) - 400] ^= 1
    path.write_bytes(data)
    expect(copy, "SC805", "transformer/model", "SHA-256")


def test_all_problems_at_once(copy: Path) -> None:
    (copy / "meta.json").unlink()
    (copy / "more.txt").write_text("x", encoding="utf-8")
    expect(copy, "SC815", "[SC803] 'meta.json'", "[SC804] 'more.txt'")


def test_no_manifest(copy: Path) -> None:
    (copy / MANIFEST).unlink()
    expect(copy, "SC801", MANIFEST)


def test_a_manifest_that_was_kept_elsewhere(copy: Path, tmp_path: Path) -> None:
    """Whoever changes files can write their manifest anew, but not the one kept."""
    kept = tmp_path / "kept.json"
    shutil.copy(copy / MANIFEST, kept)
    (copy / "README.md").write_text("Another card.", encoding="utf-8")
    write_manifest(copy)
    assert spacy_clinical.verify(copy).files
    with pytest.raises(SpacyClinicalError, match=r"\[SC805\] 'README.md'"):
        spacy_clinical.verify(copy, manifest=kept)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"format": "another"}',
        '{"format": "spacy-clinical-manifest-1", "versions": {}, "files": {"../a": {}}}',
        '{"format": "spacy-clinical-manifest-1", "versions": {}, "files": {"/a": {}}}',
        '{"format": "spacy-clinical-manifest-1", "versions": {}, "files": {"a": {}, "a": {}}}',
        '{"format": "spacy-clinical-manifest-1", "versions": {}, "files": {"a": {"size": -1, '
        '"sha256": "0"}}}',
    ],
)
def test_damaged_manifest(text: str, copy: Path) -> None:
    (copy / MANIFEST).write_text(text, encoding="utf-8")
    expect(copy, "SC802", MANIFEST)


def resealed(folder: Path, name: str, data: bytes) -> Path:
    """The folder with a file of other contents that its manifest knows."""
    (folder / name).write_bytes(data)
    write_manifest(folder)
    return folder


def zipped(folder: Path) -> bytes:
    path = folder.parent / "archive"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", b"harmless")
    return path.read_bytes()


def test_pickle_by_any_manifest(copy: Path) -> None:
    """Harmless pickles of a list: no way to write one passes."""
    objects = b"\x93NUMPY\x01\x00"
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(117) + b"\n"
    objects += len(header).to_bytes(2, "little") + header
    second = b"\x80\x02]q\x00(K\x01K\x02e."
    cases = {
        "vocab/weights.pkl": b"x",
        "vocab/second": second,
        "vocab/fourth": b"\x80\x04\x95\x07\x00\x00\x00\x00\x00\x00\x00]\x94(K\x01e.",
        "vocab/first": b"(lp0\nI1\naI2\na.",
        "vocab/torch": zipped(copy),
        "vocab/array": objects,
        "vocab/message": srsly.msgpack_dumps({"shims": [second]}),
        "vocab/nested": srsly.msgpack_dumps({"a": srsly.msgpack_dumps({"state": zipped(copy)})}),
    }
    for name, data in cases.items():
        expect(resealed(copy, name, data), "SC807", name)
        (copy / name).unlink()


def test_sizes_that_are_only_claimed(copy: Path) -> None:
    numpy.save(copy.parent / "array.npy", numpy.zeros((10, 3)))
    array = (copy.parent / "array.npy").read_bytes()
    cases = {
        "vocab/list": b"\xdd\x7f\xff\xff\xff\xc0",
        "vocab/map": b"\xdf\x7f\xff\xff\xff\xc0\xc0",
        "vocab/bytes": b"\x81\xa1x\xc6\xff\xff\xff\xff00",
        "vocab/cut": srsly.msgpack_dumps({"a": [1, 2, 3]})[:-1],
        "vocab/array": array.replace(b"(10, 3)", b"(99, 9)"),
        "vocab/archive": b"PK\x03\x04 and no more",
    }
    for name, data in cases.items():
        expect(resealed(copy, name, data), "SC810", name)
        (copy / name).unlink()


def test_what_a_config_may_not_name(copy: Path) -> None:
    changes = {
        ("nlp.tokenizer", "@tokenizers", "nobodys.Tokenizer.v1"): "SC808",
        ("nlp", "lang", "../os"): "SC808",
        ("components.clinical_ner", "factory", "nobodys_ner"): "SC808",
        ("components.clinical_ner", "source", "another_pipeline"): "SC808",
        ("components.clinical_ner", "spans_key", "/etc/hostname"): "SC809",
        ("components.clinical_ner", "spans_key", "a/../../b"): "SC809",
    }
    honest = (copy / "config.cfg").read_bytes()
    for (section, key, value), code in changes.items():
        config = Config().from_bytes(honest)
        part = config
        for name in section.split("."):
            part = part[name]
        part[key] = value
        if key == "source":
            del part["factory"]
        expect(resealed(copy, "config.cfg", config.to_bytes()), code, section)
    expect(resealed(copy, "config.cfg", b"[nlp\n"), "SC811")
    expect(resealed(copy, "config.cfg", b"[nlp]\nlang = ${gone.lang}\n"), "SC811")


@spacy.registry.misc("tests.Nothing.v1")
def make_nothing() -> None:
    """A function of a package that nobody allowed."""


def test_packages_are_allowed_by_name(copy: Path) -> None:
    config = Config().from_disk(copy / "config.cfg")
    config["nlp"]["tests"] = {"@misc": "tests.Nothing.v1"}
    resealed(copy, "config.cfg", config.to_bytes())
    with pytest.raises(SpacyClinicalError, match=r"\[SC808\].*'tests'"):
        spacy_clinical.verify(copy)
    assert spacy_clinical.verify(copy, allow=["tests"]).functions


def test_only_some_components(sealed: Path) -> None:
    nlp = spacy_clinical.load(sealed, only=["transformer", "clinical_ner"])
    assert nlp.pipe_names == ["transformer", "clinical_ner"]
    assert [e.text for e in nlp(make_record(0).text).ents] == ["aspirin", "pain"]
    with pytest.raises(SpacyClinicalError, match=r"\[SC812\].*'nobody'.*clinical_rel"):
        spacy_clinical.load(sealed, only=["nobody"])


def test_what_passes_and_cant_be_loaded(copy: Path) -> None:
    resealed(copy, "meta.json", b'{"lang": 3}')
    with pytest.raises(SpacyClinicalError, match=r"\[SC813\]"):
        spacy_clinical.load(copy)


def test_an_installed_package(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is found and loaded without its own code being run."""
    root = sealed.parents[1]
    monkeypatch.syspath_prepend(str(root))
    assert spacy_clinical.verify(PACKAGE).folder == sealed
    (sealed.parent / "__init__.py").write_text("raise SystemExit", encoding="utf-8")
    assert "clinical_ner" in spacy_clinical.load(PACKAGE).pipe_names


def test_command(copy: Path) -> None:
    app = spacy_clinical_app()
    good = run(app, "verify", copy)
    assert good.exit_code == 0 and "files, none missing, added or changed" in good.output
    (copy / "meta.json").unlink()
    bad = run(app, "verify", copy)
    assert bad.exit_code == 1 and "[SC803] 'meta.json' is missing" in bad.output
    assert run(app, "verify", copy.parent / "nobody").exit_code == 1


def spacy_clinical_app() -> object:
    from spacy_clinical.cli import app

    return app


def test_manifest_is_json_with_every_file(sealed: Path) -> None:
    value = json.loads((sealed / MANIFEST).read_text(encoding="utf-8"))
    assert {"config.cfg", "meta.json", "README.md", "vocab/strings.json"} < value["files"].keys()
    assert MANIFEST not in value["files"]
