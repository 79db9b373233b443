"""Flat tables: the same rows as CSV and as Parquet."""

import csv
import json
from pathlib import Path

import pytest
from spacy.tokens import Doc

from spacy_clinical.exports.flat_tables import COLUMNS, write_csv, write_parquet

from .conftest import MENTIONS, RELATIONS, SETTINGS, TEXT, make_doc, make_said


def test_csv(doc: Doc, tmp_path: Path) -> None:
    write_csv([doc], tmp_path / "out", SETTINGS)
    rows = {
        name: list(csv.DictReader((tmp_path / "out" / f"{name}.csv").open(newline="")))
        for name in COLUMNS
    }
    (document,) = rows["documents"]
    assert (document["document"], document["text"]) == ("note 7", TEXT)
    assert json.loads(document["meta"]) == {"patient": "p-1"}
    assert (document["system"], document["annotated"]) == ("en_test 1.2.3", SETTINGS.time)
    found = [(row["label"], row["text"], row["assertion"]) for row in rows["mentions"]]
    assert found == list(MENTIONS)
    for row in rows["mentions"]:
        assert TEXT[int(row["start"]) : int(row["end"])] == row["text"]
    assert [row["assertions"] for row in rows["mentions"]] == [said for *_, said in MENTIONS]
    assert json.loads(rows["mentions"][4]["attributes"]) == [["assertion", "absent"]]
    assert rows["mentions"][3]["concepts"] == "C0011849"
    assert [row["section"] for row in rows["mentions"]][-3:] == ["", "allergies", "allergies"]
    pairs = [(int(r["head"]), int(r["tail"]), r["label"]) for r in rows["relations"]]
    assert pairs == list(RELATIONS)
    assert rows["relations"][2]["head_text"] == "metformin"
    assert rows["relations"][2]["tail_label"] == "CONDITION"


def test_several_values(tmp_path: Path) -> None:
    docs = [make_said("historical negated"), make_said("rumoured")]
    left_out = write_csv(docs, tmp_path / "out", SETTINGS)
    assert left_out == {"mentions with an assertion that nobody knows: assertion=rumoured": 1}
    (row,) = csv.DictReader((tmp_path / "out" / "mentions.csv").open(newline=""))
    assert (row["assertion"], row["assertions"]) == ("absent", "absent|historical")
    words = [["assertion", "historical"], ["assertion", "negated"]]
    assert json.loads(row["attributes"]) == words


def test_parquet_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    from pyarrow import parquet

    monkeypatch.setattr("spacy_clinical.exports.flat_tables.CHUNK", 2)
    docs = [make_doc(f"n{i}") for i in range(5)]
    write_csv(docs, tmp_path / "csv", SETTINGS)
    write_parquet(docs, tmp_path / "parquet", SETTINGS)
    for name in COLUMNS:
        table = parquet.read_table(tmp_path / "parquet" / f"{name}.parquet")
        rows = list(csv.DictReader((tmp_path / "csv" / f"{name}.csv").open(newline="")))
        strings = [
            {key: "" if value is None else str(value) for key, value in row.items()}
            for row in table.to_pylist()
        ]
        assert strings == rows and rows
    assert str(table.schema.field("score").type) == "double"


def test_no_documents(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from pyarrow import parquet

    write_parquet([], tmp_path / "out", SETTINGS)
    table = parquet.read_table(tmp_path / "out" / "mentions.parquet")
    assert table.num_rows == 0 and table.column_names == list(COLUMNS["mentions"])
