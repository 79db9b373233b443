"""Damage sound corpora and notes in seeded ways and read them: what isn't a coded error, a document
read, or one that is told of, is a fault; so are 20 seconds and 1.5 GB.

python benchmarks/fuzz.py [TRIALS_OF_EACH_FORMAT] [FIRST] [FORMAT...]
"""

import resource
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.fuzz.seeds import Seed, all_seeds
from tests.fuzz.trials import run_trial

SECONDS, KILOBYTES = 20.0, 1_500_000


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
        if not fault and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > KILOBYTES:
            fault = "memory"
        if fault:
            results["FAULT"] += 1
            if results[fault] < 3:
                print(f"{seed.name} {number}: {fault}", flush=True)
            results[fault] += 1
    return results, slowest


def main(count: int, first: int, names: list[str]) -> None:
    """Print a row a format."""
    began, total = time.monotonic(), Counter[str]()
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as place:
        print(f"{'format':15}{'read':>8}{'told':>8}{'refused':>8}{'faults':>8}{'slowest s':>10}")
        for seed in all_seeds(Path(place) / "seeds"):
            if names and seed.name not in names:
                continue
            found, slowest = fuzz(seed, first, count, Path(place))
            total += found
            counts = (found[key] for key in ("read", "told", "refused", "FAULT"))
            row = "".join(f"{n:>8}" for n in counts)
            print(f"{seed.name:15}{row}{slowest:>10.2f}", flush=True)
    inputs = sum(total[key] for key in ("read", "told", "refused"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    minutes = (time.monotonic() - began) / 60
    print(f"{inputs} inputs, {total['FAULT']} faults, {minutes:.1f} minutes, peak {peak:.2f} GB")


if __name__ == "__main__":
    numbers = [int(x) for x in sys.argv[1:3]]
    main(*[*numbers, *(200, 0)[len(numbers) :]], sys.argv[3:])
