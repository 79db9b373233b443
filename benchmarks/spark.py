"""Notes on Spark beside `annotate`: `python benchmarks/spark.py MODEL [COUNT]`, with pyspark, Java.

The same facts whatever the partitions; processor time of both, start and all processes included; a
second run; a Python worker killed in the middle; what the logs say. Two workers on this machine.
`--parts parity,second,killed,start,audited`; `--partitions 1,2,7,36`; `--sample` for notes of the
sample's generator (median 704 characters) rather than short ones.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import process_tree
from process_tree import Counted, Tree

sys.path.insert(0, str(Path(__file__).parents[1] / "assets" / "sample"))
from generator import generate

from spacy_clinical.audit.keyed_hashes import write_key
from spacy_clinical.audit.trail_check import check_trail

DRUGS = ("aspirin", "metformin", "lisinopril", "warfarin", "amoxicillin", "furosemide")
SIGNS = ("chest pain", "fever", "a rash", "shortness of breath", "ankle swelling", "nausea")
PLANTED = "Quxwort"
RUN = """
import os, sys
from pyspark.sql import SparkSession
from spacy_clinical import open_audit
from spacy_clinical.spark import append
os.environ["PYSPARK_PYTHON"] = sys.executable
model, notes, target, size, master, trail, *settings = sys.argv[1:]
builder = SparkSession.builder.master(master).config("spark.ui.enabled", "false")
builder = builder.config("spark.sql.shuffle.partitions", "2")
for setting in settings:
    builder = builder.config(*setting.split("=", 1))
spark = builder.getOrCreate()
read = spark.read.schema("id string, text string").json(notes)
audit = open_audit(trail, trail + ".key") if trail else None
if target:
    done = append(read, model, target, partition_characters=int(size), audit=audit)
else:
    done = None
