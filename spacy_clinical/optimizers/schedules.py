"""Learning rates that thinc lacks."""

import math
from collections.abc import Iterator


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
