"""Values that are no result: an aim ("goal LDL < 70"), what an order waits for ("hold for SBP <
90"). A test of which nothing else is told has no resource."""

from collections.abc import Callable, Collection, Iterator

from ..doc_text import mask
from ..quantities.value_cues import is_no_result
from .document_facts import Fact, Facts
from .fhir_phrases import Sentences
from .mapping_tables import Row

Place = tuple[str, tuple[int, int], int, int, int]
LEFT_OUT = "values that are aimed at or waited for: no Observation"


def leave_aims(facts: Facts, rows: Callable[[str], list[Row]]) -> Facts:
    """Take out the values of tests that are no results, and their tests if these have no other.

    facts (Facts): The document.
    rows (Callable): The rows of the table of relations that a relation's label has.
    RETURNS (Facts): Without them; they are counted in `left_out`.
    """
    pairs = values_of(facts, rows)
    aims = {
        value.index
        for value, told in places_of(facts, {b for _, b in pairs})
        if is_no_result(*told[:-1], facts.text[value.start : value.end])
    }
    if not aims:
        return facts
    measured = {a for a, b in pairs if b not in aims}
    gone = aims | {a for a, b in pairs if b in aims} - measured
    return facts.without(gone, LEFT_OUT, len(aims))


def values_of(facts: Facts, rows: Callable[[str], list[Row]]) -> list[tuple[int, int]]:
    """RETURNS (list[tuple[int, int]]): `Fact.index` of each test with that of a value of it."""
    known = {fact.index: fact for fact in facts.mentions}
    values = [pair for *ends, label, _ in facts.relations for pair in _result(ends, label, rows)]
    return [(a, b) for a, b in values if known[a].role == "test"]


def _result(ends: list[int], label: str, rows: Callable[[str], list[Row]]) -> list[tuple[int, int]]:
    """Both ends of a relation, each first, if it may be one of a test and its value."""
    if not any(row["element"] == "value" for row in rows(label)):
        return []
    head, tail = ends
    return [(head, tail), (tail, head)]


def places_of(facts: Facts, values: Collection[int]) -> Iterator[tuple[Fact, Place]]:
    """YIELDS (tuple[Fact, Place]): Values by their `Fact.index`, in the order of the text, each
    with the masked text, the characters of its sentence, where that begins or the value before
    ends, and its own."""
    if not values:
        return
    masked = mask(facts.text, (place for fact in facts.mentions for place in fact.fragments))
    sentences, former = Sentences(facts), 0
    told = (fact for fact in facts.mentions if fact.index in values)
    for value in sorted(told, key=lambda fact: fact.start):
        sentence = sentences.around(value)
        yield value, (masked, sentence, max(sentence[0], former), value.start, value.end)
        former = value.end
