"""Parquet tables: their values in JSON's terms, damaged ones told."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from spacy_clinical.batch.note_reader import Notes
from spacy_clinical.errors import CommandError

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")


def test_values_in_jsons_terms(tmp_path: Path) -> None:
    values = {
        "text": ["rash"],
        "on": [date(2024, 2, 3)],
        "at": [datetime(2024, 2, 3, 4, 5)],
        "dose": [Decimal("2.50")],
        "age": [float("nan")],
        "tags": [["a", None]],
        "visit": [{"ward": "B"}],
    }
    parquet.write_table(pyarrow.table(values), tmp_path / "in.parquet")
    (note,) = Notes([tmp_path / "in.parquet"])
    assert note.fault == ""
    assert note.meta == {
        "on": "2024-02-03",
        "at": "2024-02-03T04:05:00",
        "dose": "2.50",
        "age": None,
        "tags": ["a", None],
        "visit": {"ward": "B"},
    }


def test_bytes_are_set_aside(tmp_path: Path) -> None:
    table = pyarrow.table({"text": ["rash", "well"], "scan": [b"\x00", None]})
    parquet.write_table(table, tmp_path / "in.parquet")
    bad, good = Notes([tmp_path / "in.parquet"])
    assert "SC560" in bad.fault and "kind bytes" in bad.fault
    assert good.text == "well"


@pytest.mark.parametrize("kind", ["empty", "words", "cut", "middle"])
def test_damaged(tmp_path: Path, kind: str) -> None:
    table = pyarrow.table({"text": [f"Secretname {i}" for i in range(500)]})
    parquet.write_table(table, tmp_path / "in.parquet")
    data = (tmp_path / "in.parquet").read_bytes()
    half = len(data) // 4
    damaged = {
        "empty": b"",
        "words": b"Secretname",
        "cut": data[: len(data) // 2],
        "middle": data[:half] + b"\xff" * 200 + data[half + 200 :],
    }
    (tmp_path / "in.parquet").write_bytes(damaged[kind])
    with pytest.raises(CommandError, match=r"SC565.*in\.parquet") as caught:
        list(Notes([tmp_path / "in.parquet"]))
    assert "Secretname" not in str(caught.value)


def test_a_column_that_stands_twice(tmp_path: Path) -> None:
    columns = [pyarrow.array(["a"]), pyarrow.array(["b"])]
    table = pyarrow.Table.from_arrays(columns, names=["text", "text"])
    parquet.write_table(table, tmp_path / "in.parquet")
    with pytest.raises(CommandError, match="SC562"):
        list(Notes([tmp_path / "in.parquet"]))
