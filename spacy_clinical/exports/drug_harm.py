"""Harm told of a drug in any section: "Sulfa - hives" on a line, "rash with amoxicillin"."""

import re
from collections.abc import Iterable

from .document_facts import Fact
from .fhir_phrases import DRUG_SIGN, FINDING_SIGN, IS_DENIED, Sentences
from .mapping_tables import Row

ALLERGIC, TREATS = "allergic", "treats"
_LISTS_OF_DRUGS = frozenset({"medications", "plan", "assessment", "family_history"})
_F, _D, _A = FINDING_SIGN, DRUG_SIGN, "\ue002"  # A stands for each letter of a reaction
_NEAR = 120  # characters on each side of a drug
_BEFORE_LINE = re.compile(r"(?:\A|\n)[ \t]*(?:[-•*|]|\d{1,2}[.)])?[ \t]*\Z")
_FEW = r"[ \t]*(?:\w+[ \t]+){0,2}"
_LINE = re.compile(
    rf"[ \t]*(?:[-–—:=]{{1,2}}{_FEW}[{_A}]|[-=]{{1,2}}>{_FEW}[{_F}{_A}])[^\n{_D}]*(?:\n|\Z)"
)
_TAKES = r"(?:taking|starting|receiving|using|the|a|an|his|her|first|one|dose|doses|of|iv|oral)"
_BY = re.compile(
    rf"(?:[{_A}]\s+(?:(?:\w+ly|again|once)\s+)?(?:with|on|to|from|when|while)"
    rf"|[{_F}{_A}]\s+(?:(?:developed|occurred|appeared|began|started|arose)\s+)?(?:after|from|"
    r"due to|secondary to|caused by|induced by|because of|attributed to|in response to))"
    rf"\s+(?:{_TAKES}\s+)*\Z",
    re.IGNORECASE,
)
_CAUSED = re.compile(
    r"\s*(?:,?\s*(?:which|that)\s+)?(?:(?:once|previously|always|has|had|have)\s+)*"
    r"(?:caus(?:e[sd]?|ing)|(?:gives?|gave)(?=\s+(?:him|her|them|the patient)\b)|le(?:ads|d) to|"
    r"produc(?:es|ed)|induc(?:es|ed)|provok(?:es|ed)|resulted in|makes|made)"
    rf"(?:\s+(?!no\b|not\b|to\b)\w+){{0,3}}\s+[{_F}{_A}]"
    rf"|-(?:induced|associated|related)\s+(?:\w+\s+){{0,2}}[{_F}{_A}]",
    re.IGNORECASE,
)
_BETTER = re.compile(
    r"\b(?:treat|manag|control|improv|reliev|respon|better|resolv|settl|eas|prevent|risk|worr|"
    r"concern|fear)[^.;]*$",
    re.IGNORECASE,
)


REACTION = re.compile(
    r"(?:[ -]?(?:allerg(?:y|ies|ic)|intoleran(?:ce|t)|hypersensitivity))?[ ]?"
    r"(?:\(([^()\n]{1,80})\)|(?:[-–—:=]{1,2}>?|\t|\|)[ \t]?([^\n.;|]{1,80}))",
    re.IGNORECASE,
)


def reaction_place(text: str, end: int) -> range:
    """RETURNS (range): The characters behind an allergy that ends at one in which its reaction may
    begin: "(rash)", "- rash"."""
    match = REACTION.match(text, end)
    return range(*match.span(match.lastindex or 0)) if match else range(0)


class DrugHarm:
    """Tells whether a drug did harm.

    rows (Iterable[Row]): With the columns words and what: `allergic` for words of reactions,
        `treats` for drugs that are given for them.
    """

    def __init__(self, rows: Iterable[Row]):
        words: dict[str, list[str]] = {ALLERGIC: [], TREATS: []}
        for row in rows:
            words[row["what"]].append(row["words"])
        self._allergic, self._treats = (
            re.compile(rf"(?<!\w)(?:{'|'.join(words[what])})(?!\w)", re.IGNORECASE)
            for what in (ALLERGIC, TREATS)
        )

    def is_listed(self, fact: Fact, sentences: Sentences) -> bool:
        """Say whether a drug stands on a line with a reaction to it: "Sulfa - hives".

        fact (Fact): The drug.
        sentences (Sentences): Of the document.
        RETURNS (bool): Not in a list of drugs, nor for one that is given for such reactions.
        """
        if fact.section in _LISTS_OF_DRUGS or not fact.said.is_asserted or self._helps(fact):
            return False
        start, marked = self._marked(fact, sentences)
        line = _BEFORE_LINE.search(sentences.text, max(0, fact.start - 20), fact.start)
        return bool(line and _LINE.match(marked, fact.end - start))

    def is_told(self, fact: Fact, sentences: Sentences) -> bool:
        """Say whether words beside a drug tell that it did harm.

        fact (Fact): The drug.
        sentences (Sentences): Of the document.
        RETURNS (bool): Whether it does, and nothing denies it or tells that harm got better.
        """
        if self._helps(fact):
            return False
        start, marked = self._marked(fact, sentences)
        before = sentences.text[start : fact.start]
        by = _BY.search(marked, 0, fact.start - start)
        if by and not (IS_DENIED.search(before[: by.start()]) or _BETTER.search(before)):
            return True
        return bool(_CAUSED.match(marked, fact.end - start)) and not IS_DENIED.search(before)

    def _helps(self, fact: Fact) -> bool:
        return bool(self._treats.search(fact.text))

    def _marked(self, fact: Fact, sentences: Sentences) -> tuple[int, str]:
        """The text beside a drug, in which signs stand for mentions and reactions, and its
        start."""
        left, right = sentences.around(fact)
        start, end = max(left, fact.start - _NEAR), min(right, fact.end + _NEAR)
        marked = sentences.marked[start:end]
        for match in self._allergic.finditer(sentences.text, start, end):
            first, last = match.start() - start, match.end() - start
            if _D not in marked[first:last]:
                marked = marked[:first] + _A * (last - first) + marked[last:]
        return start, marked
