"""Learning rates that thinc lacks."""

import math
from collections.abc import Iterator, Sequence
from itertools import islice, repeat

from ..errors import Errors, PipelineError


def make_warmup_cosine(
    initial_rate: float, warmup_steps: int, total_steps: int, final_rate: float = 0.0
) -> Iterator[float]:
    """Rise in a line from zero, then fall along half a cosine (Loshchilov and Hutter 2017).

    initial_rate (float): The highest rate.
    warmup_steps (int): Steps of the rise.
    total_steps (int): Steps after which the rate stays at `final_rate`.
    final_rate (float): The lowest rate of the fall.
    RETURNS (Iterator[float]): One rate a step, without end.
    """
    step = 0
    while True:
        if step < warmup_steps:
            yield initial_rate * step / warmup_steps
        else:
            done = min(1.0, (step - warmup_steps) / max(1, total_steps - warmup_steps))
            yield final_rate + (initial_rate - final_rate) * (1 + math.cos(math.pi * done)) / 2
        step += 1


def make_cosine_restarts(
    initial_rate: float, warmup_steps: int, cycles: Sequence[int]
) -> Iterator[float]:
    """Fall along half a cosine, jump up and fall again (SGDR, Loshchilov and Hutter 2017).

    initial_rate (float): The highest rate, of each cycle.
    warmup_steps (int): Steps of a rise before the first fall, part of its cycle.
    cycles (Sequence[int]): Steps of each cycle. After the last one the rate is zero.
    RETURNS (Iterator[float]): One rate a step, without end. Raises PipelineError where there is no
        cycle, one has no step, or the rise is longer than the first.
    """
    if not cycles or min(cycles) < 1 or not 0 <= warmup_steps <= cycles[0]:
        raise PipelineError(Errors.SC241.format(cycles=list(cycles), warmup=warmup_steps))
    return _cosine_restarts(initial_rate, warmup_steps, cycles)


def _cosine_restarts(
    initial_rate: float, warmup_steps: int, cycles: Sequence[int]
) -> Iterator[float]:
    for number, steps in enumerate(cycles):
        rise = warmup_steps if number == 0 else 0
        yield from islice(make_warmup_cosine(initial_rate, rise, steps), steps)
    yield from repeat(0.0)
