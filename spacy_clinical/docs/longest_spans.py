"""Of spans that overlap, the longest: in linear time where few do."""

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Protocol, TypeVar


class Stretch(Protocol):
    """Something with a first token, and one past its last."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


StretchT = TypeVar("StretchT", bound=Stretch)


def keep_longest(spans: Iterable[StretchT]) -> list[StretchT]:
    """Keep spans without overlaps: the longer one, then the first.

    spans (Iterable): In any order, each with a `start` and an `end`.
    RETURNS (list): In text order.
    """
    kept = []
    for crowd in _crowds(sorted(spans, key=attrgetter("start"))):
        kept += crowd if len(crowd) == 1 else _longest_of(crowd)
    return kept


def _crowds(ordered: list[StretchT]) -> Iterator[list[StretchT]]:
    """Spans that hang together by overlaps, by their starts."""
    crowd: list[StretchT] = []
    last = 0
    for span in ordered:
        if crowd and span.start >= last:
            yield crowd
            crowd, last = [], 0
        crowd.append(span)
        last = max(last, span.end)
    if crowd:
        yield crowd


def _longest_of(crowd: list[StretchT]) -> list[StretchT]:
    taken: set[int] = set()
    kept = []
    for span in sorted(crowd, key=lambda one: (one.start - one.end, one.start)):
        places = range(span.start, span.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(span)
    return sorted(kept, key=attrgetter("start"))
