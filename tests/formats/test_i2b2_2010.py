"""i2b2 2010's concepts, assertions and relations, in notes of our own."""

from collections import Counter
from pathlib import Path

import pytest

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import guess_format, read, write
from spacy_clinical.formats.rejected_documents import Reject
from spacy_clinical.records import Attribute, Entity, Record, Relation

from .samples import mentions, put, relations, said

TEXT = "Course :\nShe denies Chest  pain .\nECG showed no ischemia ."
CONCEPTS = [
    'c="chest pain" 2:2 2:3||t="problem"',
    'c="ecg" 3:0 3:0||t="test"',
    'c="ischemia" 3:3 3:3||t="problem"',
]
ASSERTIONS = [
    'c="chest pain" 2:2 2:3||t="problem"||a="absent"',
    'c="ischemia" 3:3 3:3||t="problem"||a="absent"',
]
RELATIONS = ['c="ecg" 3:0 3:0||r="TeRP"||c="ischemia" 3:3 3:3']


def corpus(folder: Path) -> Path:
    put(folder / "txt" / "n1.txt", TEXT)
    put(folder / "concept" / "n1.con", *CONCEPTS, "")
    put(folder / "ast" / "n1.ast", *ASSERTIONS)
    put(folder / "rel" / "n1.rel", *RELATIONS)
    return folder


def test_the_challenge_s_folders(tmp_path: Path) -> None:
    (record,) = read(corpus(tmp_path))
    assert guess_format(tmp_path) == "i2b2_2010"
    assert mentions(record) == [
        ("Chest  pain", "problem"),
        ("ECG", "test"),
        ("ischemia", "problem"),
    ]
    assert said(record) == [
        ("Chest  pain", "assertion", "absent"),
        ("ischemia", "assertion", "absent"),
    ]
    assert relations(record) == [("ECG", "TeRP", "ischemia")]


def test_one_folder_and_files_that_are_missing(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", "Gout .")
    put(tmp_path / "a.con", 'c="gout" 1:0 1:0||t="problem"')
    put(tmp_path / "b.con", 'c="gout" 1:0 1:0||t="problem"')
    rejects: list[Reject] = []
    (record,) = read(tmp_path, rejects=rejects)
    assert mentions(record) == [("Gout", "problem")]
    assert [(r.code, Path(r.where).name) for r in rejects] == [("SC010", "b.con")]


@pytest.mark.parametrize(
    ("file", "line", "message"),
    [
        ("concept/n1.con", 'c="rash" 2:2 2:3||t="problem"', "line 1: found other text"),
        ("concept/n1.con", 'c="rash" 9:0 9:0||t="problem"', "line 1: found the token 9:0"),
        ("concept/n1.con", "rash 2:2", "line 1: found a malformed line"),
        ("ast/n1.ast", 'c="ecg" 3:0 3:0||t="problem"||a="absent"', "assertion of no concept"),
        ("rel/n1.rel", 'c="she" 2:0 2:0||r="PIP"||c="ecg" 3:0 3:0', "relation of no concept"),
    ],
)
def test_what_contradicts_itself(tmp_path: Path, file: str, line: str, message: str) -> None:
    put(corpus(tmp_path) / file, line)
    with pytest.raises(FormatError, match=message) as caught:
        list(read(tmp_path))
    assert "rash" not in str(caught.value)


def test_what_is_written(tmp_path: Path) -> None:
    (record,) = read(corpus(tmp_path / "in"))
    write([record], tmp_path / "out", "i2b2_2010")
    for name in ("txt/n1.txt", "concept/n1.con", "ast/n1.ast", "rel/n1.rel"):
        written = (tmp_path / "out" / name).read_text().splitlines()
        assert written == (tmp_path / "in" / name).read_text().splitlines()


def test_what_has_no_place_is_counted(tmp_path: Path) -> None:
    record = Record(
        "n",
        "Gout. Rash",
        (Entity("a", "x", ((0, 4),)), Entity("b", "x", ((6, 10),), "D1", 0.5)),
        (Relation("a", "b", "r"), Relation("b", "b", "r")),
        (Attribute("b", "polarity", "NEG"), Attribute("b", "assertion", "absent")),
    )
    left_out: Counter[str] = Counter()
    write([record], tmp_path / "out", "i2b2_2010", left_out=left_out)
    assert (tmp_path / "out/ast/n.ast").read_text() == 'c="rash" 1:1 1:1||t="x"||a="absent"\n'
    assert left_out == {
        "mentions that aren't between blanks": 1,
        "relations": 1,
        "attributes": 1,
        "concepts of mentions": 1,
        "scores of mentions": 1,
    }


def test_all_four_files_of_a_note_in_one_folder(tmp_path: Path) -> None:
    put(tmp_path / "n1.txt", TEXT)
    put(tmp_path / "n1.con", *CONCEPTS)
    put(tmp_path / "n1.ast", *ASSERTIONS)
    put(tmp_path / "n1.rel", *RELATIONS)
    (record,) = read(tmp_path)
    assert guess_format(tmp_path) == "i2b2_2010"
    assert relations(record) == [("ECG", "TeRP", "ischemia")]


def test_notes_of_one_name_in_several_folders_stay_apart(tmp_path: Path) -> None:
    for part, word in (("beth", "gout"), ("partners", "rash")):
        put(tmp_path / part / "txt" / "record-1.txt", f"No {word} .")
        put(tmp_path / part / "concept" / "record-1.con", f'c="{word}" 1:1 1:1||t="problem"')
    put(tmp_path / "unannotated" / "record-2.txt", "Nothing .")
    left_out: Counter[str] = Counter()
    records = list(read(tmp_path, left_out=left_out))
    assert [(r.id, *mentions(r)) for r in records] == [
        ("beth-concept-record-1", ("gout", "problem")),
        ("partners-concept-record-1", ("rash", "problem")),
    ]
    assert left_out == {"texts without concepts": 1}
