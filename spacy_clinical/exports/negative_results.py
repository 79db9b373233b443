"""Tests that are called absent by the very word that is their result: "urine culture negative"."""

from collections.abc import Callable
from dataclasses import replace

from ..docs import meanings_of
from .document_facts import Fact, Facts
from .mapping_tables import Row


def keep_results(facts: Facts, rows: Callable[[str], list[Row]]) -> Facts:
    """Take back what a result, read as a cue, says of its test: the test was done.

    facts (Facts): The document.
    rows (Callable): The rows of the table of relations that a relation's label has.
    RETURNS (Facts): In which a test isn't absent for the words of its own result.
    """
    results: dict[int, list[Fact]] = {}
    known = {fact.index: fact for fact in facts.mentions}
    for head, tail, label, _ in facts.relations:
        if not any(row["element"] == "value" for row in rows(label)):
            continue
        for own, other in ((known[head], known[tail]), (known[tail], known[head])):
            if own.role == "test" and "absent" in own.said.values:
                results.setdefault(own.index, []).append(other)
    if not results:
        return facts
    kept = [_done(fact, results.get(fact.index, [])) for fact in facts.mentions]
    return replace(facts, mentions=kept)


def _done(test: Fact, results: list[Fact]) -> Fact:
    told = [a for a in test.attributes if not (a.cue and any(_holds(r, a.cue) for r in results))]
    if len(told) == len(test.attributes):
        return test
    return replace(test, attributes=tuple(told), said=meanings_of(told))


def _holds(result: Fact, cue: tuple[int, int]) -> bool:
    return any(start < cue[1] and cue[0] < end for start, end in result.fragments)
