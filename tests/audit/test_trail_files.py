"""The chain: whatever is done to it afterwards is found; a writer may be killed at any moment."""

import os
import random
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from spacy_clinical.audit import trail_files
from spacy_clinical.audit.hash_chain import START, hash_of, is_sound, seal
from spacy_clinical.audit.trail_check import check_trail, refuse_faults
from spacy_clinical.audit.trail_files import Chain
from spacy_clinical.audit.trail_head import HEAD, day_files, read_head
from spacy_clinical.errors import AuditError

from .trails import make_trail, rows

NOTES = 100


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trail over two days: a hundred notes, then one event."""
    folder = make_trail(tmp_path_factory.mktemp("trail"), NOTES)
    (first,) = day_files(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trail_files, "now", lambda: "2999-01-02T03:04:05.678Z")
        Chain(folder).add([{"event": "tune"}], sync=True)
    assert [path.name for path in day_files(folder)] == [first.name, "2999-01-02.jsonl"]
    return folder


@pytest.fixture()
def trail(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "trail"))


def test_a_line_by_hand() -> None:
    """BLAKE2b-128 of the former hash and the line up to its hash, base64 for addresses."""
    line, this = seal({"n": 0, "event": "x"}, START)
    assert line == b'{"n":0,"event":"x","this":"' + this.encode() + b'"}\n'
    assert this == hash_of(b'{"n":0,"event":"x"', START) == "rXj7q0-zt_yg8hhyhW9xnw"
    assert is_sound(line[:-1], START) and not is_sound(line[:-1], this)
    assert not is_sound(b"", START) and not is_sound(b'","this":"', START)


def test_a_whole_trail(whole: Path) -> None:
    checked = check_trail(whole, whole / HEAD)
    assert not checked.faults and not checked.notes
    found = list(rows(whole))
    assert [row["n"] for row in found] == list(range(checked.lines))
    assert checked.head == read_head(whole / HEAD)
    assert found[-2]["prev"] == found[-3]["this"] and found[-2]["former"]
    assert sum(row["event"] == "note" for row in found) == NOTES


def mutations(lines: list[bytes], dice: random.Random) -> Iterator[tuple[str, bytes]]:
    """Trails of lines that were changed in one place."""
    data = b"".join(lines)
    for at in sorted(dice.sample(range(len(data)), 150)):
        other = dice.choice([c for c in range(256) if c != data[at]])
        yield f"byte {at}", data[:at] + bytes([other]) + data[at + 1 :]
        if at % 3 == 0:
            yield f"without byte {at}", data[:at] + data[at + 1 :]
            yield f"one byte more at {at}", data[:at] + b" " + data[at:]
    for i in dice.sample(range(len(lines)), 25):
        yield f"without line {i}", b"".join(lines[:i] + lines[i + 1 :])
        yield f"line {i} twice", b"".join([*lines[:i], lines[i], *lines[i:]])
        yield f"cut at line {i}", b"".join(lines[:i])
        j = dice.choice([k for k in range(len(lines)) if k != i])
        swapped = list(lines)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        yield f"lines {i} and {j} swapped", b"".join(swapped)


def test_every_change_is_found(trail: Path) -> None:
    for path in day_files(trail):
        content = path.read_bytes()
        lines = content.splitlines(keepends=True)
        dice = random.Random(7)
        kinds = mutations(lines, dice) if len(lines) > 40 else []
        for what, changed in [*kinds, ("empty", b""), ("half", content[: len(content) // 2])]:
            path.write_bytes(changed)
            assert check_trail(trail).faults, what
        path.unlink()
        assert check_trail(trail).faults
        path.write_bytes(content)
    assert not check_trail(trail).faults


@pytest.mark.parametrize("number", [0, 1, 60])
def test_a_line_that_was_written_anew_needs_all_behind_it(trail: Path, number: int) -> None:
    """A forger who also seals the line is found by the line behind it."""
    path = day_files(trail)[0]
    lines = path.read_bytes().splitlines(keepends=True)
    former = lines[number - 1][-25:-3].decode() if number else START
    lines[number] = seal({"n": number, "event": "forged"}, former)[0]
    path.write_bytes(b"".join(lines))
    assert [fault.line for fault in check_trail(trail).faults if fault.file == path.name][-1] in (
        number + 1,
        number + 2,
    )


def test_every_byte_of_the_head_counts(trail: Path) -> None:
    head = trail / HEAD
    content = head.read_bytes()
    for at in range(len(content)):
        head.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert check_trail(trail).faults
    head.unlink()
    assert check_trail(trail).faults


def test_a_trail_that_was_rewritten_whole_is_found_by_a_copy_of_the_head(
    trail: Path, tmp_path: Path
) -> None:
    witness = shutil.copy(trail / HEAD, tmp_path / "kept")
    shutil.rmtree(trail)
    make_trail(trail, 40)
    assert not check_trail(trail).faults
    faults = check_trail(trail, witness).faults
    assert [fault.file for fault in faults] == ["kept"]
    with pytest.raises(AuditError, match=r"SC944.*1 faults"):
        refuse_faults(trail, check_trail(trail, witness))


def test_a_head_of_before_is_no_fault(trail: Path, tmp_path: Path) -> None:
    witness = shutil.copy(trail / HEAD, tmp_path / "kept")
    Chain(trail).add([{"event": "x"}], sync=True)
    assert not check_trail(trail, witness).faults


@pytest.mark.parametrize("left", [1, 20, 33, 34])
def test_a_torn_line_is_cut_off_and_told(trail: Path, left: int) -> None:
    """The head hasn't seen it: its writer died before."""
    day = day_files(trail)[-1]
    head = (trail / HEAD).read_bytes()
    before = day.read_bytes()
    Chain(trail).add([{"event": "x"}])
    (trail / HEAD).write_bytes(head)
    day.write_bytes(before + day.read_bytes()[len(before) :][:left])
    assert check_trail(trail).faults
    Chain(trail).add([{"event": "y"}], sync=True)
    checked = check_trail(trail)
    assert not checked.faults
    (told,) = checked.notes
    assert f"({left} bytes)" in told
    assert [row["event"] for row in rows(trail)][-2:] == ["repair", "y"]


