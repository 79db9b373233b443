"""Drugs under a heading of allergies that are no allergens: "Allergies: NKDA. Takes digoxin."."""

import re
from collections.abc import Iterable

from .document_facts import Fact
from .fhir_phrases import DRUG_SIGN, IS_DENIED, REACH, Phrases, Sentences
from .mapping_tables import Row

BESIDE, EARLIER, OTHER, BUT, HARM, AVOID = "beside", "earlier", "other", "but", "harm", "avoid"
TAKEN, HARMED, AVOIDED = "taken", "harmed", "avoided"
_FOR = re.compile(r"\b(?:for|prn|against|to (?:treat|prevent|control))\b[^.;:]*$", re.IGNORECASE)
_STOPPED = re.compile(r"\b(?:stop|discontinu|held\b|chang|switch|avoid)", re.IGNORECASE)
# \ue000 stands for a finding, \ue001 for a drug, as in `Sentences.marked`.
_OWNED = re.compile(r"\ue001+\s?[(:=–—-][^(),;.\ue001]*$")  # by the drug before
_HARMED_BY = re.compile(
    r"\ue000+\W{1,3}(?:(?:with|to|after|from|on|upon|when|while|whenever|during|by)\b"
    r"|(?:due|secondary|caused|related)\b)(?:\s+\w+){0,3}[\s\ue001]*$",
    re.IGNORECASE,
)
_HARM_BEHIND = re.compile(r"\s?(?:\(|[-–—:=]>?\s?)[^\w\ue000\ue001]*\ue000")
_LIST = re.compile(r"(?:(?:\s|,|/|&|\band\b|\bor\b)+\ue001+){0,20}", re.IGNORECASE)


class Taken:
    """Tells what becomes of a drug in a section of allergies that may be no allergen.

    rows (Iterable[Row]): With the columns phrase and where.
    """

    def __init__(self, rows: Iterable[Row]):
        phrases: dict[str, list[str]] = {
            name: [] for name in (BESIDE, EARLIER, OTHER, BUT, HARM, AVOID)
        }
        for row in rows:
            phrases[row["where"]].append(row["phrase"])
        self._beside = Phrases({"phrase": one, "side": "before"} for one in phrases[BESIDE])
        self._avoid = Phrases(
            {"phrase": one, "side": side} for side in ("before", "after") for one in phrases[AVOID]
        )
        none = f"(?P<other>{_either(phrases[OTHER])})|{_either(phrases[EARLIER])}"
        self._none = re.compile(none, re.IGNORECASE)
        self._but = re.compile(_either(phrases[BUT]), re.IGNORECASE)
        self._harm = re.compile(_either(phrases[HARM]), re.IGNORECASE)

    def judge(self, fact: Fact, sentences: Sentences) -> str:
        """Tell what a drug is in spite of its section.

        fact (Fact): The drug.
        sentences (Sentences): Of the document.
        RETURNS (str): "taken" if the words before it say so, or the section says before it that
            there is no allergy; "avoided" if it isn't to be given, "harmed" if it did harm besides;
            "" for an allergen like others. Where harm is told, no drug is taken.
        """
        if fact.role != "medication":
            return ""
        avoided = "absent" in fact.said.values and self._avoid.find(sentences, fact) is not None
        start, end = sentences.around(fact)
        conditional = any(said.value.lower() == "conditional" for said in fact.attributes)
        harmed = conditional or self._is_harmed(fact, sentences, start, end)
        if harmed and (avoided or "hypothetical" in fact.said.values):
            return HARMED
        beside = self._beside.find(sentences, fact)
        if beside is not None and not beside.negated:
            return "" if harmed else TAKEN
        none = not harmed and self._is_none(fact, sentences, end)
        return TAKEN if none else AVOIDED if avoided else ""

    def _is_none(self, fact: Fact, sentences: Sentences, end: int) -> bool:
        """Whether the section says before a drug that there is no allergy, and nothing but that."""
        start = max(fact.section_start, fact.start - REACH)
        found = self._none.finditer(sentences.text[start : fact.start])
        ends = [match.end() for match in found if match["other"] is None]
        if not ends:
            return False
        after = start + ends[-1]
        if self._but.search(sentences.text[after:end]):
            return False
        if _HARM_BEHIND.match(sentences.marked, _end_of_list(sentences.marked, fact.end)):
            return False
        return not self._is_harmed(fact, sentences, after, end)

    def _is_harmed(self, fact: Fact, sentences: Sentences, start: int, end: int) -> bool:
        """Whether words between two places tell of harm by a drug."""
        if _HARMED_BY.search(sentences.marked[start : fact.start]):
            return True
        other = sentences.marked.find(DRUG_SIGN, _end_of_list(sentences.marked, fact.end), end)
        end = end if other < 0 else other
        for match in self._harm.finditer(sentences.text, start, end):
            before, marked = sentences.text[start : match.start()], sentences.marked
            is_reason = _FOR.search(before) and not _STOPPED.search(before)
            owned = match.start() < fact.start and _OWNED.search(marked[start : match.start()])
            if not (is_reason or owned or IS_DENIED.search(before)):
                return True
        return False


def _end_of_list(marked: str, place: int) -> int:
    """RETURNS (int): Where the list of drugs ends that a drug stands in which ends at a place."""
    match = _LIST.match(marked, place)
    return match.end() if match else place


def _either(phrases: Iterable[str]) -> str:
    spaced = (one.replace(" ", r"\s+") for one in phrases)
    return "|".join(f"(?:{one})" for one in spaced) or r"(?!)"
