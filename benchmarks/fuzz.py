"""Damage sound corpora and notes in seeded ways and read them: what isn't a coded error, a document
read, or one that is told of, is a fault; so are 20 seconds and 1.5 GB.

python benchmarks/fuzz.py [TRIALS_OF_EACH_FORMAT] [FIRST] [--counts FILE] [FORMAT...]

With a file of counts, a run that ended early goes on where it was, and the counts of all runs that
used the file are summed at the end; no trial is run twice.
"""

import argparse
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.fuzz.more_seeds import more_seeds
from tests.fuzz.seeds import Seed, all_seeds
from tests.fuzz.trials import run_trial

SECONDS, KILOBYTES, SLICE = 20.0, 1_500_000, 100


def fuzz(seed: Seed, first: int, count: int, folder: Path) -> tuple[Counter[str], float]:
    """Run trials of one format. RETURNS (tuple[Counter[str], float]): Results, and the slowest."""
    whole = seed.read(seed.put(folder / seed.name)).found
    results: Counter[str] = Counter()
    slowest = 0.0
    for number in range(first, first + count):
        trial = run_trial(seed, whole, number, folder / "trial")
        results[trial.result] += 1
        slowest = max(slowest, trial.seconds)
        fault = trial.fault or ("stall" if trial.seconds > SECONDS else "")
        if not fault and peak() > KILOBYTES:
            fault = "memory"
        if fault:
            results["FAULT"] += 1
            if results[fault] < 3:
                print(f"{seed.name} {number}: {fault}", flush=True)
            results[fault] += 1
    return results, slowest


def peak() -> int:
    """RETURNS (int): Kilobytes that the process had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def slices(first: int, count: int) -> Iterator[tuple[int, int]]:
    """YIELDS (tuple[int, int]): First trial and number of trials of each slice."""
    for start in range(first, first + count, SLICE):
        yield start, min(SLICE, first + count - start)


class Counts:
    """What was found in each slice of each format, kept in a file of JSON lines."""

    def __init__(self, path: Path | None):
        self.path = path
        there = path.read_text("utf8").splitlines() if path and path.exists() else []
        self.rows = [json.loads(line) for line in there]
        self.done = {(row["format"], row["first"], row["count"]) for row in self.rows}

    def add(self, **row: object) -> None:
        self.rows.append(row)
        if self.path:
            with self.path.open("a", encoding="utf8") as file:
                file.write(json.dumps(row) + "\n")

    def show(self) -> None:
        """Print a row a format, and the sums."""
        print(f"{'format':15}{'read':>8}{'told':>8}{'refused':>8}{'faults':>8}{'slowest s':>10}")
        total: Counter[str] = Counter()
        for name in dict.fromkeys(row["format"] for row in self.rows):
            rows = [row for row in self.rows if row["format"] == name]
            found = sum((Counter(row["results"]) for row in rows), Counter[str]())
            numbers = (found[key] for key in ("read", "told", "refused", "FAULT"))
            slowest = max(row["slowest"] for row in rows)
            print(f"{name:15}{''.join(f'{n:>8}' for n in numbers)}{slowest:>10.2f}")
            total += found
        inputs = sum(total[key] for key in ("read", "told", "refused"))
        minutes = sum(row["seconds"] for row in self.rows) / 60
        print(f"{inputs} inputs, {total['FAULT']} faults, {minutes:.1f} minutes of processor time")
        print(f"peak {max(row['peak'] for row in self.rows) / 1e6:.2f} GB")


def main(trials: int, first: int, names: list[str], path: Path | None) -> None:
    """Run what isn't counted yet, every format a slice in turn, and print a table."""
    counts, memory = Counts(path), Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as place:
        known = (*all_seeds(Path(place) / "seeds"), *more_seeds())
        seeds = [seed for seed in known if not names or seed.name in names]
        for start, count in slices(first, trials):
            for seed in seeds:
                if (seed.name, start, count) in counts.done:
                    continue
                began = time.process_time()
                found, slowest = fuzz(seed, start, count, Path(place))
                seconds = time.process_time() - began
                counts.add(format=seed.name, first=start, count=count, results=dict(found),
                           slowest=slowest, seconds=seconds, peak=peak())  # fmt: skip
    counts.show()


def parse(arguments: list[str]) -> argparse.Namespace:
    """RETURNS (argparse.Namespace): Options, which may stand between the numbers and the names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trials", type=int, nargs="?", default=200)
    parser.add_argument("first", type=int, nargs="?", default=0)
    parser.add_argument("formats", nargs="*")
    parser.add_argument("--counts", type=Path)
    return parser.parse_intermixed_args(arguments)


if __name__ == "__main__":
    args = parse(sys.argv[1:])
    main(args.trials, args.first, args.formats, args.counts)
