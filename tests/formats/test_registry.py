"""Formats by name, and the guess where no name is given."""

from pathlib import Path

import pytest

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import FORMATS, guess_format, read, write
from spacy_clinical.records import Entity, Record

RECORD = Record("7", "ab\ncd", (Entity("T1", "X", ((0, 2),), "D1"),))
PATHS = {"brat": "corpus", "jsonl": "corpus.JSONL", "pubtator": "corpus.PubTator.txt"}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_written_guessed_and_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / PATHS[name]
    assert write([RECORD], path, name) == 1
    assert guess_format(path) == name
    assert list(read(path)) == list(read(str(path), name)) == [RECORD]


def test_a_suffix_tells_before_the_file_is_there(tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.pubtator"):
        assert write([RECORD], tmp_path / name) == 1
        assert list(read(tmp_path / name)) == [RECORD]


def test_options_reach_the_reader(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1|t|a\n1|a|\n1\t0\t1\tb\tX\n")
    (record,) = read(tmp_path / "a", strict=False)
    assert record.meta == {"text_mismatches": ["T1"]}


def test_what_cant_be_guessed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a note")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "empty.jsonl").mkdir()
    for name in ("a.txt", "empty.txt", "empty.jsonl", "nowhere"):
        with pytest.raises(FormatError, match=rf"SC024.*{name}.*brat, jsonl, pubtator"):
            read(tmp_path / name)
    with pytest.raises(FormatError, match=r"SC024.*'conll' is no format"):
        read(tmp_path / "a.txt", "conll")
    with pytest.raises(FormatError, match="SC024"):
        write([RECORD], tmp_path / "new")
