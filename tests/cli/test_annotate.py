"""`annotate`: notes in, annotated notes out."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy

from spacy_clinical.batch.annotation_run import annotate
from spacy_clinical.batch.note_reader import Notes
from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.corpus import read_docs
from spacy_clinical.docs import to_record
from spacy_clinical.errors import CommandError
from spacy_clinical.formats import read, read_jsonl
from spacy_clinical.note import Note
from spacy_clinical.records import Record

from ..conftest import make_record
from .conftest import Call

NOTES = [make_record(0).text, make_record(1).text]


def facts(record: Record) -> tuple[set[tuple[str, int, int]], set[tuple[str, str, str]]]:
    text = {e.id: record.text[e.start : e.end] for e in record.entities}
    return (
        {(e.label, e.start, e.end) for e in record.entities},
        {(text[r.head], r.label, text[r.tail]) for r in record.relations},
    )


EXPECTED = [
    ({("DRUG", 22, 29), ("SIGN", 34, 38)}, {("aspirin", "TREATS", "pain")}),
    ({("SIGN", 3, 8), ("DRUG", 33, 40)}, set()),
]


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    """Three notes, one of them empty, and a file that is none."""
    folder = tmp_path / "notes"
    folder.mkdir()
    for name, text in (("b", NOTES[1]), ("a", NOTES[0]), ("c", "")):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / "readme.md").write_text("no note", encoding="utf-8")
    return folder


@pytest.mark.parametrize("options", [[], ["-b", "1"], ["--n-process", "2", "-b", "1"]])
def test_folder_to_jsonl(
    trained: Path, folder: Path, tmp_path: Path, call: Call, options: list[str]
) -> None:
    target = tmp_path / "new" / "out.jsonl"
    output = call("annotate", trained, folder, target, *options).output
    assert "3 notes annotated" in output
    assert "Wordpieces unknown to the encoder: 0 of " in output
    assert "aspirin" not in output
    records = list(read_jsonl(target))
    assert [record.id for record in records] == ["a", "b", "c"]
    assert [record.text for record in records] == [*NOTES, ""]
    assert [facts(record) for record in records] == [*EXPECTED, (set(), set())]
    scores = [part.score for r in records for part in (*r.entities, *r.relations)]
    assert all(isinstance(score, float) and 0.5 < score <= 1 for score in scores)


def test_file_to_brat(trained: Path, folder: Path, tmp_path: Path, call: Call) -> None:
    call("annotate", trained, folder / "a.txt", tmp_path / "out" / "brat")
    (record,) = read(tmp_path / "out" / "brat")
    assert (record.id, record.text) == ("a", NOTES[0])
    assert facts(record) == EXPECTED[0]
    assert all(0.5 < (entity.score or 0) <= 1 for entity in record.entities)


def test_jsonl(trained: Path, tmp_path: Path, call: Call) -> None:
    rows = [
        json.dumps({"id": "x", "text": NOTES[0]}),
        "",
        json.dumps({"id": 7, "text": NOTES[1], "other": "field"}),
        json.dumps({"text": ""}),
        json.dumps({"id": None, "text": "fine"}),
    ]
    (tmp_path / "in.jsonl").write_text("\ufeff" + "\r\n".join(rows), encoding="utf-8")
    call("annotate", trained, tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    records = list(read_jsonl(tmp_path / "out.jsonl"))
    assert [record.id for record in records] == ["x", "7", "in.jsonl:4", "in.jsonl:5"]
    assert [facts(record) for record in records[:2]] == EXPECTED


def test_notes_without_ids_to_brat(trained: Path, tmp_path: Path, refuse: Call) -> None:
    """A colon is no good in a file name."""
    (tmp_path / "in.jsonl").write_text('{"text": "Secretname"}', encoding="utf-8")
    output = refuse("SC021", "annotate", trained, tmp_path / "in.jsonl", tmp_path / "out")
    assert "in.jsonl:1" in output
    assert not (tmp_path / "out").exists()


def test_one_note_without_an_id_leaves_the_others(
    trained: Path, tmp_path: Path, call: Call
) -> None:
    rows = [{"id": "a", "text": "fine"}, {"text": "Secretname"}, {"id": "b/c", "text": "fine"}]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    output = call("annotate", trained, tmp_path / "in.jsonl", tmp_path / "out").output
    assert "2 SC021" in output
    assert {path.name for path in (tmp_path / "out").glob("*.txt")} == {"a.txt"}
    failed = (tmp_path / "out.failed.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(row)["code"] for row in failed] == ["SC021", "SC021"]
    assert "Secretname" not in output + "".join(failed)


def test_line_ends_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("one\r\ntwo\u2028three\n".encode())
    assert list(Notes([tmp_path / "a.txt"])) == [Note("a", "one\r\ntwo\u2028three\n")]


def test_a_pipeline_that_finds_nothing(tmp_path: Path) -> None:
    summary = annotate(spacy.blank("en"), [Note("a", "fine")], tmp_path / "out.jsonl")
    assert summary.notes == 1
    assert list(read_jsonl(tmp_path / "out.jsonl")) == [Record("a", "fine")]


BAD_LINES = {
    "words": "Secretname",
    "list": "[]",
    "no text": "{}",
    "null": '{"text": null, "id": "Secretname"}',
    "surrogate": '{"text": "\\ud800 Secretname"}',
    "deep": "[" * 20_000,
}


def failures(target: Path) -> list[tuple[str, str]]:
    path = target.with_name(f"{target.name}.failed.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert all(set(row) == {"id", "code", "error"} for row in rows)
    return [(row["id"], row["code"]) for row in rows]


@pytest.mark.parametrize(
    ("line", "processes"),
    [*((line, 1) for line in BAD_LINES.values()), ("Secretname", 2)],
    ids=[*BAD_LINES, "two processes"],
)
def test_bad_jsonl(trained: Path, tmp_path: Path, call: Call, line: str, processes: int) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "fine"}\n\n' + line, encoding="utf-8")
    target = tmp_path / "out.jsonl"
    output = call("annotate", trained, tmp_path / "in.jsonl", target, "-p", processes).output
    assert "1 note set aside" in output and "1 SC505" in output
    assert [record.text for record in read_jsonl(target)] == ["fine"]
    assert failures(target) == [("in.jsonl:3", "SC505")]
    assert "Secretname" not in output + (tmp_path / "out.jsonl.failed.jsonl").read_text()
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("name", ["bad.txt", "bad.jsonl", "bad.csv", "."])
def test_not_utf8(trained: Path, tmp_path: Path, refuse: Call, name: str) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for file, text in (
        ("bad.txt", "Secretnäme"),
        ("bad.jsonl", '{"text": "Secretnäme"}'),
        ("bad.csv", "id,text\n7,Secretnäme"),
    ):
        (source / file).write_bytes(text.encode("latin-1"))
    output = refuse("SC517", "annotate", trained, source / name, tmp_path / "out.jsonl")
    assert "SC504" in output
    assert "Secretn" not in output
    assert [file.name for file in tmp_path.iterdir()] == ["in"]


def test_a_note_that_fails_is_set_aside(trained: Path, tmp_path: Path, call: Call) -> None:
    """spaCy refuses a text above its limit; the notes of its batch go on."""
    rows = [("a", NOTES[0]), ("long", "Secretname " * 100_000), ("b", NOTES[1])]
    lines = [json.dumps({"id": name, "text": text}) for name, text in rows]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    target = tmp_path / "out.jsonl"
    output = call("annotate", trained, tmp_path / "in.jsonl", target).output
    assert [facts(record) for record in read_jsonl(target)] == EXPECTED
    assert failures(target) == [("long", "E088")]
    assert "Secretname" not in output + (tmp_path / "out.jsonl.failed.jsonl").read_text()
    (tmp_path / "in.jsonl").write_text(lines[0], encoding="utf-8")
    call("annotate", trained, tmp_path / "in.jsonl", target, "--force")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_two_notes_of_one_name(trained: Path, tmp_path: Path, refuse: Call) -> None:
    (tmp_path / "in.csv").write_text("id,text\n7,fine\n7,fine", encoding="utf-8")
    output = refuse("SC514", "annotate", trained, tmp_path / "in.csv", tmp_path / "out.jsonl")
    assert "'7'" in output
    assert [file.name for file in tmp_path.iterdir()] == ["in.csv"]


def test_a_full_folder_is_refused_before_the_work(
    trained: Path, folder: Path, tmp_path: Path, refuse: Call
) -> None:
    refuse("SC022", "annotate", trained, folder, folder, "--to", "brat")
    refuse("SC521", "annotate", trained, folder, folder, "--to", "jsonl")
    refuse("SC519", "annotate", trained, folder, tmp_path / "out", "--to", "word")
    assert [file.name for file in tmp_path.iterdir()] == ["notes"]


def test_to_spacy(trained: Path, folder: Path, tmp_path: Path, call: Call) -> None:
    call("annotate", trained, folder, tmp_path / "out.spacy")
    records = [to_record(doc) for doc in read_docs(tmp_path / "out.spacy", spacy.blank("en"))]
    assert [record.id for record in records] == ["a", "b", "c"]
    assert [facts(record) for record in records] == [*EXPECTED, (set(), set())]


@pytest.mark.parametrize("target", ["out.json", "out.txt", "out.v2"])
def test_unknown_suffix(
    trained: Path, folder: Path, tmp_path: Path, refuse: Call, target: str
) -> None:
    refuse("SC502", "annotate", trained, folder, tmp_path / target)
    assert [file.name for file in tmp_path.iterdir()] == ["notes"]


def test_no_notes_and_no_pipeline(
    trained: Path, folder: Path, tmp_path: Path, refuse: Call
) -> None:
    (tmp_path / "empty").mkdir()
    refuse("SC503", "annotate", trained, tmp_path / "empty", tmp_path / "out.jsonl")
    refuse("SC501", "annotate", "en_no_such_pipeline", folder, tmp_path / "out.jsonl")
    refuse("SC501", "annotate", folder, folder, tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()


def test_a_file_is_replaced_by_force_alone(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("mine")
    with pytest.raises(CommandError, match="SC551"):
        annotate(spacy.blank("en"), folder, target)
    assert target.read_text() == "mine"
    summary = annotate(spacy.blank("en"), folder, target, RunSettings(force=True))
    assert summary.passed_over == {".md": 1}
    assert [record.id for record in read_jsonl(target)] == ["a", "b", "c"]


def test_a_source_is_never_the_target(folder: Path, tmp_path: Path) -> None:
    nlp, source = spacy.blank("en"), tmp_path / "in.jsonl"
    source.write_text('{"text": "rash"}')
    (tmp_path / "link.jsonl").symlink_to(source)
    (tmp_path / "other").symlink_to(folder)
    by_force = RunSettings(force=True)
    with pytest.raises(CommandError, match="SC567"):
        annotate(nlp, source, tmp_path / "link.jsonl", by_force)
    with pytest.raises(CommandError, match="SC567"):
        annotate(nlp, folder, tmp_path / "other" / "brat", by_force)
    with pytest.raises(CommandError, match="SC567"):
        annotate(nlp, folder, folder / "new.txt", RunSettings("jsonl"))
    with pytest.raises(CommandError, match="SC567"):  # notes of FHIR, which are read there too
        annotate(nlp, folder, folder / "new.ndjson", RunSettings("fhir"))
    (folder / "b.json").write_text(sent := '{"resourceType": "DocumentReference"}')
    with pytest.raises(CommandError, match="SC567"):
        annotate(nlp, folder, folder / "b.json", RunSettings("jsonl", force=True))
    assert (folder / "b.json").read_text() == sent
    (folder / "b.json").unlink()
    assert source.read_text() == '{"text": "rash"}'
    assert sorted(path.name for path in folder.iterdir()) == [
        "a.txt",
        "b.txt",
        "c.txt",
        "readme.md",
    ]
    annotate(nlp, folder, folder / "out.jsonl")
    assert annotate(nlp, folder, tmp_path / "out.jsonl").passed_over == {".md": 1, ".jsonl": 1}


class Growing(Notes):
    """Notes, of which the second reading has others."""

    def __init__(self, *readings: list[Note]) -> None:
        super().__init__([])
        self.readings = iter(readings)

    def __iter__(self) -> Iterator[Note]:
        return iter(next(self.readings))


MANY = [Note(str(i), "rash") for i in range(130)]
CHANGED = {
    "first": ([Note("0", "fever"), *MANY[1:]], 1),
    "meta": ([*MANY[:-1], Note("129", "rash", {"ward": 1})], 129),
    "fewer": (MANY[:128], 129),
    "more": ([*MANY, *(Note(str(i), "rash") for i in range(130, 260))], 129),
}


@pytest.mark.parametrize(("second", "number"), CHANGED.values(), ids=CHANGED)
def test_notes_that_change_while_they_are_read(
    tmp_path: Path, second: list[Note], number: int
) -> None:
    with pytest.raises(CommandError, match=rf"SC568.*from number {number} on"):
        annotate(spacy.blank("en"), Growing(MANY, second), tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()
