"""Labels of whole reports as the truth of their mentions."""

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.tokens import DocBin

from spacy_clinical.docs import get_assertions, get_spans

FOLDER = Path(__file__).parents[2] / "assets" / "radiology"
REPORTS = """{"id": "r1", "text": "FINDINGS: Large effusion. Old granuloma, a nodule. No edema."}
{"id": "r2", "text": "FINDINGS: Possible pneumonia. No mass."}
{"id": "r3", "text": "FINDINGS: Mass."}
"""
LABELS = "filename,Effusion,Nodule,Edema,Pneumonia,Mass\nr1,1,0,0,0,0\nr2,0,0,0,0,1\n"


@pytest.fixture()
def script(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("weak_assertions")


def test_what_labels_tell(script: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report without labels teaches nothing; what isn't listed gets a word of no meaning."""
    (tmp_path / "r.jsonl").write_text(REPORTS, encoding="utf8")
    (tmp_path / "l.csv").write_text(LABELS, encoding="utf8")
    args = [str(tmp_path / "r.jsonl"), str(tmp_path / "l.csv"), str(tmp_path / "out")]
    monkeypatch.setattr(sys, "argv", ["weak_assertions.py", *args])
    script.main()
    said = {
        span.text: [(a.name, a.value) for a in rows]
        for part in ("train", "dev")
        for doc in DocBin()
        .from_disk(tmp_path / "out" / f"{part}.spacy")
        .get_docs(spacy.blank("en").vocab)
        for span, rows in zip(get_spans(doc), get_assertions(doc), strict=True)
    }
    assert {text: rows for text, rows in said.items() if text != "granuloma"} == {
        "effusion": [("assertion", "present")],
        "nodule": [("assertion", "unlisted")],
        "edema": [("assertion", "absent")],
        "pneumonia": [("assertion", "possible")],
        "mass": [("assertion", "present")],
    }
