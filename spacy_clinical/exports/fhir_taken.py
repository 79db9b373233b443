"""Drugs under a heading of allergies that are no allergens: "Allergies: NKDA. Takes digoxin."."""

import re
from collections.abc import Iterable

from .facts import Fact
from .fhir_phrases import REACH, Phrases, Sentences
from .mapping import Row

BESIDE, EARLIER, BUT = "beside", "earlier", "but"


class Taken:
    """Tells whether a drug in a section of allergies is one that the patient takes.

    rows (Iterable[Row]): With the columns phrase and where.
    """

    def __init__(self, rows: Iterable[Row]):
        phrases: dict[str, list[str]] = {BESIDE: [], EARLIER: [], BUT: []}
        for row in rows:
            phrases[row["where"]].append(row["phrase"])
        self._beside = Phrases({"phrase": one, "side": "before"} for one in phrases[BESIDE])
        self._none, self._but = _any_of(phrases[EARLIER]), _any_of(phrases[BUT])

    def is_taken(self, fact: Fact, sentences: Sentences) -> bool:
        """Tell whether a drug isn't an allergen in spite of its section.

        fact (Fact): The drug.
        sentences (Sentences): Of the document.
        RETURNS (bool): Whether the words before it say that it is taken, or the section says before
            it that there is no allergy.
        """
        if fact.role != "medication":
            return False
        beside = self._beside.find(sentences, fact)
        if beside is not None and not beside.negated:
            return True
        start = max(fact.section_start, fact.start - REACH)
        before = sentences.text[start : fact.start]
        ends = [match.end() for match in self._none.finditer(before)]
        return bool(ends) and not self._but.search(before, ends[-1])


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    spaced = (one.replace(" ", r"\s+") for one in phrases)
    return re.compile("|".join(f"(?:{one})" for one in spaced), re.IGNORECASE)
