"""doccano's exports with and without relations, and what isn't one."""

import json
from pathlib import Path

import pytest

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import guess_format, read, write

from .samples import mentions, put, relations

TEXT = "Warfarin stopped after a nosebleed."
OBJECTS = [
    {"id": 31, "label": "MED", "start_offset": 0, "end_offset": 8},
    {"id": 32, "label": "EVENT", "start_offset": 25, "end_offset": 34},
]
LINKS = [{"id": 9, "from_id": 32, "to_id": 31, "type": "CAUSED_BY"}]


def test_objects_and_relations(tmp_path: Path) -> None:
    value = {"id": 5, "text": TEXT, "entities": OBJECTS, "relations": LINKS}
    path = put(tmp_path / "a.jsonl", value | {"ward": "4b", "Comments": ["sure?"]})
    (record,) = read(path)
    assert guess_format(path) == "doccano"
    assert mentions(record) == [("Warfarin", "MED"), ("nosebleed", "EVENT")]
    assert relations(record) == [("nosebleed", "CAUSED_BY", "Warfarin")]
    assert (record.id, record.meta) == ("5", {"ward": "4b", "Comments": ["sure?"]})


@pytest.mark.parametrize(
    "value",
    [
        {"text": TEXT, "label": [[0, 8, "MED"]]},
        {"id": 1, "data": TEXT, "text": TEXT, "label": [[0, 8, "MED"]]},
        {"text": TEXT, "entities": [[0, 8, "MED"]], "cats": ["bleeding"]},
        {"id": 3, "text": TEXT, "annotations": [{**OBJECTS[0], "user": 2}], "meta": {}},
    ],
)
def test_other_shapes_of_spans(tmp_path: Path, value: dict[str, object]) -> None:
    path = put(tmp_path / "a.jsonl", value, {**value, "id": 2})
    record, _ = read(path, "doccano")
    assert guess_format(path) == "doccano"
    assert mentions(record) == [("Warfarin", "MED")]


def test_an_export_whose_first_example_has_no_span(tmp_path: Path) -> None:
    first = {"id": 1, "text": "Well.", "entities": [], "relations": []}
    second = {"id": 2, "text": TEXT, "entities": OBJECTS, "relations": LINKS}
    path = put(tmp_path / "a.jsonl", first, second)
    assert guess_format(path) == "doccano"
    assert [len(record.entities) for record in read(path)] == [0, 2]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (
            [["bleeding"], ["well", "seen"]],
            [{"classes": ["bleeding"]}, {"classes": ["well", "seen"]}],
        ),
        ([[], ["well"]], [{}, {"classes": ["well"]}]),
        ([[], []], [{}, {}]),
    ],
)
@pytest.mark.parametrize("suffix", [".jsonl", ".json"])
def test_classes_of_documents_are_meta(
    tmp_path: Path, suffix: str, labels: list[list[str]], expected: list[dict[str, object]]
) -> None:
    values = [{"id": n, "text": TEXT, "label": label} for n, label in enumerate(labels)]
    path = tmp_path / f"a{suffix}"
    put(path, *values) if suffix == ".jsonl" else put(path, json.dumps(values))
    records = list(read(path))
    assert guess_format(path) == "doccano"
    assert [record.meta for record in records] == expected
    assert all(record.text == TEXT and not record.entities for record in records)
    write(records, tmp_path / "b.doccano.jsonl")
    assert list(read(tmp_path / "b.doccano.jsonl")) == records


def test_classes_of_old_exports(tmp_path: Path) -> None:
    """doccano 1.0 named them by number, beside who said so."""
    value = {"id": 1, "text": TEXT, "meta": {}, "annotations": [{"label": 3, "user": 1}]}
    path = put(tmp_path / "a.jsonl", value)
    (record,) = read(path)
    assert (guess_format(path), record.meta) == ("doccano", {"meta": {}, "classes": ["3"]})


def test_classes_among_spans_are_told_of(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jsonl", {"id": 1, "text": TEXT, "label": [[0, 8, "MED"], "bleeding"]})
    with pytest.raises(FormatError, match=r"SC010.*'label' is neither") as caught:
        list(read(path))
    assert "nosebleed" not in str(caught.value)


def test_text_under_data_is_told(tmp_path: Path) -> None:
    """Exports of doccano 1.4, such as those of restaurant reviews that somebody published."""
    lines = [{"id": n, "data": "No rash.", "label": [[3, 7, "SIGN"]]} for n in (1, 2)]
    path = put(tmp_path / "x.jsonl", *lines)
    assert guess_format(path) == "doccano"
    assert [mentions(record) for record in read(path)] == [[("rash", "SIGN")]] * 2
