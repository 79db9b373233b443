"""Whether an installation works on this Python: load, predict, two processes, annotate, resume.

    python benchmarks/smoke_python.py [fork|spawn|forkserver]

Takes the small saved pipeline of the tests; prints what each step cost, and the sum of the scores,
which must be the same on every Python.
"""

import json
import multiprocessing
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import spacy

import spacy_clinical
from spacy_clinical.batch.run_settings import RunSettings

SAVED = Path(__file__).parents[1] / "tests" / "saved"
NOTES = 60


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Print what a step takes by the clock and by the processor, its children's time included."""
    began, used = time.monotonic(), _used()
    yield
    print(f"{name:34} {time.monotonic() - began:7.1f} s  {_used() - used:7.1f} s of processor")


def _used() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    """Run all steps."""
    if len(sys.argv) > 1:
        multiprocessing.set_start_method(sys.argv[1])
    method = sys.argv[1] if len(sys.argv) > 1 else "what annotate chooses"
    print(f"Python {platform.python_version()}, processes start by {method}")
    with timed("load"):
        nlp = spacy.load(SAVED / "pipeline")
    rows = json.loads((SAVED / "predicted.json").read_text(encoding="utf-8"))
    texts = [row["text"] for row in rows]
    found = sum(sum(nlp(text).spans["clinical"].attrs["scores"]) for text in texts)
    print(f"scores add up to {found:.3f}, expected {sum(sum(r['scores']) for r in rows):.3f}")
    with timed("nlp.pipe, two processes"):
        both = [len(doc.spans["clinical"]) for doc in nlp.pipe(texts, n_process=2)]
    assert both == [len(row["scores"]) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes"
        notes.mkdir()
        for number in range(NOTES):
            (notes / f"{number}.txt").write_text(texts[number % 2], encoding="utf-8")
        for n_process in (1, 2):
            target, settings = Path(folder) / f"{n_process}.jsonl", RunSettings(n_process=n_process)
            with timed(f"annotate {NOTES} notes, -p {n_process}"):
                done = spacy_clinical.annotate(nlp, notes, target, settings)
            assert (done.notes, done.failed) == (NOTES, [])
        same = (Path(folder) / "1.jsonl").read_bytes() == (Path(folder) / "2.jsonl").read_bytes()
        print(f"one process and two write the same: {same}")
        _resume(nlp, notes, Path(folder) / "resumed.jsonl")


def _resume(nlp: spacy.language.Language, notes: Path, target: Path) -> None:
    """Interrupt a run at its second block, and let it go on."""
    from spacy_clinical.batch import annotation_run, note_digests

    note_digests.BLOCK = 16
    write = annotation_run.Work.write
    annotation_run.Work.write = _failing(write)  # type: ignore[method-assign]
    try:
        spacy_clinical.annotate(nlp, notes, target)
    except KeyboardInterrupt:
        print("interrupted")
    annotation_run.Work.write = write  # type: ignore[method-assign]
    done = spacy_clinical.annotate(nlp, notes, target)
    print(f"went on: {done.resumed} of {done.notes} notes were done before")
    assert done.resumed and done.notes == NOTES


def _failing(write: Callable[..., None]) -> Callable[..., None]:
    def failing(self: object, block: int, results: object) -> None:
        if block == 1:
            raise KeyboardInterrupt
        write(self, block, results)

    return failing


if __name__ == "__main__":
    main()
