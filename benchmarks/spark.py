"""Notes on Spark beside `annotate`: `python benchmarks/spark.py MODEL [COUNT]`, with pyspark, Java.

The same facts, processor time of both (all processes, start included), a Python worker killed in
the middle, a second run, and what the workers' logs say. Two workers on this machine.
"""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

DRUGS = ("aspirin", "metformin", "lisinopril", "warfarin", "amoxicillin", "furosemide")
SIGNS = ("chest pain", "fever", "a rash", "shortness of breath", "ankle swelling", "nausea")
RUN = """
import os, sys
from pyspark.sql import SparkSession
from spacy_clinical.spark import append
os.environ["PYSPARK_PYTHON"] = sys.executable
builder = SparkSession.builder.master("local[2,4]").config("spark.ui.enabled", "false")
spark = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
options = {"partition_characters": 20_000}
done = append(spark.read.json(sys.argv[2]), sys.argv[1], sys.argv[3], **options)
print("DONE", done.notes, done.before, done.slices)
spark.stop()
"""


def write_notes(path: Path, count: int) -> None:
    chance = random.Random(0)
    with path.open("w") as file:
        for number in range(count):
            said = []
            for _ in range(chance.randrange(1, 9)):
                drug, sign, other = chance.choice(DRUGS), chance.choice(SIGNS), chance.choice(SIGNS)
                said.append(f"Quxwort was given {drug} for {sign}. No {other}.")
            file.write(json.dumps({"id": f"n{number}", "text": " ".join(said)}) + "\n")


def timed(*command: object) -> tuple[float, float, str]:
    """Processor seconds of a command and its children, its time, and what it printed."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([*map(str, command)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, time.monotonic() - began, done.stdout + done.stderr


def facts(path: Path) -> list[str]:
    from pyarrow import dataset

    rows = dataset.dataset(path, format="parquet").to_table().to_pylist()
    told = []
    for row in rows:
        for part in row["mentions"] or []:
            told.append(json.dumps([row["note_id"], part["label"], part["start"], part["end"]]))
    return sorted(told)


def annotated(path: Path) -> list[str]:
    from pyarrow import parquet

    rows = parquet.read_table(path / "mentions.parquet").to_pylist()
    return sorted(json.dumps([r["document"], r["label"], r["start"], r["end"]]) for r in rows)


def kill_one(ended: threading.Event) -> None:
    """Kill a Python worker of Spark's once one has worked for a while."""
    while not ended.wait(0.5):
        for path in Path("/proc").glob("[0-9]*"):
            try:
                line = (path / "cmdline").read_bytes()
                fields = (path / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            busy = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            if b"pyspark" in line and b"daemon" in line and busy > 8:
                os.kill(int(path.name), signal.SIGKILL)
                print(f"killed worker {path.name} after {busy:.0f} processor seconds", flush=True)
                return


def main(model: str, count: str = "2000") -> None:
    folder = Path(tempfile.mkdtemp())
    notes = folder / "notes.jsonl"
    write_notes(notes, int(count))
    command = [sys.executable, "-m", "spacy", "clinical", "annotate", model, notes]
    spent, seconds, _ = timed(*command, folder / "out", "--to", "parquet", "--n-process", 2)
    print(f"annotate -p 2: {spent:.0f} s of processor, {seconds:.0f} s", flush=True)
    wanted = annotated(folder / "out")
    for name in ("in peace", "second run", "worker killed"):
        target = folder / ("killed" if name == "worker killed" else "facts")
        ended = threading.Event()
        killer = threading.Thread(target=kill_one, args=(ended,))
        if name == "worker killed":
            killer.start()
        run = timed(sys.executable, "-c", RUN, model, notes, target)
        ended.set()
        told = next(line for line in run[2].splitlines() if line.startswith("DONE"))
        rows = facts(target)
        print(
            f"{name}: {run[0]:.0f} s of processor, {run[1]:.0f} s; {told}; "
            f"facts equal {rows == wanted} ({len(rows)}); words in logs {run[2].count('Quxwort')}",
            flush=True,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
