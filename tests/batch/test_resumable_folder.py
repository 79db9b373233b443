"""The folder of an unfinished run: never somebody else's, never believed when damaged."""

import stat
import zlib
from pathlib import Path

import pytest
import spacy
import srsly

from spacy_clinical.batch.annotation_run import annotate
from spacy_clinical.batch.resumable_folder import Work
from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.batch.worker_pool import Result
from spacy_clinical.errors import CommandError
from spacy_clinical.note import Note

NOTES = [Note("a", "rash"), Note("b", "well")]
PRINT = {"notes": "1", "pipeline": "2", "versions": "3"}


@pytest.fixture()
def work(tmp_path: Path) -> Work:
    """A run with one block done."""
    work = Work(tmp_path / "out.jsonl")
    with work.opened(PRINT):
        work.write(0, [Result("a", b"x"), Result("b", None, "SC518", "failed")])
    return work


@pytest.mark.parametrize("name", [".out.jsonl.unfinished", ".out.jsonl.finished"])
@pytest.mark.parametrize("anew", [False, True])
def test_links_and_folders_of_others_are_refused(tmp_path: Path, name: str, anew: bool) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.doc").write_text("dear")
    settings = RunSettings(anew=anew)
    (tmp_path / name).symlink_to(mine)
    with pytest.raises(CommandError, match=r"SC569.*a link"):
        annotate(spacy.blank("en"), NOTES, tmp_path / "out.jsonl", settings)
    (tmp_path / name).unlink()
    mine.rename(tmp_path / name)
    with pytest.raises(CommandError, match=r"SC569.*files that no run writes"):
        annotate(spacy.blank("en"), NOTES, tmp_path / "out.jsonl", settings)
    assert (tmp_path / name / "thesis.doc").read_text() == "dear"
    assert not (tmp_path / "out.jsonl").exists()


def test_a_link_inside_is_refused(work: Work, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("dear")
    (work.folder / "lock").unlink()
    (work.folder / "lock").symlink_to(tmp_path / "mine")
    with pytest.raises(CommandError, match=r"SC569"), work.opened(PRINT):
        raise AssertionError
    assert (tmp_path / "mine").read_text() == "dear"


def test_readable_to_the_owner_only(work: Work) -> None:
    work.folder.chmod(0o755)
    with work.opened(PRINT):
        assert stat.S_IMODE(work.folder.stat().st_mode) == 0o700


STATES = [b"", b"{", b"[]", b"{}", b'{"started": 3}', b"\xff", b"[" * 20_000]


@pytest.mark.parametrize("state", STATES, ids=range(len(STATES)))
def test_a_damaged_state(work: Work, state: bytes) -> None:
    (work.folder / "run.json").write_bytes(state)
    with pytest.raises(CommandError, match=r"SC570.*run\.json.*--anew"), work.opened(PRINT):
        raise AssertionError
    with work.opened(PRINT, anew=True):
        assert not work.has(0)


def test_every_flipped_byte_of_a_block_is_noticed(work: Work) -> None:
    (path,) = work.folder.glob("*.block")
    data = path.read_bytes()
    whole = work.read(0, 2)
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :])
        with pytest.raises(CommandError, match="SC570"):
            work.read(0, 2)
        path.write_bytes(data[:place])
        with pytest.raises(CommandError, match="SC570"):
            work.read(0, 2)
    path.write_bytes(data)
    assert work.read(0, 2) == whole


@pytest.mark.parametrize("value", [3, "rows", [], [3], [["a", None]], [["a"] * 9] * 2])
def test_blocks_of_another_shape(work: Work, value: object) -> None:
    (path,) = work.folder.glob("*.block")
    path.write_bytes(zlib.compress(srsly.msgpack_dumps(value)))
    with pytest.raises(CommandError, match="SC570"):
        work.read(0, 2)
