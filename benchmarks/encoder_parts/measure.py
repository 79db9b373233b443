"""Clocks, memory, and numbers from interleaved rounds."""

import gc
import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import torch


def interleave(systems: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Time systems in turn, so that what else the machine does hits all alike: on one thread by
    processor time, on more, or on a GPU, by the clock.

    systems (Mapping[str, Callable]): What to call; each is called once before the clock starts.
    rounds (int): How often.
    RETURNS (dict[str, list[float]]): Seconds of each round.
    """
    for run in systems.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in systems}
    names = list(systems)
    alone = torch.get_num_threads() == 1 and not torch.cuda.is_available()
    clock = time.process_time if alone else time.perf_counter
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            gc.collect()
            start = clock()
            systems[name]()
            times[name].append(clock() - start)
    return times


def ratios(times: Sequence[float], base: Sequence[float]) -> dict[str, float]:
    """Compare two systems round by round.

    times, base (Sequence[float]): Seconds of the same rounds.
    RETURNS (dict[str, float]): `median`, `low` and `high` (the quartiles) of times / base.
    """
    found = sorted(a / b for a, b in zip(times, base, strict=True))
    return {"median": median(found), "low": _quantile(found, 0.25), "high": _quantile(found, 0.75)}


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """RETURNS (float): The slope of log time over log size, by least squares."""
    x, y = [math.log(s) for s in sizes], [math.log(t) for t in times]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    top = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return top / sum((a - mean_x) ** 2 for a in x)


def resident() -> float:
    """RETURNS (float): Resident memory of this process in MB."""
    return _status("VmRSS")


class Peak:
    """The highest resident memory since it was made, in MB."""

    def __init__(self) -> None:
        gc.collect()
        self.before = resident()
        Path("/proc/self/clear_refs").write_text("5")

    def above(self) -> float:
        """RETURNS (float): MB above what was resident at the start."""
        return _status("VmHWM") - self.before


def _status(field: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise OSError(f"/proc/self/status has no {field}: memory is measured on Linux only")
