"""`configs/linked.cfg`: the linker behind a trained pipeline, by spaCy's own command."""

from pathlib import Path

import pytest
import spacy
from spacy.cli._util import app
from spacy.util import load_config

from ..commands import run
from ..conftest import make_record
from .conftest import Call

ROOT = Path(__file__).parents[2]
LINKED, TERMINOLOGY = (
    ROOT / "configs" / "linked.cfg",
    ROOT / "assets" / "sample" / "terminology.csv",
)
NEW = {"clinical_abbreviations", "clinical_linker"}


@pytest.fixture()
def config(trained: Path, tmp_path: Path) -> Path:
    """The config with the components that the tiny pipeline has."""
    config = load_config(LINKED, interpolate=False)
    known = {*spacy.load(trained).pipe_names, *NEW}
    names = [name for name in config["nlp"]["pipeline"] if name in known]
    assert set(names) == {*NEW, "transformer", "clinical_ner", "clinical_rel"}
    config["nlp"]["pipeline"] = names
    config["components"] = {name: config["components"][name] for name in names}
    config["components"]["clinical_linker"]["types"] = {}
    config.to_disk(tmp_path / "linked.cfg")
    return tmp_path / "linked.cfg"


def test_assemble(config: Path, trained: Path, tmp_path: Path, call: Call) -> None:
    call("kb", "build", TERMINOLOGY, "--output", tmp_path / "kb")
    paths = ["--paths.pipeline", trained, "--paths.kb", tmp_path / "kb"]
    done = run(app, "assemble", config, tmp_path / "made", *paths)
    assert done.exit_code == 0, done.output
    text = make_record(0).text
    before, after = spacy.load(trained)(text), spacy.load(tmp_path / "made")(text)
    assert [(e.text, e.label_) for e in after.ents] == [(e.text, e.label_) for e in before.ents]
    assert after.spans["clinical"].attrs["relations"] == before.spans["clinical"].attrs["relations"]
    assert {e.text: e.kb_id_ for e in after.ents}["aspirin"] == "M03"


def test_the_config_names_what_the_sample_has() -> None:
    sample = load_config(ROOT / "configs" / "sample.cfg")["nlp"]["pipeline"]
    linked = load_config(LINKED)
    assert [name for name in linked["nlp"]["pipeline"] if name not in NEW] == sample
    assert linked["paths"] == {"pipeline": None, "kb": None}
