"""Folders with files for each document: names of documents that files can't have."""

from collections import Counter
from pathlib import Path

import pytest

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import read, write
from spacy_clinical.formats.rejected_documents import Reject
from spacy_clinical.records import Entity, Record

FOLDERS = ("brat", "webanno", "i2b2_2010", "i2b2_xml", "cas_xmi", "cas_json")


def records(*ids: str) -> list[Record]:
    return [Record(id, "No rash .", (Entity("T1", "SIGN", ((3, 7),)),)) for id in ids]


@pytest.mark.parametrize("name", FOLDERS)
def test_ids_that_readers_make_are_changed_and_counted(tmp_path: Path, name: str) -> None:
    """Documents of JSON lines without ids are called "FILE:LINE", those of RadGraph by paths."""
    left_out: Counter[str] = Counter()
    given = records("a.jsonl:1", "p10/p1/s1.txt", "fits")
    assert write(given, tmp_path / "out", name, left_out=left_out) == 3
    assert left_out == {"ids that can't be file names, changed to fit": 2}
    ids = ["a.jsonl-1", "fits", "p10-p1-s1.txt"]
    assert sorted(record.id for record in read(tmp_path / "out", name)) == ids


@pytest.mark.parametrize("name", FOLDERS)
def test_without_a_counter_and_without_any_sign_they_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FormatError, match="SC021"):
        write(records("a:1"), tmp_path / "out", name)
    rejects: list[Reject] = []
    counts: Counter[str] = Counter()
    given = records("a:1", "a-1", "", "..", "a/1")
    write(given, tmp_path / "out", name, left_out=counts, rejects=rejects)
    assert [reject.code for reject in rejects] == ["SC025", "SC021", "SC021", "SC025"]
    assert counts == {"ids that can't be file names, changed to fit": 1}
