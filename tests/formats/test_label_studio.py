"""Label Studio's exports: whose annotation, what is said of regions, offsets of old versions."""

import json
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import guess_format, read, write
from spacy_clinical.records import Entity, Record

from .samples import mentions, put, read_counted, relations, said

TEXT = "No rash 🙂 since amoxicillin."


def region(id: str, start: int, text: str, *labels: str, **more: Any) -> dict[str, Any]:
    value = {"start": start, "end": start + len(text), "text": text, "labels": list(labels)}
    return {
        "id": id,
        "from_name": "ner",
        "to_name": "text",
        "type": "labels",
        "value": value,
    } | more


def choice(id: str, name: str, **value: Any) -> dict[str, Any]:
    kind = next(iter(value))
    return {"id": id, "from_name": name, "to_name": "text", "type": kind, "value": value}


RASH = region("r1", 3, "rash", "SIGN")
DRUG = region("r2", 16, "amoxicillin", "DRUG")
LINK = {"type": "relation", "from_id": "r2", "to_id": "r1", "direction": "left", "labels": ["BY"]}


def task(*results: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": 8,
        "data": {"text": TEXT},
        "annotations": [{"id": 1, "result": list(results)}],
    } | more


def tasks(path: Path, *values: Any) -> Path:
    return put(path, json.dumps(list(values)))


def test_regions_relations_and_what_is_said_of_regions(tmp_path: Path) -> None:
    results = (
        RASH,
        choice("r1", "assertion", choices=["absent"]),
        choice("r2", "concept", textarea=[], text=["RxNorm:723"]),
        choice("r2", "certainty", rating=4),
        DRUG,
        LINK,
    )
    results[2]["type"] = "textarea"
    path = tasks(tmp_path / "a.json", task(*results))
    (record,) = read(path)
    assert guess_format(path) == "label_studio"
    assert mentions(record) == [("rash", "SIGN"), ("amoxicillin", "DRUG")]
    assert relations(record) == [("rash", "BY", "amoxicillin")]
    assert said(record) == [("rash", "assertion", "absent"), ("amoxicillin", "certainty", "4")]
    assert [entity.concept for entity in record.entities] == ["", "RxNorm:723"]


def test_offsets_in_utf16_are_found_out_by_the_texts(tmp_path: Path) -> None:
    (record,) = read(
        tasks(tmp_path / "a.json", task(RASH, region("r2", 17, "amoxicillin", "DRUG")))
    )
    assert mentions(record) == [("rash", "SIGN"), ("amoxicillin", "DRUG")]


def test_whose_annotation_is_taken_and_what_is_counted(tmp_path: Path) -> None:
    cancelled = {"was_cancelled": True, "result": [DRUG]}
    plain, truth = {"result": [DRUG]}, {"ground_truth": True, "result": [RASH]}
    both = task(annotations=[cancelled, plain, truth], predictions=[{"result": [DRUG]}])
    nobody = {"id": 9, "data": {"text": TEXT}, "annotations": [cancelled]}
    records, left_out = read_counted(tasks(tmp_path / "a.json", both, nobody))
    assert [mentions(record) for record in records] == [[("rash", "SIGN")]]
    assert left_out == {
        "cancelled annotations": 2,
        "further annotations of a task": 1,
        "predictions of annotated tasks": 1,
        "tasks that nobody annotated": 1,
    }


def test_predictions_have_scores(tmp_path: Path) -> None:
    results = [RASH, {**DRUG, "score": 0.25}]
    value = {"data": {"text": TEXT}, "predictions": [{"score": 0.5, "result": results}]}
    (record,) = read(tasks(tmp_path / "a.json", value))
    assert [entity.score for entity in record.entities] == [0.5, 0.25]
    write([record], tmp_path / "b.labelstudio.json")
    (back,) = json.loads((tmp_path / "b.labelstudio.json").read_text())
    assert "annotations" not in back


def test_several_labels_are_several_mentions(tmp_path: Path) -> None:
    (record,) = read(tasks(tmp_path / "a.json", task(region("r1", 3, "rash", "SIGN", "SKIN"))))
    assert mentions(record) == [("rash", "SIGN"), ("rash", "SKIN")]


