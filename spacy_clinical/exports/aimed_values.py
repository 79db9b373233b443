"""Values that are no result: an aim ("goal LDL < 70"), what an order waits for ("hold for SBP <
90"). A test of which nothing else is told has no resource."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from ..quantities.value_cues import is_aim, is_awaited, opens_aims
from .document_facts import Fact, Facts
from .fhir_phrases import Sentences
from .mapping_tables import Row
from .negative_results import keep_results

LEFT_OUT = "values that are aimed at or waited for: no Observation"


def real_results(facts: Facts, rows: Callable[[str], list[Row]]) -> Facts:
    """Read results as such: a test that is denied by its own result was done, an aim is none.

    facts (Facts): The document.
    rows (Callable): The rows of the table of relations that a relation's label has.
    RETURNS (Facts): See `keep_results` and `leave_aims`.
    """
    return leave_aims(keep_results(facts, rows), rows)


def leave_aims(facts: Facts, rows: Callable[[str], list[Row]]) -> Facts:
    """Take out the values of tests that are no results, and their tests if these have no other.

    facts (Facts): The document.
    rows (Callable): The rows of the table of relations that a relation's label has.
    RETURNS (Facts): Without them; they are counted in `left_out`.
    """
    known = {fact.index: fact for fact in facts.mentions}
    values = [pair for *ends, label, _ in facts.relations for pair in _result(ends, label, rows)]
    pairs = [(a, b) for a, b in values if known[a].role == "test"]
    aims = _find_aims(facts, sorted({b for _, b in pairs}, key=lambda b: known[b].start))
    if not aims:
        return facts
    told = {a for a, b in pairs if b not in aims}
    gone = aims | {a for a, b in pairs if b in aims} - told
    return replace(
        facts,
        mentions=[fact for fact in facts.mentions if fact.index not in gone],
        relations=[one for one in facts.relations if gone.isdisjoint(one[:2])],
        left_out=facts.left_out + Counter({LEFT_OUT: len(aims)}),
    )


def _result(ends: list[int], label: str, rows: Callable[[str], list[Row]]) -> list[tuple[int, int]]:
    """Both ends of a relation, each first, if it may be one of a test and its value."""
    if not any(row["element"] == "value" for row in rows(label)):
        return []
    head, tail = ends
    return [(head, tail), (tail, head)]


def _find_aims(facts: Facts, values: list[int]) -> set[int]:
    """Which of some values, in the order of the text, are no results."""
    if not values:
        return set()
    masked, sentences = _mask(facts), Sentences(facts)
    known = {fact.index: fact for fact in facts.mentions}
    aims, former = set[int](), 0
    for index in values:
        value = known[index]
        if _is_aim(value, masked, sentences.around(value), former):
            aims.add(index)
        former = value.end
    return aims


def _is_aim(value: Fact, masked: str, sentence: tuple[int, int], former: int) -> bool:
    left, right = sentence
    begin, start = max(left, former), value.start
    return (
        opens_aims(masked, left, start)
        or is_awaited(masked, begin, start, value.text)
        or is_aim(masked, begin, start, value.end, right)
    )


def _mask(facts: Facts) -> str:
    """The text without the letters of mentions."""
    parts, at = [], 0
    for start, end in sorted(place for fact in facts.mentions for place in fact.fragments):
        if end > at:
            start = max(start, at)
            parts += [facts.text[at:start], "\0" * (end - start)]
            at = end
    return "".join([*parts, facts.text[at:]])
