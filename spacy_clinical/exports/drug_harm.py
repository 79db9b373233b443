"""Harm told of a drug on a line of its own, in any section: "Sulfa - hives"."""

import re

from ..drug_changes.drug_harm import (
    DRUG_SIGN,
    FINDING_SIGN,
    REACTION_SIGN,
    TREATS,
    sign_reactions,
    words_of_harm,
)
from .document_facts import Fact
from .fhir_phrases import Sentences

_LISTS_OF_DRUGS = frozenset({"medications", "plan", "assessment", "family_history"})
_F, _D, _A = FINDING_SIGN, DRUG_SIGN, REACTION_SIGN
_NEAR = 120  # characters behind a drug
_BEFORE_LINE = re.compile(r"(?:\A|\n)[ \t]*(?:[-•*|]|\d{1,2}[.)])?[ \t]*\Z")
_FEW = r"[ \t]*(?:\w+[ \t]+){0,2}"
_LINE = re.compile(
    rf"[ \t]*(?:[-–—:=]{{1,2}}{_FEW}[{_A}]|[-=]{{1,2}}>{_FEW}[{_F}{_A}])[^\n{_D}]*(?:\n|\Z)"
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


def is_listed(fact: Fact, sentences: Sentences) -> bool:
    """Say whether a drug stands on a line with a reaction to it: "Sulfa - hives".

    fact (Fact): The drug.
    sentences (Sentences): Of the document.
    RETURNS (bool): Not in a list of drugs, nor for one that is given for such reactions.
    """
    if fact.section in _LISTS_OF_DRUGS or not fact.said.is_asserted:
        return False
    line = _BEFORE_LINE.search(sentences.text, max(0, fact.start - 20), fact.start)
    if line is None or words_of_harm()[TREATS].search(fact.text):
        return False
    end = min(sentences.around(fact)[1], fact.end + _NEAR)
    signed = sign_reactions(sentences.text, sentences.marked[fact.end : end], fact.end)
    return _LINE.match(signed) is not None
