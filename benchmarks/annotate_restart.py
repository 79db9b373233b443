"""Kill `annotate` at random moments, start it again each time, and compare with a run in peace.

    python benchmarks/annotate_restart.py MODEL NOTES.jsonl [COUNT] [KILLS] [PROCESSES]

NOTES.jsonl is repeated under new ids until there are COUNT notes.
"""

import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path


def write_notes(source: Path, count: int, target: Path) -> None:
    texts = [json.loads(line)["text"] for line in source.read_text("utf-8").splitlines()]
    rows = ({"id": f"n{i}", "text": text} for i, text in enumerate(islice(cycle(texts), count)))
    target.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def start(model: str, notes: Path, target: Path, processes: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "spacy", "clinical", "annotate", model, notes, target]
    options = ["--n-process", processes]
    return subprocess.Popen([*map(str, command), *options], stdout=subprocess.DEVNULL)


def finished(process: subprocess.Popen[bytes]) -> float:
    began = time.monotonic()
    if process.wait() != 0:
        sys.exit("annotate failed")
    return time.monotonic() - began


def blocks(target: Path) -> int:
    return len(list(target.with_name(f".{target.name}.unfinished").glob("*.block")))


def main(model: str, source: str, count: str = "2000", kills: str = "5", n: str = "1") -> None:
    folder = Path(tempfile.mkdtemp())
    notes, whole, killed = (folder / name for name in ("notes.jsonl", "whole.jsonl", "out.jsonl"))
    write_notes(Path(source), int(count), notes)
    seconds = finished(start(model, notes, whole, n))
    print(f"in peace: {seconds:.1f} s for {count} notes")
    chance = random.Random(0)
    for kill in range(int(kills)):
        before = blocks(killed)
        process = start(model, notes, killed, n)
        while kill and blocks(killed) == before and process.poll() is None:
            time.sleep(0.05)  # the first kill may fall into the start, the others into the work
        time.sleep(chance.uniform(0.0, 1.0) * seconds / 20)
        process.send_signal(signal.SIGKILL)
        gone = process.wait() == -signal.SIGKILL
        print(f"kill {kill + 1}: {'SIGKILL' if gone else 'TOO LATE'}, {blocks(killed)} blocks done")
    print(f"to the end: {finished(start(model, notes, killed, n)):.1f} s")
    ids = [json.loads(line)["id"] for line in killed.read_text("utf-8").splitlines()]
    equal = killed.read_bytes() == whole.read_bytes()
    print(f"{len(ids)} notes, {len(set(ids))} ids, {'equal' if equal else 'DIFFERENT'}")
    left = sorted(path.name for path in folder.iterdir())
    print(f"left in the folder: {', '.join(left)}")
    sys.exit(not equal or len(set(ids)) != int(count))


if __name__ == "__main__":
    main(*sys.argv[1:])