def test_json_min(tmp_path: Path) -> None:
    spans = [{"start": 3, "end": 7, "text": "rash", "labels": ["SIGN"]}]
    path = tasks(tmp_path / "a.json", {"id": 4, "text": TEXT, "ner": spans, "annotator": 1})
    (record,) = read(path)
    assert guess_format(path) == "label_studio"
    assert (record.id, mentions(record)) == ("4", [("rash", "SIGN")])


def test_a_task_without_text(tmp_path: Path) -> None:
    path = tasks(tmp_path / "a.json", task(RASH) | {"data": {"image": 1}})
    with pytest.raises(FormatError, match=r"SC017.*'text'"):
        list(read(path))


def test_a_region_beyond_the_text_is_set_aside(tmp_path: Path) -> None:
    rejects: list[Any] = []
    bad = task(region("r9", 900, "rash", "SIGN"))
    path = tasks(tmp_path / "a.json", bad, task(RASH))
    assert len(list(read(path, rejects=rejects))) == 1
    assert [reject.code for reject in rejects] == ["SC001"]


def test_what_is_written_is_what_an_import_takes(tmp_path: Path) -> None:
    record = Record("n", "Gout.", (Entity("T1", "DX", ((0, 4),), "D1"),))
    write([record], tmp_path / "a.labelstudio.json")
    (value,) = json.loads((tmp_path / "a.labelstudio.json").read_text())
    labels, concept = value["annotations"][0]["result"]
    assert value["data"] == {"id": "n", "text": "Gout."}
    assert labels["value"] == {"start": 0, "end": 4, "text": "Gout", "labels": ["DX"]}
    assert (concept["type"], concept["value"]["text"], concept["id"]) == ("textarea", ["D1"], "T1")


BOX = {
    **{"id": "b", "from_name": "box", "to_name": "image", "type": "rectanglelabels"},
    **{"original_width": 9, "original_height": 9},
    "value": {"x": 1, "y": 2, "width": 3, "height": 4, "rectanglelabels": ["Nodule"]},
}
SOUND = {
    **{"id": "s", "from_name": "who", "to_name": "audio", "type": "labels", "original_length": 9.5},
    "value": {"start": 0.5, "end": 1.5, "labels": ["Nurse"]},
}
LOOKS = {"from_name": "looks", "to_name": "image", "type": "choices", "value": {"choices": ["ok"]}}


@pytest.mark.parametrize(
    ("data", "results"),
    [
        ({"image": "/data/upload/1/chest-2.png"}, [BOX]),
        ({"image": "https://example.org/x?id=3"}, [LOOKS]),
        ({"image": "s3://scans/x.dcm"}, []),
        ({"image": "x.png", "caption": "A chest film."}, [BOX]),
        ({"image": "x.png", "caption": "A chest film."}, [LOOKS]),
        ({"audio": "/data/a.wav"}, [SOUND]),
        ({"text": "https://example.org/notes/3.txt"}, [region("r1", 3, "rash", "SIGN")]),
    ],
)
def test_tasks_of_other_things_than_text_are_set_aside(
    tmp_path: Path, data: dict[str, str], results: list[Any]
) -> None:
    path = tasks(tmp_path / "a.json", task(*results, data=data), task(RASH))
    rejects: list[Any] = []
    assert [mentions(record) for record in read(path, rejects=rejects)] == [[("rash", "SIGN")]]
    assert [(reject.code, "item 1" in reject.where) for reject in rejects] == [("SC010", True)]
    assert "example.org" not in rejects[0].error


def test_regions_of_an_image_beside_those_of_its_report(tmp_path: Path) -> None:
    both = task(BOX, RASH, data={"image": "x.png", "text": TEXT})
    (record,), left_out = read_counted(tasks(tmp_path / "a.json", both))
    assert (record.text, mentions(record)) == (TEXT, [("rash", "SIGN")])
    assert left_out == {"regions of other kinds": 1}
    assert record.meta == {"image": "x.png", "label_studio": {"result": [BOX]}}


