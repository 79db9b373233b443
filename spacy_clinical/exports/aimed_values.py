"""Values that are no result: an aim ("goal LDL < 70"), what an order waits for ("hold for SBP <
90"). A test of which nothing else is told has no resource."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from ..doc_text import mask
from ..quantities.value_cues import is_no_result
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
    told = (known[b] for b in {b for _, b in pairs})
    aims = _find_aims(facts, sorted(told, key=lambda value: value.start))
    if not aims:
        return facts
    measured = {a for a, b in pairs if b not in aims}
    gone = aims | {a for a, b in pairs if b in aims} - measured
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


def _find_aims(facts: Facts, values: list[Fact]) -> set[int]:
    """Which of some values, in the order of the text, are no results."""
    if not values:
        return set()
    masked = mask(facts.text, (place for fact in facts.mentions for place in fact.fragments))
    sentences, aims, former = Sentences(facts), set[int](), 0
    for value in values:
        sentence = sentences.around(value)
        begin, words = max(sentence[0], former), facts.text[value.start : value.end]
        if is_no_result(masked, sentence, begin, value.start, words):
            aims.add(value.index)
        former = value.end
    return aims
