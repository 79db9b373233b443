"""How time grows with size, by processor time, so that a busy machine doesn't count."""

import time
from collections.abc import Callable
from typing import Any


def growth(make: Callable[[int], Any], run: Callable[[Any], object], size: int) -> float:
    """RETURNS (float): How many times longer it takes for four times as much: 4 if it is linear, 16
    if it is quadratic; each the quickest of three runs, and 20 ms more for what isn't counted."""
    small, large = make(size), make(4 * size)
    return (_quickest(run, large) + 0.02) / (_quickest(run, small) + 0.02)


def _quickest(run: Callable[[Any], object], given: Any) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        run(given)
        times.append(time.process_time() - start)
    return min(times)
