"""Notes from every kind of source."""

import gzip
import io
import json
from pathlib import Path

import pytest

from spacy_clinical.batch.note_reader import Notes
from spacy_clinical.errors import CommandError
from spacy_clinical.note import Note

TEXT = 'Line one,\r\n"two"\tthree\u2028four\x85five 😀'
META = {"patient": "p1", "age": 51, "weight": 70.5, "smoker": True}


def write_jsonl(path: Path) -> None:
    rows = [{"id": 7, "text": TEXT, **META, "tags": ["x"], "meta": {"ward": "B"}}, {"text": ""}]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def test_jsonl(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "in.jsonl")
    first, second = Notes([tmp_path / "in.jsonl"])
    assert first == Note("7", TEXT, {"ward": "B", **META, "tags": ["x"]})
    assert second == Note("in.jsonl:2", "")


def test_jsonl_lines_end_in_lf_alone(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(b'{"text":\r"one"}\r\n{"text": "two\xe2\x80\xa8"}')
    assert [note.text for note in Notes([tmp_path / "in.jsonl"])] == ["one", "two\u2028"]


@pytest.mark.parametrize(("suffix", "mark"), [("csv", ","), ("tsv", "\t")])
def test_csv(tmp_path: Path, suffix: str, mark: str) -> None:
    quoted = '"' + TEXT.replace('"', '""') + '"'
    lines = [["note", "body", "ward"], ["7", quoted, "B"], ["", "fine", ""], ["8", "short", "C"]]
    data = "\ufeff" + "\r\n".join(mark.join(line) for line in lines)
    (tmp_path / f"in.{suffix}").write_bytes(data.encode())
    notes = list(Notes([tmp_path / f"in.{suffix}"], text_field="body", id_field="note"))
    assert notes[0] == Note("7", TEXT, {"ward": "B"})
    assert notes[1] == Note(f"in.{suffix}:4", "fine", {"ward": ""})
    assert notes[2] == Note("8", "short", {"ward": "C"})


def test_csv_rows_that_dont_fit(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,text\n1\n2,b,c\n3,fine", encoding="utf-8")
    notes = list(Notes([tmp_path / "in.csv"]))
    assert [note.id for note in notes] == ["in.csv:2", "in.csv:3", "3"]
    assert (
        "SC563" in notes[0].fault and "line 2: 1 fields, where the header names 2" in notes[0].fault
    )
    assert "SC563" in notes[1].fault and "line 3: 3 fields" in notes[1].fault
    assert notes[2] == Note("3", "fine")


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = pyarrow.table({"text": [TEXT, None, "b"], "id": [7, 8, None], "ward": ["B", "C", None]})
    parquet.write_table(table, tmp_path / "in.parquet")
    notes = list(Notes([tmp_path / "in.parquet"]))
    assert notes[0] == Note("7", TEXT, {"ward": "B"})
    assert "SC505" in notes[1].fault
    assert notes[2] == Note("in.parquet:3", "b", {"ward": None})


@pytest.mark.parametrize("name", ["in.csv", "in.parquet"])
def test_missing_column(tmp_path: Path, name: str) -> None:
    if name == "in.csv":
        (tmp_path / name).write_text("id,body\n1,Secretname", encoding="utf-8")
    else:
        pyarrow = pytest.importorskip("pyarrow")
        from pyarrow import parquet

        parquet.write_table(pyarrow.table({"id": [1], "body": ["Secretname"]}), tmp_path / name)
    with pytest.raises(CommandError, match=r"SC511.*'text'.*body, id") as caught:
        list(Notes([tmp_path / name]))
    assert "Secretname" not in str(caught.value)


def test_folder_and_its_folders(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.v1.txt").write_text("one")
    (tmp_path / "a.txt").write_text("two")
    assert [(n.id, n.text) for n in Notes([tmp_path])] == [("a", "two"), ("b/x.v1", "one")]


def test_sources_in_order_and_again(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("two")
    write_jsonl(tmp_path / "in.jsonl")
    notes = Notes([tmp_path / "in.jsonl", tmp_path / "a.txt"])
    assert [note.id for note in notes] == ["7", "in.jsonl:2", "a"]
    assert list(notes) == list(notes)


class Stdin:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize("kind", [None, "jsonl"])
def test_stdin(kind: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Stdin(b'{"id": "a", "text": "one"}\n{"text": "two"}'))
    notes = Notes([Path("-")], kind)
    assert [(note.id, note.text) for note in notes] == [("a", "one"), ("stdin:2", "two")]
    assert list(notes) == list(notes)


def test_stdin_as_one_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Stdin("one\r\ntwo ä".encode()))
    assert list(Notes([Path("-")], "txt")) == [Note("stdin", "one\r\ntwo ä")]


def test_stdin_that_isnt_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Stdin("Secretnäme".encode("latin-1")))
    (note,) = Notes([Path("-")], "txt")
    assert "SC504" in note.fault and note.text == ""


def test_refused(tmp_path: Path) -> None:
    (tmp_path / "in.doc").write_text("Secretname")
    with pytest.raises(CommandError, match=r"SC510.*in\.doc"):
        list(Notes([tmp_path / "in.doc"]))
    (tmp_path / "in.xlsx").write_bytes(b"PK")
    with pytest.raises(CommandError, match=r"SC510.*saved as CSV"):
        list(Notes([tmp_path / "in.xlsx"]))
    with pytest.raises(CommandError, match=r"SC510.*nothing there"):
        list(Notes([tmp_path / "in.jsonl"]))
    with pytest.raises(CommandError, match=r"SC519.*'word'.*csv"):
        Notes([tmp_path], "word")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError, match="SC503"):
        list(Notes([tmp_path / "empty"]))


HL7 = "MSH|^~\\&|A|B|C|D|20240101||{}|M1|P|2.5\rPID|1||P7\r{}OBX|1|TX|X||{}\r"
CDA = (
    '<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody><component><section>'
    "<title>Plan</title><text>Home.</text></section></component></structuredBody></component>"
    "</ClinicalDocument>"
)
FHIR = '{{"resourceType": "DiagnosticReport", "id": "{}", "conclusion": "{}"}}'


def write_messages(folder: Path) -> None:
    (folder / "a").mkdir()
    for inner, text in (("feed.hl7", "one"), ("a/feed.hl7", "two")):
        good = HL7.format("ORU^R01", "OBR|1\r", text)
        (folder / inner).write_bytes(f"junk\r{good}{good}".encode())
    (folder / "plan.XML").write_text(CDA)
    (folder / "other.xml").write_text("<collection/>")
    (folder / "other.json").write_text("[]")
    (folder / "notes.csv").write_text("text\nx")
    (folder / "r.ndjson").write_text(
        "\n".join([FHIR.format("r1", "three"), "{", FHIR.format("r2", "four")])
    )
    (folder / "r.json.gz").write_bytes(gzip.compress(FHIR.format("r3", "five").encode()))
    (folder / "letter.rtf").write_bytes(rb"{\rtf1 six}")
    (folder / "named.txt").write_bytes(rb"{\rtf1 seven}")
    (folder / "cut.rtf").write_bytes(rb"{\rtf1 eight")
    (folder / "plain.rtf").write_bytes(b"nine")


def test_messages_documents_and_resources_in_a_folder(tmp_path: Path) -> None:
    write_messages(tmp_path)
    notes = Notes([tmp_path])
    for _ in range(2):
        found = {note.id: note.text or note.fault[:7] for note in notes}
        assert found == {
            "a/feed:1": "[SC572]",
            "a/feed:2": "two",
            "a/feed:3": "two",
            "cut": "[SC571]",
            "feed:1": "[SC572]",
            "feed:2": "one",
            "feed:3": "one",
            "letter": "six",
            "named": "seven",
            "plain": "[SC571]",
            "plan": "Plan\nHome.",
            "r.json.gz:1": "five",
            "r.ndjson:1": "three",
            "r.ndjson:2": "[SC574]",
            "r.ndjson:3": "four",
        }
        assert notes.passed_over == {".xml": 1, ".json": 1, ".csv": 1}


def test_messages_documents_and_resources_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_messages(tmp_path)

    def ids(name: str, **settings: str) -> list[str]:
        return [note.id for note in Notes([tmp_path / name], **settings) if not note.fault]

    assert ids("feed.hl7") == ["feed.hl7:2", "feed.hl7:3"]
    assert ids("r.ndjson", id_field="document") == ["r1", "r2"]
    assert ids("r.json.gz") == ["r.json.gz:1"]
    assert ids("plan.XML") == ["plan.XML"]
    assert ids("letter.rtf") == ["letter"]
    data = (tmp_path / "feed.hl7").read_bytes()
    monkeypatch.setattr("sys.stdin", Stdin(data))
    _, first, _ = Notes([Path("-")], "hl7")
    assert (first.id, first.text, first.meta["patient"]) == ("stdin:2", "one", "P7")


def test_a_damaged_archive_in_a_folder_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("good")
    (tmp_path / "bad.hl7.gz").write_bytes(gzip.compress(HL7.encode())[:-9])
    first, second = Notes([tmp_path])
    assert "[SC566]" in first.fault and second.text == "good"
