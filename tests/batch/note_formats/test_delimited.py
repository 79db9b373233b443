"""CSV and tables with tabs: what isn't sound is told, and no note is lost."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.batch.note_formats.delimited import read_delimited
from spacy_clinical.batch.note_reader import Notes
from spacy_clinical.errors import CommandError
from spacy_clinical.note import Note


def write(folder: Path, text: str, name: str = "in.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder / name


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["id,text", '7,"Secretname', "8,dry cough"], 2),
        (["id,text", "7,dry cough", '8,"he said "well" today"', "9,rash"], 3),
        (["id,text", '7,"two', 'lines"', '8,"open', "9,rash"], 4),
        (['id,"text', "7,rash"], 1),
    ],
    ids=["to the end", "inner quotes", "after two lines", "header"],
)
def test_quotes_that_dont_pair(tmp_path: Path, lines: list[str], line: int) -> None:
    path = write(tmp_path, "\n".join(lines) + "\n")
    with pytest.raises(CommandError, match=rf"SC561.*begins on line {line} don't pair") as caught:
        list(Notes([path]))
    assert "Secretname" not in str(caught.value)


@pytest.mark.parametrize("name", ["in.csv", "in.tsv"])
def test_a_column_that_stands_twice(tmp_path: Path, name: str) -> None:
    mark = "," if name == "in.csv" else "\t"
    rows = [["text", "ward", "id", "ward"], ["rash", "A", "1", "B"]]
    path = write(tmp_path, "\n".join(mark.join(row) for row in rows), name)
    with pytest.raises(CommandError, match=r"SC562.*columns 2 and 4"):
        list(Notes([path]))


def test_a_first_line_that_is_a_note_is_not_quoted(tmp_path: Path) -> None:
    path = write(tmp_path, "note_id,Mr Secretname has a rash\n2,well\n")
    with pytest.raises(CommandError, match=r"SC511.*note_id, 1 with other signs") as caught:
        list(Notes([path]))
    assert "Secretname" not in str(caught.value)


def test_rows_of_another_width_have_their_line(tmp_path: Path) -> None:
    path = write(tmp_path, 'id,text,ward\n\n1,"a\nb",A\n2,short\n3,well,B\n4,a,b,c\n')
    first, short, well, long = Notes([path])
    assert (first, well) == (Note("1", "a\nb", {"ward": "A"}), Note("3", "well", {"ward": "B"}))
    assert short.id == "in.csv:5" and "line 5: 2 fields, where the header names 3" in short.fault
    assert long.id == "in.csv:7" and "line 7: 4 fields" in long.fault


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=6), st.sampled_from(",\t"))
def test_what_pythons_writer_writes_comes_back(rows: list[tuple[str, str]], mark: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark).writerows([("id", "text"), *rows])
    stream = io.StringIO(out.getvalue(), newline="")
    read = list(read_delimited(stream, Path("in.csv"), mark, "text"))
    assert [(row.fields["id"], row.fields["text"]) for row in read] == rows
