"""JSON in files: read with a coded error, written whole or not at all."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from spacy_clinical.errors import CommandError, FormatError
from spacy_clinical.json_io import read_json, write_json, write_json_lines


def test_what_is_written_is_read(tmp_path: Path) -> None:
    value = {"name": "Müller", "scores": [0.5, None]}
    write_json(value, tmp_path / "a.json")
    assert read_json(tmp_path / "a.json") == value
    assert read_json(None) is None


@pytest.mark.parametrize("ascii", [True, False])
def test_lines(tmp_path: Path, ascii: bool) -> None:
    write_json_lines([{"id": "é"}, 2], tmp_path / "a.jsonl", ascii=ascii)
    written = (tmp_path / "a.jsonl").read_bytes()
    assert [json.loads(line) for line in written.splitlines()] == [{"id": "é"}, 2]
    assert written.isascii() is ascii


def test_a_defect_leaves_no_file(tmp_path: Path) -> None:
    def rows() -> Iterator[int]:
        yield 1
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_json_lines(rows(), tmp_path / "a.jsonl")
    assert not list(tmp_path.iterdir())


def test_what_is_no_json(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(CommandError, match="SC010"):
        read_json(tmp_path / "a.json")
    (tmp_path / "b.json").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(FormatError, match="SC015"):
        read_json(tmp_path / "b.json")
