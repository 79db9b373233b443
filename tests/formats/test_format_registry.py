"""Formats by name, and the guess where no name is given."""

from collections import Counter
from pathlib import Path

import pytest

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import FORMATS, guess_format, read, write
from spacy_clinical.records import Entity, Record

RECORD = Record("7", "ab\ncd", (Entity("T1", "X", ((0, 2),), "D1"),))
PATHS = {
    "bioc_json": "corpus.json",
    "bioc_xml": "corpus.xml",
    "conll": "corpus.txt",
    "doccano": "corpus.jsonl",
    "jsonl": "corpus.JSONL",
    "label_studio": "corpus.json",
    "prodigy": "corpus.jsonl",
    "pubannotation": "corpus.jsonl",
    "pubtator": "corpus.PubTator.txt",
    "radgraph": "corpus.json",
}


@pytest.mark.parametrize("name", sorted(name for name in FORMATS if FORMATS[name].write))
def test_every_format_is_written_guessed_and_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / PATHS.get(name, "corpus")
    assert write([RECORD], path, name, left_out=Counter()) == 1
    assert guess_format(path) == name
    (guessed,), (named,) = read(path), read(str(path), name)
    (entity,) = guessed.entities
    assert guessed == named
    assert (guessed.id in ("7", "corpus"), guessed.text) == (True, RECORD.text)
    assert (entity.label, entity.fragments, entity.concept in ("D1", "")) == ("X", ((0, 2),), True)


def test_no_format_is_met_with_another_ones_error(tmp_path: Path) -> None:
    """Each file, read as each other format: an error that names both, or the same mention."""
    wrong = 0
    for name in FORMATS:
        if FORMATS[name].write is None:
            continue
        path = tmp_path / name / PATHS.get(name, "corpus")
        write([RECORD], path, name, left_out=Counter())
        for other in FORMATS.keys() - {name}:
            with pytest.raises(FormatError, match="SC029") as caught:
                list(read(path, other))
            assert FORMATS[name].title in str(caught.value)
            wrong += 1
    assert wrong == 17 * 19


def test_a_suffix_tells_before_the_file_is_there(tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.pubtator"):
        assert write([RECORD], tmp_path / name) == 1
        assert list(read(tmp_path / name)) == [RECORD]


def test_options_reach_the_reader(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1|t|a\n1|a|\n1\t0\t1\tb\tX\n")
    (record,) = read(tmp_path / "a", strict=False)
    assert record.meta == {"text_mismatches": ["T1"]}


def test_a_folder_of_corpora_names_them(tmp_path: Path) -> None:
    for name in ("dev", "train", ".hidden"):
        write([RECORD], tmp_path / name, "brat")
    (tmp_path / "scans").mkdir()
    (tmp_path / "readme.txt").write_text("a note")
    with pytest.raises(
        FormatError, match=r"one at a time: 'dev' \(brat standoff\), 'train' \("
    ) as e:
        read(tmp_path)
    assert "hidden" not in str(e.value) and "scans" not in str(e.value)
    assert [record.text for record in read(tmp_path / "dev")] == [RECORD.text]
    (tmp_path / "more").mkdir()
    for name in ("a.jsonl", "b.jsonl", "c.jsonl", "d.jsonl"):
        write([RECORD], tmp_path / "more" / name)
    with pytest.raises(FormatError, match=r"'c.jsonl' \(this package's JSONL\), \.\.\.\. Known"):
        read(tmp_path / "more")


def test_what_cant_be_guessed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a note")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "empty.jsonl").mkdir()
    for name in ("a.txt", "empty.txt", "empty.jsonl", "nowhere"):
        with pytest.raises(FormatError, match=rf"SC024.*{name}.*brat, .*jsonl, .*pubtator"):
            read(tmp_path / name)
    with pytest.raises(FormatError, match=r"SC024.*'nerfile' is no format"):
        read(tmp_path / "a.txt", "nerfile")
    with pytest.raises(FormatError, match="SC024"):
        write([RECORD], tmp_path / "new")
