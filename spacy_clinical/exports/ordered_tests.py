"""Tests that are to be done, or whose results aren't back: no Observation."""

import re
from collections.abc import Collection, Iterable
from itertools import pairwise

from .document_facts import Fact, Facts
from .fhir_phrases import Phrases, Sentences
from .mapping_tables import Row

LEFT_OUT = "tests that are to be done or not back: no Observation"
DONE, AGAIN = "done", "again"
# Between a test and the first of its results: "repeat CBC: Hb 9.1".
_NEXT = re.compile(r"[\s,:;(–-]*(?:(?:with|and|including)\s+)?")
# In a sentence of its own: "Ordered A; these were normal."
_CAME_BACK = re.compile(
    r"\s*(?:this|these|it|they|both|all|results?)\s+(?:all\s+|both\s+)?"
    r"(?:was|were|is|are|came|show\w*|return\w*)\b"
    r"(?!\s+(?:still\s+|all\s+)?(?:pending|outstanding|awaited|not|to|ordered|requested))",
    re.IGNORECASE,
)


class OrderedTests:
    """Tells which tests are only ordered.

    rows (Iterable[Row]): With the columns phrase, side and what.
    """

    def __init__(self, rows: Iterable[Row]):
        self._phrases = Phrases(rows)

    def leave(self, facts: Facts, measured: Collection[int]) -> Facts:
        """Leave out tests that are to be done or not back.

        facts (Facts): The document.
        measured (Collection[int]): `Fact.index` of the tests that have a value.
        RETURNS (Facts): Without them; they are counted in `left_out`.
        """
        sentences = Sentences(facts)
        panels = _panels(facts, measured)
        gone = {
            fact.index
            for fact in facts.mentions
            if _is_told(fact, measured) and self._is_ordered(fact, sentences, panels)
        }
        return facts.without(gone, LEFT_OUT, len(gone)) if gone else facts

    def _is_ordered(self, fact: Fact, sentences: Sentences, panels: Collection[int]) -> bool:
        beside = self._phrases.find(sentences, fact)
        what = DONE if beside is None else beside.row["what"]
        if what == DONE or (what == AGAIN and fact.index in panels):
            return False
        return _CAME_BACK.match(sentences.text, sentences.around(fact)[1]) is None


def _is_told(fact: Fact, measured: Collection[int]) -> bool:
    """Whether a test without a value is told of as done so far."""
    unknown = fact.index not in measured and fact.result is None
    return fact.role == "test" and unknown and fact.said.is_asserted


def _panels(facts: Facts, measured: Collection[int]) -> set[int]:
    """Tests right behind which one with a value stands: what those are part of."""
    tests = sorted((f for f in facts.mentions if f.role == "test"), key=lambda f: f.start)
    return {
        a.index
        for a, b in pairwise(tests)
        if b.index in measured and _NEXT.fullmatch(facts.text, a.end, max(a.end, b.start))
    }
