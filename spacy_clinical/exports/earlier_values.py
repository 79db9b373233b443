"""Values that a note has from before ("4.1, previously 5.2"): past, and not of the note's date."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..docs import Assertion, meanings_of
from ..docs.assertion_vocabulary import HISTORICAL
from ..quantities.value_cues import is_earlier
from .aimed_values import places_of, values_of
from .document_facts import Fact, Facts
from .mapping_tables import Row

_PAST = Assertion("assertion", HISTORICAL)


def part_by_time(facts: Facts, rows: Callable[[str], list[Row]]) -> Facts:
    """Call values from before past, and tests not that have another one.

    facts (Facts): The document.
    rows (Callable): The rows of the table of relations that a relation's label has.
    RETURNS (Facts): In which values from before are historical; a value of now and its test aren't
        for words behind it.
    """
    pairs = values_of(facts, rows)
    told = {
        value.index: _is_past(value, place)
        for value, place in places_of(facts, {*map(_second, pairs)})
    }
    if not any(told.values()):
        return facts
    ends = {fact.index: fact.end for fact in facts.mentions}
    now: dict[int, int] = {}
    for test, value in pairs:
        if not told[value]:
            now[value] = ends[value]
            now[test] = min(ends[value], now.get(test, ends[value]))
    kept = [_timed(fact, told.get(fact.index, False), now) for fact in facts.mentions]
    return replace(facts, mentions=kept)


def _is_past(value: Fact, place: tuple[str, tuple[int, int], int, int, int]) -> bool:
    masked, sentence, begin, start, end = place
    return is_earlier(masked, begin, start, end, sentence[1])


def _second(pair: Sequence[int]) -> int:
    return pair[1]


def _timed(fact: Fact, past: bool, now: dict[int, int]) -> Fact:
    """A value that is past; one of now, and its test, without what makes them so behind it."""
    if past and HISTORICAL not in fact.said.values:
        told = (*fact.attributes, _PAST)
        return replace(fact, attributes=told, said=meanings_of(told))
    if fact.index in now and HISTORICAL in fact.said.values:
        told = tuple(a for a in fact.attributes if not _is_behind(a, now[fact.index]))
        return replace(fact, attributes=told, said=meanings_of(told))
    return fact


def _is_behind(told: Assertion, place: int) -> bool:
    """Whether words behind a place tell that something is past."""
    past = HISTORICAL in meanings_of([told]).values
    return past and told.cue is not None and told.cue[0] >= place
