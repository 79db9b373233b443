"""Text files and folders of them: none is lost in silence, none stalls or stops the others."""

import gzip
import os
from pathlib import Path

import pytest

from spacy_clinical.batch.note_formats import text_files
from spacy_clinical.batch.note_reader import Notes
from spacy_clinical.errors import CommandError
from spacy_clinical.note import Note


def test_endings_of_texts(tmp_path: Path) -> None:
    (tmp_path / "a.TXT").write_text("one")
    (tmp_path / "b.Text").write_text("two")
    (tmp_path / "c.v2.txt.gz").write_bytes(gzip.compress(b"three"))
    (tmp_path / "d.GZ").write_bytes(gzip.compress(b"four"))
    expected = [Note("a", "one"), Note("b", "two"), Note("c.v2", "three"), Note("d", "four")]
    assert list(Notes([tmp_path])) == expected
    assert [note for path in sorted(tmp_path.iterdir()) for note in Notes([path])] == expected


def test_rows_that_are_compressed(tmp_path: Path) -> None:
    (tmp_path / "in.csv.gz").write_bytes(gzip.compress(b"id,text\n7,rash\n"))
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(b'{"id": "8", "text": "well"}'))
    notes = Notes([tmp_path / "in.csv.gz", tmp_path / "in.jsonl.gz"])
    assert list(notes) == [Note("7", "rash"), Note("8", "well")]
    (tmp_path / "in.csv.gz").write_bytes(gzip.compress(b"id,text\n7,rash\n" * 99)[:40])
    with pytest.raises(CommandError, match=r"SC566.*in\.csv\.gz"):
        list(notes)


def test_what_is_passed_over_is_counted(tmp_path: Path) -> None:
    notes, other = tmp_path / "notes", tmp_path / "other"
    for folder in (notes / "ward", notes / ".out.unfinished", other):
        folder.mkdir(parents=True)
    for name in ("a.txt", "b.doc", "ward/c.DOC", "ward/README", "d.tar.gz"):
        (notes / name).write_text("rash")
    (notes / ".out.unfinished" / "e.txt").write_text("of an unfinished run")
    (notes / "link").symlink_to(other)
    read = Notes([notes])
    for _ in range(2):
        assert [note.id for note in read] == ["a"]
        expected = {".doc": 2, "without ending": 1, ".tar": 1, "links to folders": 1}
        assert read.passed_over == expected


def test_an_empty_folder_names_what_was_found(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_text("x")
    with pytest.raises(CommandError, match=r"SC503.*found 1 \.pdf"):
        list(Notes([tmp_path]))


def test_two_files_of_one_name(tmp_path: Path) -> None:
    for name in ("a.txt", "a.text", "b.txt"):
        (tmp_path / name).write_text(name)
    assert [(n.id, n.text) for n in Notes([tmp_path])] == [
        ("a.text", "a.text"),
        ("a.txt", "a.txt"),
        ("b", "b.txt"),
    ]


def test_names_of_texts_that_are_none(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "folder.txt" / "inner.txt").write_text("well")
    (tmp_path / "broken.gz").write_text("Secretname")
    (tmp_path / "cut.txt.gz").write_bytes(gzip.compress(b"Secretname" * 9)[:-9])
    (tmp_path / "z.txt").write_text("rash")
    found = {note.id: note for note in Notes([tmp_path])}
    assert {id: note.text for id, note in found.items() if not note.fault} == {
        "folder.txt/inner": "well",
        "z": "rash",
    }
    bad = {id: note.fault for id, note in found.items() if note.fault}
    assert set(bad) == {"pipe", "dangling", "loop", "folder", "broken", "cut"}
    assert all("SC566" in fault and "Secretname" not in fault for fault in bad.values())


def test_a_name_that_utf8_cant_hold(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("rash")
    try:
        (tmp_path / os.fsdecode(b"b\xff.txt")).write_text("well")
    except OSError:
        pytest.skip("file names are UTF-8 here")
    good, bad = Notes([tmp_path])
    assert good.text == "rash"
    assert "SC504" in bad.fault and (bad.id + bad.fault).encode()


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_files, "MAX_BYTES", 100)
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"x" * 101))
    (tmp_path / "b.txt").write_bytes(b"x" * 100)
    large, fits = Notes([tmp_path])
    assert "SC566" in large.fault and fits.text == "x" * 100


ORU = "\r".join(
    (
        r"MSH|^~\&|LAB|WEST|EHR|WEST|20240212090000||ORU^R01|M1|P|2.5.1",
        "PID|1||P7^^^WEST^MR",
        "OBR|1|A1|F2|71020^Chest film",
        "OBX|1|TX|IMP||No effusion.||||||F\r",
    )
).encode()
CDA = (
    b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody>'
    b"<component><section><title>Plan</title><text>No effusion.</text></section></component>"
    b"</structuredBody></component></ClinicalDocument>"
)
FHIR = (
    b'{"resourceType": "DocumentReference", "id": "d", "status": "current", "content": '
    b'[{"attachment": {"contentType": "text/plain", "data": "Tm8gZWZmdXNpb24u"}}]}'
)


@pytest.mark.parametrize(
    ("data", "name", "text"),
    [
        (ORU, "in.txt", "No effusion."),
        (b"\xef\xbb\xbf\r\n" + ORU, "in.text", "No effusion."),
        (b"\x0b" + ORU + b"\x1c\r", "in.txt", "No effusion."),
        (rb"FHS|^~\&|LAB" + b"\r" + rb"BHS|^~\&|LAB" + b"\r" + ORU, "in.txt", "No effusion."),
        (gzip.compress(ORU), "in.txt.gz", "No effusion."),
        (CDA, "in.txt", "Plan\nNo effusion."),
        (FHIR, "in.txt", "No effusion."),
        (b"MSH: seen there | by Dr. A | twice", "in.txt", None),
        (b"MSH|", "in.txt", None),
        (b"{resourceType} is a word of FHIR.", "in.txt", None),
        (b"<5 leucocytes; see the ClinicalDocumentation.", "in.txt", None),
    ],
)
def test_texts_that_are_messages_documents_or_resources(
    tmp_path: Path, data: bytes, name: str, text: str | None
) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "other.txt").write_text("Well.")
    (found,) = Notes([tmp_path / name])
    (inner, other) = Notes([tmp_path])
    assert (found.text, found.fault) == (data.decode() if text is None else text, "")
    assert (inner.text, other.text) == (found.text, "Well.")
    if text is not None and name.endswith(".txt"):
        (as_text,) = Notes([tmp_path / name], "txt")
        assert as_text.text not in ("", text)
        assert next(iter(Notes([tmp_path], "txt"))).text == as_text.text
