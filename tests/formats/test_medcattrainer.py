"""MedCATtrainer's exports, of old and new versions."""

import json
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import guess_format, read, write

from .samples import put, read_counted, relations, said

TEXT = "Father had asthma. Salbutamol given."


def annotation(id: int, start: int, end: int, cui: str, **more: Any) -> dict[str, Any]:
    place = {"id": id, "cui": cui, "value": TEXT[start:end], "start": start, "end": end}
    state = {"validated": True, "correct": True, "deleted": False, "killed": False}
    return {**place, **state, "user": "a", "meta_anns": []} | more


SUBJECT = {"name": "Subject", "value": "Family", "acc": 1.0, "validated": True}
UNSEEN = {"name": "Time", "value": "Past", "acc": 0.6, "validated": False}
ASTHMA = annotation(1, 11, 17, "195967001", meta_anns={"Subject": SUBJECT, "Time": UNSEEN})
DRUG = annotation(2, 19, 29, "372897005", meta_anns=[SUBJECT])


def export(*annotations: Any, **more: Any) -> str:
    document = {"id": 7, "name": "n7", "text": TEXT, "annotations": list(annotations)} | more
    return json.dumps({"projects": [{"id": 3, "name": "Lungs", "documents": [document]}]})


def test_an_export(tmp_path: Path) -> None:
    link = {"start_entity": 2, "end_entity": 1, "relation": "TREATS", "validated": True}
    path = put(tmp_path / "a.json", export(ASTHMA, DRUG, relations=[link]))
    (record,), left_out = read_counted(path)
    assert guess_format(path) == "medcattrainer"
    assert [(e.label, e.concept) for e in record.entities] == [
        ("CONCEPT", "195967001"),
        ("CONCEPT", "372897005"),
    ]
    assert said(record) == [("asthma", "Subject", "Family"), ("Salbutamol", "Subject", "Family")]
    assert relations(record) == [("Salbutamol", "TREATS", "asthma")]
    assert record.id == "3-7"
    assert record.meta == {"medcattrainer": {"name": "n7", "project": "Lungs"}}
    assert left_out == {"meta annotations that were not seen by anybody": 1}


def test_what_annotators_rejected_is_counted(tmp_path: Path) -> None:
    states = [{"deleted": True}, {"killed": True}, {"irrelevant": True}, {"validated": False}]
    rejected = [annotation(n, 0, 6, "1", **state) for n, state in enumerate(states, start=10)]
    link = {"start_entity": 2, "end_entity": 10, "relation": "X"}
    path = put(tmp_path / "a.json", export(DRUG, *rejected, relations=[link]))
    (record,), left_out = read_counted(path)
    assert [entity.id for entity in record.entities] == ["2"]
    assert left_out == {
        "annotations that were deleted": 1,
        "annotations that were killed": 1,
        "annotations that were irrelevant": 1,
        "annotations that were not seen by anybody": 1,
        "relations of annotations that aren't meant": 1,
    }


def test_an_export_without_text_and_writing_are_refused(tmp_path: Path) -> None:
    value = json.loads(export(DRUG))
    del value["projects"][0]["documents"][0]["text"]
    with pytest.raises(FormatError, match=r"SC010.*document 7.*without text"):
        list(read(put(tmp_path / "a.json", value)))
    with pytest.raises(FormatError, match=r"SC018.*MedCATtrainer"):
        write([], tmp_path / "b.json", "medcattrainer")


def test_a_value_that_differs_from_the_text_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path / "a.json", export(annotation(1, 12, 18, "1", value="asthma")))
    with pytest.raises(FormatError, match=r"\[SC011\].*entity '1' at 12-18"):
        list(read(path))