print("DONE", done)
spark.stop()
"""
LOAD = """
import sys, time
from spacy_clinical.batch.arrow_worker_job import ArrowJob
from spacy_clinical.spark.worker_pipeline import hash_model, load_pipeline
import spacy_clinical.batch.arrow_rows
imports = time.process_time()
model = sys.argv[1]
name = hash_model(model)
hashes = time.process_time()
load_pipeline(ArrowJob(model, name))
print(f"{imports:.1f} s imports, {hashes - imports:.2f} s a hash, ", end="")
print(f"{time.process_time() - hashes:.1f} s loading, with the hash")
"""


def short_texts(n: int) -> Iterator[str]:
    chance = random.Random(0)
    for _ in range(n):
        said = []
        for _ in range(chance.randrange(1, 9)):
            drug, sign, other = chance.choice(DRUGS), chance.choice(SIGNS), chance.choice(SIGNS)
            said.append(f"{PLANTED} was given {drug} for {sign}. No {other}.")
        yield " ".join(said)


def sample_texts(n: int) -> Iterator[str]:
    for record in generate(n, 20):
        yield f"{record.text}\n{PLANTED}\n"


def write_notes(path: Path, texts: Iterator[str]) -> int:
    """RETURNS (int): Characters of all notes."""
    characters = 0
    with path.open("w") as file:
        for number, text in enumerate(texts):
            characters += len(text)
            file.write(json.dumps({"id": f"n{number}", "text": text}) + "\n")
    return characters


class Part(NamedTuple):
    """A mention or relation: its note and what isn't a score, as JSON, and its scores, whose last
    digits other batches change."""

    told: str
    scores: tuple[float, ...]


def part_of(document: str, row: dict[str, Any]) -> Part:
    told = {k: v for k, v in row.items() if k not in ("document", "note_id")}
    scores = {k: told.pop(k) for k in sorted(told) if isinstance(told[k], float)}
    return Part(json.dumps([document, sorted(told.items()), [*scores]]), tuple(scores.values()))


def facts(path: Path) -> list[Part]:
    from pyarrow import dataset

    rows = dataset.dataset(path, format="parquet").to_table().to_pylist()
    lists = (
        (row["note_id"], row[name] or []) for row in rows for name in ("mentions", "relations")
    )
    return sorted(part_of(name, part) for name, parts in lists for part in parts)


def annotated(path: Path) -> list[Part]:
    from pyarrow import parquet

    files = (path / "mentions.parquet", path / "relations.parquet")
    rows = (row for file in files for row in parquet.read_table(file).to_pylist())
    return sorted(part_of(row["document"], row) for row in rows)


def compare(found: list[Part], wanted: list[Part]) -> str:
    """RETURNS (str): Whether two runs found the same, and how far their scores are apart."""
    if [part.told for part in found] != [part.told for part in wanted]:
        return "False"
    scores = (zip(a.scores, b.scores, strict=True) for a, b in zip(found, wanted, strict=True))
    apart = max((abs(x - y) for pairs in scores for x, y in pairs), default=0.0)
    return f"True ({len(found)}; scores at most {apart:.6f} apart)"


class Killer:
    """Kills a Python worker once, when it has worked for a while.

    after (float): Processor seconds that it has then.
    """

    def __init__(self, after: float):
        self.after, self.done = after, ""

    def __call__(self, tree: Tree) -> None:
        for pid, seconds in tree.workers():
            if not self.done and seconds > self.after:
                os.kill(pid, signal.SIGKILL)
                self.done = f"killed a worker after {seconds:.1f} s of its own"


class Runs:
    """Runs of one pipeline over the same notes.

    options (Namespace): Those of the command line.
    """

    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.folder = Path(tempfile.mkdtemp())
        self.notes = self.folder / "notes.jsonl"
        texts = sample_texts if options.sample else short_texts
        self.characters = write_notes(self.notes, texts(options.count))
        self.wanted: list[Part] = []
        self.first = self.base = 0.0

    def annotate(self) -> None:
        command = ["-m", "spacy", "clinical", "annotate", self.options.model, str(self.notes)]
        target = self.folder / "out"
        more = [str(target), "--to", "parquet", "--n-process", "2"]
        done = process_tree.count([sys.executable, *command, *more])
        self.base, self.wanted = done.total, annotated(target)
        print(f"annotate --n-process 2: {done.total:.1f} s of processor", flush=True)

    def spark(self, name: str, target: str, parts: int, master: str = "local[2]",
              killer: Killer | None = None, trail: str = "") -> Counted:  # fmt: skip
        size = str(-(-self.characters // parts))
        path = str(self.folder / target) if target else ""
        command = [sys.executable, "-c", RUN, self.options.model, str(self.notes), path, size]
        done = process_tree.count([*command, master, trail, *self.options.setting], killer)
        told = next(line for line in done.output.splitlines() if line.startswith("DONE"))
        print(f"{name}: {done.told}; {told}", flush=True)
        if target:
            same, words = compare(facts(Path(path)), self.wanted), done.output.count(PLANTED)
            print(f"  facts those of annotate: {same}; planted words in logs: {words}", flush=True)
        return done

    def loading(self) -> None:
        done = process_tree.count([sys.executable, "-c", LOAD, self.options.model])
        print(
            f"a worker: {done.total:.1f} s of processor, of them {done.output}", end="", flush=True
        )

    def parity(self) -> None:
        for parts in map(int, self.options.partitions.split(",")):
            done = self.spark(f"{parts} partitions", f"facts{parts}", parts)
            self.first = done.total
            if self.base:
                print(f"  {done.total / self.base:.2f} times annotate", flush=True)

    def second(self) -> None:
        parts = int(self.options.partitions.split(",")[-1])
        done = self.spark("second run", f"facts{parts}", parts)
        if self.first:
            print(f"  {100 * done.total / self.first:.1f} % of the first", flush=True)

    def killed(self) -> None:
        killer = Killer(self.options.kill_after)
        self.spark("worker killed", "killed", 36, "local[2,4]", killer)
        print(f"  {killer.done or 'no worker was killed'}", flush=True)

    def audited(self) -> None:
        trail, parts = self.folder / "trail", int(self.options.partitions.split(",")[-1])
        write_key(f"{trail}.key")
        self.spark("audited", "audited", parts, trail=str(trail))
        checked = check_trail(trail)
        lines = b"".join(path.read_bytes() for path in trail.iterdir())
        size, words = len(lines) / self.options.count, lines.count(PLANTED.encode())
        told = f"{checked.lines} lines, faults {checked.faults}, {size:.0f} bytes a note"
        print(f"  {told}; planted words in the trail: {words}", flush=True)

    def start(self) -> None:
        self.spark("a session alone", "", 1)


def main() -> None:
    parser = argparse.ArgumentParser(description="Notes on Spark beside annotate.")
    parser.add_argument("model")
    parser.add_argument("count", type=int, nargs="?", default=2000)
    parser.add_argument("--parts", default="annotate,loading,start,parity,second,killed")
    parser.add_argument("--partitions", default="1,2,7,36")
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--kill-after", type=float, default=8.0)
    parser.add_argument("--setting", action="append", default=[], help="of Spark's: NAME=VALUE")
    options = parser.parse_args()
    runs = Runs(options)
    for part in options.parts.split(","):
        getattr(runs, part)()


if __name__ == "__main__":
    main()
