"""A run that is killed, at any moment and however often, loses no note and doubles none."""

import json
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.batch import annotation_run as run_module
from spacy_clinical.batch import note_digests
from spacy_clinical.batch.annotation_run import annotate
from spacy_clinical.batch.note_reader import Notes
from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.docs import set_relations
from spacy_clinical.errors import CommandError
from spacy_clinical.formats import read, read_jsonl
from spacy_clinical.note import Note

from .fakes import find_words

FORK = multiprocessing.get_context("fork")
WORDS = ("aspirin", "naproxen", "rash", "fever", "no", "after", "and", "the")


def find_and_relate(doc: Doc) -> Doc:
    """Mentions, and a relation from each to the next; a doc of one word "broken" fails."""
    if doc.text == "broken":
        raise ValueError("Secretname")
    find_words(doc)
    n = len(doc.spans["clinical"])
    set_relations(doc, [(i, i + 1, "NEXT", 0.5) for i in range(n - 1)])
    return doc


Language.component("test_find_and_relate", assigns=["doc.ents"], func=find_and_relate)


def make_notes(count: int) -> list[Note]:
    chance = random.Random(0)
    texts = [" ".join(chance.choices(WORDS, k=chance.randrange(1, 40))) for _ in range(count)]
    notes = [Note(f"n{i}", text, {"ward": i % 3}) for i, text in enumerate(texts)]
    notes[count // 2] = Note("bad", "broken")
    return notes


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("test_find_and_relate")
    return nlp


def contents(target: Path) -> dict[str, bytes]:
    files = sorted(target.rglob("*")) if target.is_dir() else [target]
    return {str(file.relative_to(target.parent)): file.read_bytes() for file in files}


def start(*args: Any) -> Any:
    process = FORK.Process(target=annotate, args=args)
    process.start()
    return process


@pytest.mark.parametrize(("name", "count", "n_process"), [("out.jsonl", 800, 1), ("brat", 400, 2)])
def test_killed_five_times(
    nlp: Language, tmp_path: Path, name: str, count: int, n_process: int
) -> None:
    """SIGKILL while the process runs, at random moments. (benchmarks/annotate_restart.py does it
    with 2,000 notes and a trained pipeline.)"""
    notes = make_notes(count)
    settings = RunSettings(n_process=n_process, progress=False)
    began = time.monotonic()
    whole = annotate(nlp, notes, tmp_path / "whole" / name, settings)
    duration = time.monotonic() - began
    target = tmp_path / "killed" / name
    chance = random.Random(len(name) + n_process)
    for _ in range(5):
        process = start(nlp, notes, target, settings)
        time.sleep(chance.uniform(0, duration / 5))
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert process.exitcode == -signal.SIGKILL
        assert not target.exists()
    summary = annotate(nlp, notes, target, settings)
    assert contents(target) == contents(tmp_path / "whole" / name)
    assert summary.notes == whole.notes == count - 1
    assert (summary.mentions, summary.relations) == (whole.mentions, whole.relations)
    records = list(read(target))
    assert sorted(r.id for r in records) == sorted(n.id for n in notes if n.id != "bad")
    (failed,) = (tmp_path / "killed" / f"{name}.failed.jsonl").read_text().splitlines()
    assert json.loads(failed) == {
        "id": "bad",
        "code": "SC518",
        "error": "[SC518] The pipeline failed on the note with a ValueError.",
    }
    left = {path.name for path in (tmp_path / "killed").iterdir()}
    assert left == {name, f"{name}.failed.jsonl"}


def run_until(step: int, names: tuple[str, ...], job: Callable[[], Any]) -> bool:
    """Do a job in a process that vanishes at the n-th call of these functions of `os`.

    RETURNS (bool): Whether it vanished.
    """

    def vanishing() -> None:
        calls = 0
        for name in names:
            original = getattr(os, name)

            def counted(*args: Any, original: Any = original, **kwargs: Any) -> Any:
                nonlocal calls
                calls += 1
                if calls == step:
                    os._exit(9)
                return original(*args, **kwargs)

            setattr(os, name, counted)
        job()

    process = FORK.Process(target=vanishing)
    process.start()
    process.join()
    return process.exitcode == 9


CALLS = ("replace", "fsync", "unlink", "rmdir", "mkdir")


@pytest.mark.parametrize("name", ["out.jsonl", "brat"])
def test_killed_at_every_step(
    nlp: Language, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the first run ends, before or after a change on the disk, the second completes."""
    monkeypatch.setattr(note_digests, "BLOCK", 4)
    notes = make_notes(7)
    whole = tmp_path / "whole" / name
    annotate(nlp, notes, whole, RunSettings(progress=False))
    step = 0
    while True:
        step += 1
        target = tmp_path / str(step) / name

        def job(target: Path = target) -> None:
            annotate(nlp, notes, target, RunSettings(progress=False))

        if not run_until(step, CALLS, job):
            break
        try:
            summary = annotate(nlp, notes, target, RunSettings(progress=False))
        except CommandError as error:  # done but for the last cleaning up: the target is there
            assert ("SC022" if name == "brat" else "SC551") in str(error), step
        else:
            assert summary.notes == 6
        assert contents(target) == contents(whole), step
        names = {path.name for path in target.parent.iterdir()}
        assert {name, f"{name}.failed.jsonl"} <= names
    assert step > 15


def test_finished_blocks_are_not_run_again(
    nlp: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(note_digests, "BLOCK", 4)
    notes = make_notes(10)
    target = tmp_path / "out.jsonl"

    def until_the_second_block() -> None:
        run_until(4, ("replace",), lambda: annotate(nlp, notes, target))

    until_the_second_block()
    seen: list[str] = []
    counting = spacy.blank("en")
    counting.add_pipe("test_find_and_relate")
    monkeypatch.setattr(run_module, "fingerprint_model", lambda nlp: "same")
    summary = None
    with pytest.raises(CommandError, match=r"SC513.*other pipeline: 2 blocks are done"):
        annotate(counting, notes, target)
    monkeypatch.undo()
    monkeypatch.setattr(note_digests, "BLOCK", 4)
    original = nlp.pipe

    def pipe(docs: Sequence[Doc], **kwargs: Any) -> Iterator[Doc]:
        seen.extend(doc.text for doc in docs)
        return original(docs, **kwargs)

    monkeypatch.setattr(nlp, "pipe", pipe)
    summary = annotate(nlp, notes, target)
    assert sorted(seen) == sorted(note.text for note in notes[8:])
    assert (summary.resumed, summary.notes) == (8, 9)


def test_other_notes_and_anew(nlp: Language, tmp_path: Path) -> None:
    notes = make_notes(10)
    target = tmp_path / "out.jsonl"
    assert run_until(3, ("replace",), lambda: annotate(nlp, notes, target))
    changed = [*notes[:-1], Note("n9", "something else")]
    with pytest.raises(CommandError, match=r"SC513.*with other notes: .*--anew") as caught:
        annotate(nlp, changed, target)
    assert "something" not in str(caught.value)
    annotate(nlp, changed, target, RunSettings(anew=True))
    assert list(read_jsonl(target))[-1].text == "something else"


def test_two_runs_at_once(nlp: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spacy_clinical.batch.resumable_folder.PATIENCE", 0.1)
    target = tmp_path / "out.jsonl"

    def notes() -> Iterator[Note]:
        yield from make_notes(4)

    class Nosy(Notes):
        """While the notes are read for annotation, starts a second run."""

        reads = 0

        def __iter__(self) -> Iterator[Note]:
            Nosy.reads += 1
            if Nosy.reads == 2:
                with pytest.raises(CommandError, match="SC515"):
                    annotate(nlp, make_notes(4), target)
            return notes()

    assert annotate(nlp, Nosy([]), target).notes == 3
    assert Nosy.reads == 2


def die(doc: Doc) -> Doc:
    if multiprocessing.parent_process() is not None and doc.text == "broken":
        os._exit(1)
    return doc


Language.component("test_die", func=die)


def test_a_worker_that_dies(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("test_die")
    with pytest.raises(CommandError, match="SC516"):
        annotate(nlp, make_notes(10), tmp_path / "out.jsonl", RunSettings(n_process=2))
    assert not (tmp_path / "out.jsonl").exists()


# Of a process with two workers: them, and what their start method has besides, such as a server
# (that the workers are children of) and a tracker of resources.
DESCENDANTS = {"fork": 2, "spawn": 3, "forkserver": 4}[multiprocessing.get_start_method()]


def descendants_of(pid: int) -> set[int]:
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(status.parent.name)] = int(fields[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_workers_leave_with_a_killed_parent(nlp: Language, tmp_path: Path) -> None:
    notes = make_notes(3000)
    process = start(nlp, notes, tmp_path / "out.jsonl", RunSettings(n_process=2, progress=False))
    deadline = time.monotonic() + 300
    while len(workers := descendants_of(process.pid)) < DESCENDANTS:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.01)