def test_minimal_tasks_of_images_are_set_aside(tmp_path: Path) -> None:
    spans = [{"start": 3, "end": 7, "text": "rash", "labels": ["SIGN"]}]
    boxes = [{**BOX["value"], "original_width": 9, "original_height": 9}]
    values = [{"id": 1, "text": TEXT, "ner": spans}, {"id": 2, "image": "x.png", "label": boxes}]
    rejects: list[Any] = []
    (record,) = read(tasks(tmp_path / "a.json", *values), rejects=rejects)
    assert (record.id, [reject.code for reject in rejects]) == ("1", ["SC010"])


def test_what_is_said_of_a_region_holds_of_all_its_labels(tmp_path: Path) -> None:
    both = region("r1", 3, "rash", "SIGN", "SKIN")
    (record,) = read(tasks(tmp_path / "a.json", task(both, choice("r1", "is", choices=["absent"]))))
    assert [(a.target, a.value) for a in record.attributes] == [
        ("r1", "absent"),
        ("r1/2", "absent"),
    ]


def test_a_region_that_repeats_another_text_is_set_aside(tmp_path: Path) -> None:
    other = region("r1", 3, "gout", "SIGN")
    broken = region("r1", 0, "No  rash", "SIGN") | {"value": {**DRUG["value"], "text": "amoxi\\n"}}
    with pytest.raises(FormatError, match=r"\[SC011\].*item 1") as caught:
        list(read(tasks(tmp_path / "a.json", task(other), task(DRUG), task(broken))))
    assert "gout" not in str(caught.value)
    assert str(caught.value).count("SC011]") == 2


@pytest.mark.parametrize(
    ("data", "to_name"),
    [
        ({"note": TEXT, "ward": "A3"}, "note"),
        ({"note": TEXT, "ward": "A3"}, "t"),
        ({"note": TEXT}, "t"),
        ({"text": "No title", "note": TEXT}, "note"),
        ({"text": TEXT, "note": "No title"}, "t"),
    ],
)
def test_the_text_may_have_another_name(tmp_path: Path, data: dict[str, str], to_name: str) -> None:
    results = [region("r1", 3, "rash", "SIGN") | {"to_name": to_name}]
    (record,) = read(tasks(tmp_path / "a.json", task(*results, data=data)))
    assert (record.text, mentions(record)) == (TEXT, [("rash", "SIGN")])
    assert set(record.meta) == {key for key, value in data.items() if value != TEXT}


def test_exports_before_version_1(tmp_path: Path) -> None:
    old = {"id": 8, "data": {"text": TEXT}, "completions": [{"id": 1, "result": [RASH]}]}
    path = tasks(tmp_path / "a.json", old)
    assert guess_format(path) == "label_studio"
    assert [mentions(record) for record in read(path)] == [[("rash", "SIGN")]]


def test_a_text_area_beside_the_labels_is_no_second_region(tmp_path: Path) -> None:
    area = choice("r1", "code", text=["271807003"], start=3, end=7, labels=["SIGN"])
    area["type"] = "textarea"
    (record,) = read(tasks(tmp_path / "a.json", task(RASH, area)))
    assert mentions(record) == [("rash", "SIGN")]
    assert said(record) == [("rash", "code", "271807003")]


def test_regions_of_other_kinds_are_counted(tmp_path: Path) -> None:
    value = {"start": "0", "end": "0", "paragraphlabels": ["A"]}
    other = {"id": "p", "from_name": "p", "type": "paragraphlabels", "value": value}
    (record,), left_out = read_counted(tasks(tmp_path / "a.json", task(RASH, other)))
    assert mentions(record) == [("rash", "SIGN")]
    assert left_out == {"regions of other kinds": 1}


def test_json_min_keeps_what_its_other_controls_say(tmp_path: Path) -> None:
    values = {"start": 3, "end": 7, "text": "rash", "choices": ["a", "b"]}
    minimal = {
        "id": 4,
        "note": TEXT,
        "ner": [RASH["value"]],
        "is": [values],
        "certainty": ["high", "low"],
        "about": "skin",
    }
    (record,) = read(tasks(tmp_path / "a.json", minimal))
    assert mentions(record) == [("rash", "SIGN")]
    assert said(record) == [("rash", "is", "a"), ("rash", "is", "b")]
    assert record.meta == {"certainty": ["high", "low"], "about": "skin"}
