"""Golden notes, and pipelines that are loaded again."""

import json
import shutil
from pathlib import Path

import pytest

from spacy_clinical.batch.annotation_run import annotate
from spacy_clinical.errors import ServeError
from spacy_clinical.note import Note
from spacy_clinical.serve import create_app
from spacy_clinical.serve.served_model import load_served

from .conftest import TEXT
from .live import run_live


@pytest.fixture(scope="module")
def golden(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("golden") / "golden.jsonl"
    annotate(model, [Note("g1", TEXT), Note("g2", "No fever .")], path)
    return path


def test_golden_notes(model: Path, golden: Path, tmp_path: Path) -> None:
    assert load_served(str(model), golden).checked_note == Note("g1", TEXT)
    changed = golden.read_text().replace('"SIGN"', '"DRUG"', 1).replace('"DRUG"', '"SIGN"', 1)
    (tmp_path / "changed.jsonl").write_text(changed)
    if changed != golden.read_text():
        with pytest.raises(ServeError, match="SC931"):
            load_served(str(model), tmp_path / "changed.jsonl")
    (tmp_path / "none.jsonl").write_text(json.dumps({"id": "g", "text": TEXT}))
    with pytest.raises(ServeError, match="SC931"):
        load_served(str(model), tmp_path / "none.jsonl")


def test_reload_changes_the_pipeline_only_if_it_is_sound(
    model: Path, golden: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    with run_live(create_app(folder, golden=golden)) as live:
        before = live.post(json={"text": TEXT}).headers["x-model-hash"]
        meta = (folder / "meta.json").read_text()
        (folder / "meta.json").write_text(meta.replace('"version":"0.0.0"', '"version":"0.0.1"'))
        answer = live.post("/reload", json={})
        assert answer.status_code == 200
        after = live.post(json={"text": TEXT}).headers
        assert after["x-model-hash"] == answer.json()["hash"] != before
        assert after["x-model-version"] == "0.0.1"
        (folder / "clinical_ner" / "model").write_bytes(b"damaged")
        refused = live.post("/reload", json={})
        assert refused.status_code == 500
        assert refused.json()["code"] == "SC932"
        assert live.post(json={"text": TEXT}).headers["x-model-hash"] == after["x-model-hash"]
        assert live.http.get("/readyz").status_code == 200


def test_a_pipeline_that_was_given_as_it_is() -> None:
    import spacy

    with run_live(create_app(spacy.blank("en"))) as live:
        assert live.post("/reload", json={}).status_code == 409
        assert live.http.get("/readyz").json() == {"status": "ready"}
