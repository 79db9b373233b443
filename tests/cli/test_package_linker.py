"""`package` of a pipeline with a linker: its terminology inside, or named at load."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest
import spacy
from spacy.tokens import DocBin

from spacy_clinical.docs import to_doc
from spacy_clinical.errors import PipelineError
from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.terminology_facts import NAME, Fact
from spacy_clinical.packaging.packaged_bases import Bases
from spacy_clinical.packaging.text_leaks import Search, scan
from spacy_clinical.records import Entity, Record

from .conftest import Call

EPONYM, PATIENT = "Zebediah", "Ottoline"
NOTE = f"{PATIENT} was given aspirin for {EPONYM} disease ."
FACTS = [Fact("D1", NAME, f"{EPONYM} disease"), Fact("M1", NAME, "aspirin")]


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with a patient's name, and a name that is part of a disease's."""
    path = tmp_path_factory.mktemp("texts") / "train.spacy"
    record = Record("note", NOTE, (Entity("T1", "DRUG", ((19, 26),)),))
    DocBin(docs=[to_doc(record, spacy.blank("en").make_doc)]).to_disk(path)
    return path


@pytest.fixture()
def model(tmp_path: Path) -> Path:
    """A pipeline that links aspirin, beside its base, after it has seen the note."""
    build_from_facts(FACTS, tmp_path / "kb")
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "DRUG", "pattern": "aspirin"}])  # type: ignore[attr-defined]
    nlp.add_pipe("clinical_linker", config={"kb": str(tmp_path / "kb")})
    assert [ent.kb_id_ for ent in nlp(NOTE).ents] == ["M1"]
    nlp.to_disk(tmp_path / "model")
    return tmp_path / "model"


@pytest.mark.slow
def test_terminology_inside(model: Path, texts: Path, tmp_path: Path, call: Call) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_NO_INDEX", "1")
        arguments = ("package", model, tmp_path / "out", "--train", texts, "--terminology")
        output = call(*arguments).output
    (made,) = (tmp_path / "out").iterdir()
    report = json.loads((made / "search.json").read_text())
    files = sum(path.is_file() for path in (tmp_path / "kb").rglob("*"))
    assert report["found"] == {}
    assert report["terminology"] == 2 * files  # in the folder and in the wheel
    assert report["in_terminology"] == 1 and EPONYM not in output
    assert f"{files} files are the knowledge base's own" in (made / "README.md").read_text()
    assert "path of this machine" not in output and "--terminology" not in output
    shutil.rmtree(tmp_path / "kb")
    (wheel,) = (made / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    (meta,) = (tmp_path / "site").glob("en_pipeline/*/meta.json")
    assert [ent.kb_id_ for ent in spacy.load(meta.parent)(NOTE).ents] == ["M1"]


def test_terminology_beside(model: Path, texts: Path, tmp_path: Path, call: Call) -> None:
    arguments = ("package", model, tmp_path / "out", "--build", "none", "--train", texts)
    output = call(*arguments).output
    assert "components.clinical_linker.kb" in output
    (meta,) = (tmp_path / "out").glob("*/*/*/meta.json")
    files = [path for path in meta.parent.rglob("*") if path.is_file()]
    assert not [path for path in files if str(tmp_path).encode() in path.read_bytes()]
    assert not [path for path in files if EPONYM.encode() in path.read_bytes()]
    with pytest.raises(PipelineError, match=r"SC613.*components\.clinical_linker\.kb"):
        spacy.load(meta.parent)(NOTE)
    shutil.move(tmp_path / "kb", tmp_path / "elsewhere")
    config = {"components.clinical_linker.kb": str(tmp_path / "elsewhere")}
    nlp = spacy.load(meta.parent, config=config)
    assert [ent.kb_id_ for ent in nlp(NOTE).ents] == ["M1"]
    nlp.to_disk(tmp_path / "mine")
    assert [ent.kb_id_ for ent in spacy.load(tmp_path / "mine")(NOTE).ents] == ["M1"]


def test_only_the_terminologys_own_files_are_passed_over(model: Path, tmp_path: Path) -> None:
    package = tmp_path / "package"
    shutil.copytree(tmp_path / "kb", package / "kb")
    search = Search({EPONYM: "here", PATIENT: "there"}, bases=Bases([tmp_path / "kb"]))
    report = scan(package, search)
    assert not report.found and report.in_terminology == 1
    (package / "kb" / "other.json").write_text(json.dumps({"name": EPONYM}))
    with (package / "kb" / "concepts.jsonl").open("a") as file:
        file.write(json.dumps({"concept_id": "X", "canonical_name": PATIENT}) + "\n")
    assert scan(package, search).found == {"kb/concepts.jsonl": 2, "kb/other.json": 1}
