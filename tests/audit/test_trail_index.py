"""The index of a trail: as quick as it is, it leads to nothing that the trail doesn't hold."""

import os
from pathlib import Path

import pytest

import spacy_clinical.audit.trail_files as trail_files
import spacy_clinical.audit.trail_index as trail_index
from spacy_clinical.audit import AuditKey, Trail
from spacy_clinical.audit.tracing import Source, trace
from spacy_clinical.audit.trail_check import Place, check_trail
from spacy_clinical.audit.trail_head import HEAD, day_files
from spacy_clinical.audit.trail_index import INDEX, index_trail
from spacy_clinical.errors import AuditError

from .trails import KEY, MODEL, audited, make_trail


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_index, "BLOCK", 16)


@pytest.fixture
def trail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two days, a run on each, three notes in both."""
    for day, first in (("2026-01-01", 0), ("2026-01-02", 97)):
        monkeypatch.setattr(trail_files, "now", lambda day=day: f"{day}T01:02:03.004Z")
        with Trail(tmp_path, KEY, "user:test").run("annotate", MODEL) as run:
            for start in range(first, first + 100, 10):
                run.notes(audited(i) for i in range(start, start + 10))
    return tmp_path


def numbers(folder: Path, i: int, key: AuditKey = KEY) -> list[tuple[str, int, str]]:
    found = trace(folder, key, Source(f"MRN-{i}"))
    assert all(t.counts["mentions"] == {"DRUG": 1, "SIGN": 1} for t in found)
    return [(t.file, t.row["n"], t.run["actor"]) for t in found]


def checked_from(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many lines aren't checked again one after the other."""
    seen: list[int] = []

    def check(*given: object, since: Place, **more: object) -> object:
        seen.append(since.n)
        return check_trail(*given, since=since, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(trail_index, "check_trail", check)
        index_trail(folder, KEY)
    return seen[0]


def test_every_note_is_found_with_it_as_without(
    trail: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = []
    for i in range(197):
        (trail / INDEX).unlink(missing_ok=True)
        without.append(numbers(trail, i))
    lines = check_trail(trail).lines
    assert checked_from(trail, monkeypatch) == lines
    assert [numbers(trail, i) for i in range(197)] == without
    assert [len(found) for found in without] == [1] * 97 + [2] * 3 + [1] * 97
    assert {found[0][0] for found in without} == {"2026-01-01.jsonl", "2026-01-02.jsonl"}
    with pytest.raises(AuditError, match="SC946"):
        numbers(trail, 197)


def test_what_is_written_later_is_found(trail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few lines are read anew each time, many are added to the index."""
    numbers(trail, 0)
    lines = check_trail(trail).lines
    make_trail(trail, 3)
    assert len(numbers(trail, 1)) == 2
    assert checked_from(trail, monkeypatch) == lines
    make_trail(trail, 100)
    assert len(numbers(trail, 1)) == 3
    assert checked_from(trail, monkeypatch) == check_trail(trail).lines
    assert len(numbers(trail, 1)) == 3 and len(numbers(trail, 98)) == 3


def damage(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data and len(old) == len(new)
    path.write_bytes(data.replace(old, new, 1))


def test_lines_that_it_leads_to_are_checked_again(trail: Path) -> None:
    """A change that keeps the size, in a note's line, beside it, or where its run began."""
    numbers(trail, 50)
    (first, _), own = day_files(trail), KEY.note_id("MRN-50").encode()
    sound = first.read_bytes()
    line = next(line for line in sound.splitlines() if own in line)
    for old, new in (
        (line, line.replace(b'"chars":30', b'"chars":31')),
        (line, line.replace(own, KEY.note_id("MRN-500").encode())),
        (b'"user:test"', b'"user:else"'),
    ):
        damage(first, old, new)
        with pytest.raises(AuditError, match="SC944"):
            numbers(trail, 50)
        first.write_bytes(sound)
    assert len(numbers(trail, 50)) == 1


def test_an_end_that_was_cut_is_seen(trail: Path) -> None:
    numbers(trail, 50)
    for path in day_files(trail):
        sound = path.read_bytes()
        path.write_bytes(b"".join(sound.splitlines(keepends=True)[:-1]))
        with pytest.raises(AuditError, match="SC944"):
            numbers(trail, 50)
        path.write_bytes(sound)
    (trail / HEAD).unlink()
    with pytest.raises(AuditError, match="SC944"):
        numbers(trail, 50)


def test_an_index_that_isnt_ours_is_none(trail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changed, of another key, or of another trail: all is checked, and the right one written."""
    expected = numbers(trail, 50)
    lines, sound = check_trail(trail).lines, (trail / INDEX).read_bytes()
    other = AuditKey(b"a key of another site")
    index_trail(trail, other)
    foreign = (trail / INDEX).read_bytes()
    middle = len(sound) // 2
    changed = sound[:middle] + bytes([sound[middle] ^ 1]) + sound[middle + 1 :]
    for data in (foreign, changed, sound[:-12], b"", b"\n", b"\xff\n{}", sound.partition(b"\n")[2]):
        (trail / INDEX).write_bytes(data)
        assert checked_from(trail, monkeypatch) == 0
        assert (trail / INDEX).read_bytes() == sound
        assert numbers(trail, 50) == expected
    assert checked_from(trail, monkeypatch) == lines


def test_it_names_no_note(trail: Path) -> None:
    numbers(trail, 50)
    data = (trail / INDEX).read_bytes()
    assert b"MRN-50" not in data and KEY.note_id("MRN-50").encode() not in data
    assert (trail / INDEX).stat().st_mode & 0o077 == 0


def test_a_folder_that_cant_be_written_is_traced_too(
    trail: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(trail_index.os, "replace", refuse)
    assert len(numbers(trail, 50)) == 1
    assert not (trail / INDEX).exists() and not list(trail.glob(".INDEX*"))


def test_who_may_not_write_goes_without(trail: Path) -> None:
    """The index's temporary file can be neither written nor taken away, as on a read-only mount."""
    temporary = trail / f".{INDEX}.{os.getpid()}.tmp"
    temporary.mkdir()
    assert len(numbers(trail, 0)) == 1
    assert not (trail / INDEX).exists() and temporary.is_dir()


def test_only_its_owner_reads_it(trail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From its first byte on, whatever the umask."""
    modes: list[int] = []

    def see(path: Path, data: bytes) -> int:
        modes.append(path.stat().st_mode & 0o777)
        return write(path, data)

    write = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", see)
    former = os.umask(0)
    try:
        numbers(trail, 0)
    finally:
        os.umask(former)
    assert modes == [0o600] and (trail / INDEX).stat().st_mode & 0o777 == 0o600