def test_a_line_without_its_end_is_kept(trail: Path) -> None:
    day = day_files(trail)[-1]
    day.write_bytes(day.read_bytes()[:-1])
    n = len(list(rows(trail)))
    Chain(trail).add([{"event": "y"}], sync=True)
    assert not check_trail(trail).faults and not check_trail(trail).notes
    assert len(list(rows(trail))) == n + 1


def test_a_first_line_that_is_torn(tmp_path: Path) -> None:
    (tmp_path / "2020-01-01.jsonl").write_bytes(b'{"n":0,"ti')
    Chain(tmp_path).add([{"event": "x"}], sync=True)
    assert not check_trail(tmp_path).faults
    assert [row["event"] for row in rows(tmp_path)] == ["open", "repair", "x"]


def test_lines_that_the_head_knew_stay_missed(trail: Path) -> None:
    """Whoever cuts the end and lets the program go on leaves a line that says so, for ever."""
    day = day_files(trail)[0]
    day_files(trail)[1].unlink()
    day.write_bytes(b"".join(day.read_bytes().splitlines(keepends=True)[:-3]))
    Chain(trail).add([{"event": "x"}], sync=True)
    faults = check_trail(trail).faults
    assert ["5 lines" in str(fault) for fault in faults] == [True]
    Chain(trail).add([{"event": "y"}], sync=True)
    assert len(check_trail(trail).faults) == 1


def test_writers_side_by_side(tmp_path: Path) -> None:
    """Threads and chains of their own, as processes have."""

    def write(chain: Chain) -> None:
        for i in range(20):
            chain.add([{"event": "a", "i": i}, {"event": "b", "i": i}])

    shared = Chain(tmp_path)
    chains = [shared, shared, Chain(tmp_path), Chain(tmp_path)]
    threads = [threading.Thread(target=write, args=(chain,)) for chain in chains]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shared.add([], sync=True)
    checked = check_trail(tmp_path)
    assert not checked.faults and not checked.notes
    told = [(row["event"], row.get("i")) for row in rows(tmp_path)]
    assert len(told) == 1 + 4 * 40
    assert all(b == ("b", a[1]) for a, b in zip(told[1::2], told[2::2], strict=True))


