"""Of spans that overlap, the longest."""

import random
from typing import NamedTuple

from spacy_clinical.docs.longest_spans import keep_longest


class Part(NamedTuple):
    start: int
    end: int
    name: str = ""


def test_the_longer_one_then_the_first() -> None:
    parts = [Part(4, 6), Part(0, 2), Part(1, 4), Part(4, 5), Part(8, 9)]
    assert keep_longest(parts) == [Part(1, 4), Part(4, 6), Part(8, 9)]
    assert keep_longest([Part(1, 3), Part(0, 2)]) == [Part(0, 2)]
    assert keep_longest([Part(0, 2, "one"), Part(0, 2, "other")]) == [Part(0, 2, "one")]
    assert keep_longest([]) == []


def test_a_chain_of_overlaps_is_settled_as_one() -> None:
    assert keep_longest([Part(0, 3), Part(2, 6), Part(5, 7)]) == [Part(2, 6)]
    chain = [Part(0, 4), Part(3, 6), Part(5, 9)]
    assert keep_longest(chain) == [Part(0, 4), Part(5, 9)]


def test_as_if_every_span_were_held_against_every_other() -> None:
    rng = random.Random(0)
    for _ in range(300):
        starts = [rng.randrange(40) for _ in range(rng.randrange(20))]
        parts = [Part(start, start + rng.randrange(1, 6), str(i)) for i, start in enumerate(starts)]
        kept: list[Part] = []
        for part in sorted(parts, key=lambda one: (one.start - one.end, one.start)):
            if all(part.end <= other.start or other.end <= part.start for other in kept):
                kept.append(part)
        assert keep_longest(parts) == sorted(kept)
