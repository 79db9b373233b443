"""RadGraph's reports: labels with assertions, several labellers, tokens between blanks."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import guess_format, read, write
from spacy_clinical.records import Attribute, Entity, Record, Relation

from .samples import mentions, put, read_counted, relations, said

TEXT = "No effusion in the left base ."


def entity(tokens: str, label: str, first: int, last: int, *related: Any) -> dict[str, Any]:
    place = {"tokens": tokens, "label": label, "start_ix": first, "end_ix": last}
    return {**place, "relations": list(related)}


EFFUSION = entity("effusion", "OBS-DA", 1, 1, ["located_at", "2"])
BASE = entity("left base", "Anatomy::definitely present", 4, 5)


def test_a_report(tmp_path: Path) -> None:
    report = {"text": TEXT, "entities": {"1": EFFUSION, "2": BASE}, "data_split": "train"}
    path = put(tmp_path / "a.json", {"p1/s2.txt": report})
    (record,) = read(path)
    assert guess_format(path) == "radgraph"
    assert mentions(record) == [("effusion", "OBS"), ("left base", "Anatomy")]
    assert said(record) == [
        ("effusion", "assertion", "DA"),
        ("left base", "assertion", "definitely present"),
    ]
    assert relations(record) == [("effusion", "located_at", "left base")]
    assert (record.id, record.meta) == ("p1/s2.txt", {"radgraph": {"data_split": "train"}})


def test_what_else_is_said_of_entities_is_counted(tmp_path: Path) -> None:
    """A report may have got into another one, by a cut: found by damaged inputs."""
    inner = {"s2": {"text": TEXT, "entities": {"2": BASE}}}
    report = {"text": TEXT, "entities": {"1": {**EFFUSION, "relations": []} | inner, "2": BASE}}
    (record,), left_out = read_counted(put(tmp_path / "a.json", {"s1": report}))
    assert mentions(record) == [("effusion", "OBS"), ("left base", "Anatomy")]
    assert left_out == {"further keys of entities": 1}


def test_two_labellers_are_two_records(tmp_path: Path) -> None:
    versions = {"labeler_1": {"entities": {"2": BASE}}, "labeler_2": {"entities": {}}}
    report = {"text": TEXT, "data_source": "x", **versions}
    path = put(tmp_path / "a.json", {"s9": report})
    assert [(r.id, len(r.entities)) for r in read(path)] == [
        ("s9:labeler_1", 1),
        ("s9:labeler_2", 0),
    ]


def test_tokens_that_are_not_there(tmp_path: Path) -> None:
    report = {"text": TEXT, "entities": {"1": entity("x", "OBS-DP", 3, 9)}}
    with pytest.raises(FormatError, match=r"SC010.*report 's1'.*tokens 3 to 9"):
        list(read(put(tmp_path / "a.json", {"s1": report})))


def test_what_is_written_has_the_corpus_s_labels(tmp_path: Path) -> None:
    text = "Clear lungs. No effusion ."
    mentions = (Entity("a", "ANAT", ((6, 11),)), Entity("b", "OBS", ((16, 24),)))
    record = Record(
        "r", text, mentions, (Relation("b", "b", "modify"),), (Attribute("b", "assertion", "DA"),)
    )
    with pytest.raises(FormatError, match=r"SC020.*between blanks \(1\)"):
        write([record], tmp_path / "a.radgraph.json")
    left_out: Counter[str] = Counter()
    write([record], tmp_path / "a.radgraph.json", left_out=left_out)
    value = json.loads((tmp_path / "a.radgraph.json").read_text())
    assert value["r"]["entities"] == {"b": entity("effusion", "OBS-DA", 3, 3, ["modify", "b"])}
    assert left_out == {"mentions that aren't between blanks": 1}


def test_two_reports_of_one_name_are_told_of_and_others_stay(tmp_path: Path) -> None:
    report = '{"text": "No rales .", "entities": {}}'
    path = tmp_path / "a.json"
    path.write_text(f'{{"s1": {report}, "s2": {report}, "s1": {report}}}')
    rejects: list[Any] = []
    assert [record.id for record in read(path, "radgraph", rejects=rejects)] == ["s2"]
    assert [reject.code for reject in rejects] == ["SC010"]


def test_tokens_that_differ_from_the_text_are_refused(tmp_path: Path) -> None:
    wrong = entity("cardiomegaly", "OBS-DP", 1, 1)
    path = put(tmp_path / "a.json", {"s1": {"text": TEXT, "entities": {"1": wrong}}})
    with pytest.raises(FormatError, match=r"\[SC011\].*entity '1' at 3-11") as caught:
        list(read(path))
    assert "cardiomegaly" not in str(caught.value)


def test_kinds_of_several_parts(tmp_path: Path) -> None:
    size = entity("left base", "Observation::measurement::definitely present", 4, 5)
    path = put(tmp_path / "a.json", {"s1": {"text": TEXT, "entities": {"1": size}}})
    (record,) = read(path)
    assert mentions(record) == [("left base", "Observation::measurement")]
    assert said(record) == [("left base", "assertion", "definitely present")]
