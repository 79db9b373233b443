"""What an audit trail costs and finds: `python benchmarks/audit.py MODEL NOTES [--lines 1000000]`.

1. The share of `annotate`'s processor time that recording takes: the time inside calls that only
   an audited run makes, of all of it, in one run; and bytes a note.
2. Random changes to a trail of 10,000 lines, each looked for by `audit verify`.
3. `audit trace` in a trail of a million notes: the first time, and after that.
"""

import argparse
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import spacy_clinical.batch.worker_pool as worker_pool
from spacy_clinical.audit import AuditedNote, AuditKey, NoteFacts, Run, Trail
from spacy_clinical.audit.tracing import Source, trace
from spacy_clinical.audit.trail_check import check_trail
from spacy_clinical.audit.trail_head import day_files
from spacy_clinical.audit.trail_index import INDEX
from spacy_clinical.batch.annotation_run import annotate
from spacy_clinical.batch.note_reader import read_notes
from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.installed import load_model

KEY = AuditKey(b"a key of the benchmark's own")
LABELS = ("CONDITION", "MEDICATION", "SYMPTOM", "TEST", "LAB_VALUE", "STRENGTH")


class Meter:
    """Adds up the processor time of some calls."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def on(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*args: Any, **options: Any) -> Any:
            began = time.process_time()
            try:
                return call(*args, **options)
            finally:
                self.seconds += time.process_time() - began

        return measured


def measure_cost(model: str, notes: str, folder: Path, runs: int) -> None:
    nlp, meter = load_model(model), Meter()
    worker_pool.note_facts = meter.on(worker_pool.note_facts)
    Run.notes, Run.close = meter.on(Run.notes), meter.on(Run.close)  # type: ignore[method-assign]
    list(nlp.pipe([note.text for note in list(read_notes(notes))[:8]]))
    for number in range(runs):
        meter.seconds = 0.0
        trail = Trail(folder / f"trail{number}", KEY)
        settings = RunSettings(audit=trail, progress=False)
        began = time.process_time()
        found = annotate(nlp, read_notes(notes), folder / f"out{number}.jsonl", settings)
        whole = time.process_time() - began
        size = sum(path.stat().st_size for path in day_files(folder / f"trail{number}"))
        n, part = found.notes, meter.seconds
        print(f"{n} notes, {found.mentions.total() / n:.1f} mentions each: {whole:.1f} s", end=", ")
        print(f"recording {part:.3f} s = {100 * part / whole:.2f} %", end=", ")
        print(f"{1e6 * part / n:.0f} us and {size / n:.0f} bytes a note", flush=True)


def invented(n: int, seed: int = 0) -> Iterator[AuditedNote]:
    dice = random.Random(seed)
    shape = {"characters": 700, "capitals": 30, "digits": 20, "lines": 9}
    for i in range(n):
        mentions = {
            label: [0] * 8 + [dice.randint(0, 2), dice.randint(1, 3), 0]
            for label in dice.sample(LABELS, 4)
        }
        facts = NoteFacts(
            dice.randbytes(16), 140, mentions, {"TREATS": 2}, {"present": 9}, shape, 190, 1, 90
        )
        yield AuditedNote(f"note {i}", f"text {i}", facts)


def make_trail(folder: Path, n: int) -> None:
    model = {"name": "en_x", "version": "1.0", "hash": "ab" * 16, "thresholds": {}}
    notes = invented(n)
    with Trail(folder, KEY).run("annotate", model) as run:
        while batch := [note for _, note in zip(range(1000), notes, strict=False)]:
            run.notes(batch)


def changes(data: bytes, dice: random.Random, n: int) -> Iterator[tuple[str, bytes]]:
    lines = data.splitlines(keepends=True)
    for _ in range(n):
        at, i, j = dice.randrange(len(data)), *sorted(dice.sample(range(len(lines)), 2))
        other = bytes([dice.choice([c for c in range(256) if c != data[at]])])
        yield "a byte changed", data[:at] + other + data[at + 1 :]
        yield "a byte removed", data[:at] + data[at + 1 :]
        yield "a line removed", b"".join(lines[:i] + lines[i + 1 :])
        swapped = [*lines[:i], lines[j], *lines[i + 1 : j], lines[i], *lines[j + 1 :]]
        yield "two lines swapped", b"".join(swapped)
        yield "the end cut at a line", b"".join(lines[:i])
        yield "the end cut anywhere", data[:at]


def measure_changes(folder: Path, n: int) -> None:
    make_trail(folder, 10_000)
    (path,) = day_files(folder)
    data = path.read_bytes()
    began = time.process_time()
    checked = check_trail(folder)
    seconds = time.process_time() - began
    assert not checked.faults
    print(f"verify: {checked.lines} lines in {seconds:.2f} s of processor")
    made, found = Counter[str](), Counter[str]()
    for kind, changed in changes(data, random.Random(0), n):
        path.write_bytes(changed)
        made[kind] += 1
        found[kind] += bool(check_trail(folder).faults)
    for kind, count in made.items():
        print(f"{kind}: {found[kind]} of {count} found")


def measure_trace(folder: Path, lines: int) -> None:
    began = time.process_time()
    make_trail(folder, lines)
    seconds = time.process_time() - began
    size = sum(path.stat().st_size for path in day_files(folder))
    print(f"{lines} notes written in {seconds:.0f} s of processor, {size / lines:.0f} bytes each")
    for number in (0, 0, lines // 2, lines - 1):
        began, busy = time.perf_counter(), time.process_time()
        (found,) = trace(folder, KEY, Source(f"note {number}"))
        wall, busy = time.perf_counter() - began, time.process_time() - busy
        line = found.row["n"]
        print(f"trace to line {line}: {wall:.2f} s, {busy:.2f} s of processor", end=", ")
        index = folder / INDEX  # short trails are read whole each time
        print(f"an index of {index.stat().st_size / 1e6:.1f} MB" if index.exists() else "no index")


def main() -> None:
    parser = argparse.ArgumentParser(description="What an audit trail costs and finds.")
    parser.add_argument("model", nargs="?", help="For the cost")
    parser.add_argument("notes", nargs="?", help="For the cost")
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5, help="Of the cost")
    parser.add_argument("--changes", type=int, default=50)
    parser.add_argument("--parts", default="cost,changes,trace")
    options = parser.parse_args()
    if "cost" in options.parts and not options.notes:
        parser.error("MODEL and NOTES are needed for the cost; without it: --parts changes,trace")
    folder = Path(tempfile.mkdtemp())
    try:
        if "cost" in options.parts:
            measure_cost(options.model, options.notes, folder / "cost", options.runs)
        if "changes" in options.parts:
            measure_changes(folder / "changes", options.changes)
        if "trace" in options.parts:
            measure_trace(folder / "trace", options.lines)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