def write_for_ever(folder: Path) -> int:
    """RETURNS (int): A process that does nothing else."""
    child = os.fork()
    if not child:
        chain = Chain(folder)
        while True:
            chain.add([{"event": "x", "filler": "-" * 300}] * 50)
    return child


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no os.fork here")
def test_a_writer_that_is_killed(tmp_path: Path) -> None:
    """Killed in the middle of its work, often: the trail is whole, perhaps behind a repair."""

    def size() -> int:
        return sum(path.stat().st_size for path in day_files(tmp_path))

    for i in range(20):
        before = size()
        child = write_for_ever(tmp_path)
        while size() < before + 20_000 + 977 * i:
            pass
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        Chain(tmp_path).add([{"event": "next"}], sync=True)
    checked = check_trail(tmp_path)
    assert not checked.faults
    assert all("torn" in note for note in checked.notes)
    assert [row["event"] for row in rows(tmp_path)].count("next") == 20


def test_a_clock_put_back_starts_no_former_day(trail: Path) -> None:
    Chain(trail).add([{"event": "today"}], sync=True)
    assert day_files(trail)[-1].name == "2999-01-02.jsonl"
    assert not check_trail(trail).faults


def test_what_cant_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AuditError, match="SC940"):
        Chain(tmp_path / "file")
    with pytest.raises(AuditError, match="SC943"):
        check_trail(tmp_path)


def test_a_folder_is_made_with_its_first_lines(tmp_path: Path) -> None:
    chain = Chain(tmp_path / "new" / "trail")
    assert not list(tmp_path.iterdir())
    chain.add([{"event": "x"}], sync=True)
    assert not check_trail(tmp_path / "new" / "trail").faults


def test_a_full_disk_leaves_no_half_line(trail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day = day_files(trail)[-1]
    before, write = day.read_bytes(), os.write

    def full(descriptor: int, data: memoryview) -> int:
        if len(data) > 100:
            return write(descriptor, data[:50])
        raise OSError(28, "No space left on device")

    chain = Chain(trail)
    monkeypatch.setattr(trail_files.os, "write", full)
    with pytest.raises(AuditError, match=r"SC940.*No space left"):
        chain.add([{"event": "x", "filler": "-" * 60}])
    monkeypatch.undo()
    assert day.read_bytes() == before
    chain.add([{"event": "x"}], sync=True)
    assert not check_trail(trail).faults


@pytest.mark.parametrize("content", [None, b"", b"{}"])
def test_a_cut_trail_without_its_head_stays_told(trail: Path, content: bytes | None) -> None:
    """Whoever cuts the end takes the head away too: the next writer says that it found none."""
    day_files(trail)[1].unlink()
    day = day_files(trail)[0]
    day.write_bytes(b"".join(day.read_bytes().splitlines(keepends=True)[:-3]))
    (trail / HEAD).unlink()
    if content is not None:
        (trail / HEAD).write_bytes(content)
    for event in ("x", "y"):
        Chain(trail).add([{"event": event}], sync=True)
        (fault,) = check_trail(trail).faults
        assert "HEAD was missing" in str(fault)


def test_a_first_write_that_is_stopped_before_its_head(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a process is that is killed: the lines are there, the head knows none of them."""

    def killed(descriptor: int) -> None:
        os._exit(9)

    monkeypatch.setattr(trail_files.os, "fsync", killed)
    if not (child := os.fork()):
        try:
            Chain(tmp_path).add([{"event": "x"}])
        finally:
            os._exit(1)
    monkeypatch.undo()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert not check_trail(tmp_path).faults
    Chain(tmp_path).add([{"event": "y"}], sync=True)
    assert not check_trail(tmp_path).faults
    assert [row["event"] for row in rows(tmp_path)] == ["open", "x", "y"]


@pytest.mark.parametrize("before", [0, 1])
def test_lines_that_cant_be_forced_to_the_disk_are_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    chain = Chain(tmp_path)
    for i in range(before):
        chain.add([{"event": f"before {i}"}], sync=True)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(trail_files.os, "fsync", full)
    with pytest.raises(AuditError, match="SC940"):
        chain.add([{"event": "lost"}], sync=True)
    monkeypatch.undo()
    chain.add([{"event": "kept"}], sync=True)
    assert not check_trail(tmp_path).faults
    assert [row["event"] for row in rows(tmp_path)][1 + before :] == ["kept"]
