"""Drugs under a heading of allergies that are no allergens: "Allergies: NKDA. Takes digoxin."."""

import re
from collections.abc import Iterable

from .document_facts import Fact
from .fhir_phrases import DRUG_SIGN, FINDING_SIGN, IS_DENIED, REACH, Phrases, Sentences
from .mapping_tables import Row

BESIDE, EARLIER, OTHER, BUT, TO, BEHIND = "beside", "earlier", "other", "but", "to", "behind"
HARM, SIGN, CAUSE, PAST, WHEN, AVOID = "harm", "sign", "cause", "past", "when", "avoid"
KINDS = (BESIDE, EARLIER, OTHER, BUT, TO, BEHIND, HARM, SIGN, CAUSE, PAST, WHEN, AVOID)
TAKEN, HARMED, AVOIDED = "taken", "harmed", "avoided"
_FOR = re.compile(r"\b(?:for|prn|against|to (?:treat|prevent|control))\b[^.;:]*$", re.IGNORECASE)
_STOPPED = re.compile(r"\b(?:stop|discontinu|held\b|chang|switch|avoid)", re.IGNORECASE)
# A sign stands for each letter: F of a finding, D of a drug, as in `Sentences.marked`; H of a word
# of harm, S of one that may be something else.
_F, _D, _H, _S = FINDING_SIGN, DRUG_SIGN, "\ue002", "\ue003"
_OWNED = re.compile(rf"{_D}+\s?[(:=–—-][^(),;.{_D}]*$")  # by the drug before
_NEXT = r"(?:[ \t(]{1,3}|[ \t]*\n[ \t]*(?-i:(?=[a-z])))"  # no new sentence, item or line of its own
_HARMED_BY = re.compile(
    rf"(?P<harm>[{_H}{_S}]+{_NEXT}on\b"
    rf"|[{_F}{_H}{_S}]+{_NEXT}"
    r"(?:(?:with|to|after|from|upon|when|while|whenever|during|by|if)\b"
    r"|(?:due|secondary|caused|related)\b))"
    rf"(?:\s+\w+){{0,3}}[\s{_D}]*$",
    re.IGNORECASE,
)
_OPENED = r"\s?(?:\(|[-–—:=]>?\s?)"
_NOT = r"(?!(?:for|prn|to|if|no|not|never|without|denie[sd]|against)\b)"
_WORDS = rf"(?:{_NOT}\w+\s+){{0,2}}"
_HARM_BEHIND = re.compile(rf"{_OPENED}[^\w{_F}{_D}{_H}{_S}]*{_WORDS}[{_H}]", re.IGNORECASE)
_ANY_BEHIND = re.compile(
    rf"{_OPENED}[^\w{_F}{_D}{_H}{_S}]*(?:{_F}|{_WORDS}[{_H}{_S}])", re.IGNORECASE
)
_LED_TO = (  # from a drug to the `cause` of harm, and on
    rf"(?:[^\w.;{_F}{_D}{_H}{_S}]|\d[\w.]*|\b(?:mcg|mg|g|ml|units?|po|iv|daily|nightly|od|bid|tid|qid|which|that|this"
    r"|it|has|had|have|was|were|is|also|once|previously|always|and|but|then)\b)*+"
)
_AT_ONCE = rf"(?:[^\w.;{_F}{_D}{_H}{_S}]+{_NOT}\w+){{0,3}}[^\w.;{_F}{_D}{_H}{_S}]*[{_F}{_H}{_S}]"
_LIST = re.compile(rf"(?:(?:\s|,|/|&|\band\b|\bor\b)+{_D}+){{0,20}}", re.IGNORECASE)
_EMPTY_BOX = re.compile(r"(?:[\[({]\s*[\])}]|[☐□▢◻])\s*(?:no|known|drug)?\s*\Z", re.IGNORECASE)
_AND = re.compile(r"\b(?:and|or)\b|[/&]", re.IGNORECASE)


class Taken:
    """Tells what becomes of a drug in a section of allergies that may be no allergen.

    rows (Iterable[Row]): With the columns phrase and where.
    """

    def __init__(self, rows: Iterable[Row]):
        phrases: dict[str, list[str]] = {kind: [] for kind in KINDS}
        for row in rows:
            phrases[row["where"]].append(row["phrase"])
        self._beside = _phrases(before=phrases[BESIDE])
        self._past = _phrases(before=phrases[PAST])
        self._when = _phrases(before=phrases[WHEN])
        self._but = _phrases(before=phrases[BUT])
        self._to = _phrases(before=phrases[TO], after=phrases[BEHIND])
        self._avoid = _phrases(before=phrases[AVOID], after=phrases[AVOID])
        none = f"(?P<other>{_either(phrases[OTHER])})|{_either(phrases[EARLIER])}"
        self._none = re.compile(none, re.IGNORECASE)
        self._harm = re.compile(_either(phrases[HARM]), re.IGNORECASE)
        self._sign = re.compile(_either(phrases[SIGN]), re.IGNORECASE)
        caused = rf"{_LED_TO}(?:{_either(phrases[CAUSE])}){_AT_ONCE}"
        self._caused = re.compile(caused, re.IGNORECASE)

    def judge(self, fact: Fact, sentences: Sentences) -> str:
        """Tell what a drug is in spite of its section.

        fact (Fact): The drug.
        sentences (Sentences): Of the document.
        RETURNS (str): "taken" if the words before it say so, or the section says before it that
            there is no allergy; "avoided" if it isn't to be given, "harmed" if it did harm besides;
            "" for an allergen like others. Harm that is told of it weighs more than both; other
            harm in its sentence counts where nothing says that it is taken.
        """
        if fact.role != "medication":
            return ""
        avoided = "absent" in fact.said.values and self._avoid.find(sentences, fact) is not None
        conditional = any(said.value.lower() == "conditional" for said in fact.attributes)
        said = _holds(self._beside, sentences, fact) and not _holds(self._when, sentences, fact)
        taken = said or self._is_none(fact, sentences)
        harmed = conditional or self._is_tied(fact, sentences, taken=taken, named=not said)
        if not harmed and (not taken or self._past.find(sentences, fact) is not None):
            harmed = self._is_told(fact, sentences)
        if harmed and (avoided or "hypothetical" in fact.said.values):
            return HARMED
        if avoided:
            return AVOIDED
        return TAKEN if taken and not harmed else ""

    def _is_none(self, fact: Fact, sentences: Sentences) -> bool:
        """Whether the section says before a drug that there is no allergy, and nothing but that."""
        start = max(fact.section_start, fact.start - REACH)
        before = sentences.text[start : fact.start]
        found = [one for one in self._none.finditer(before) if not _unticked(before, one)]
        if all(match["other"] is not None for match in found):
            return False
        if self._but.find(sentences, fact) is not None:
            return False
        return not _holds(self._to, sentences, fact)

    def _is_tied(self, fact: Fact, sentences: Sentences, *, taken: bool, named: bool) -> bool:
        """Whether harm is told of a drug: before it, behind it or its list, or as what it caused.
        Of one that is taken, a bare finding behind it (where it isn't `named`) is its reason."""
        start, end = sentences.around(fact)
        marked = self._mark(sentences, start, end)
        by = _HARMED_BY.search(marked[: fact.start - start])
        if by and not IS_DENIED.search(sentences.text[start : start + by.start()]):
            return True
        listed = _end_of_list(marked, fact.end - start)
        behind = _HARM_BEHIND if taken and not named else _ANY_BEHIND
        joined = listed if _AND.search(marked, fact.end - start, listed) else fact.end - start
        return bool(behind.match(marked, listed) or self._caused.match(marked, joined))

    def _is_told(self, fact: Fact, sentences: Sentences) -> bool:
        """Whether words of the drug's sentence tell of harm that no other drug before it owns."""
        start, end = sentences.around(fact)
        other = sentences.marked.find(DRUG_SIGN, _end_of_list(sentences.marked, fact.end), end)
        end = end if other < 0 else other
        for match in self._harm.finditer(sentences.text, start, end):
            before, marked = sentences.text[start : match.start()], sentences.marked
            is_reason = _FOR.search(before) and not _STOPPED.search(before)
            owned = match.start() < fact.start and _OWNED.search(marked[start : match.start()])
            if not (is_reason or owned or IS_DENIED.search(before)):
                return True
        return False

    def _mark(self, sentences: Sentences, start: int, end: int) -> str:
        """The text between two places in which signs stand for harm too."""
        marked = sentences.marked[start:end]
        for pattern, sign in ((self._sign, _S), (self._harm, _H)):
            for match in pattern.finditer(sentences.text, start, end):
                first, last = match.start() - start, match.end() - start
                if _D not in marked[first:last]:
                    marked = marked[:first] + sign * (last - first) + marked[last:]
        return marked


def _holds(phrases: Phrases, sentences: Sentences, fact: Fact) -> bool:
    """Whether one of some phrases stands beside a drug, and isn't denied."""
    found = phrases.find(sentences, fact)
    return found is not None and not found.negated


def _end_of_list(marked: str, place: int) -> int:
    """RETURNS (int): Where the list of drugs ends that a drug stands in which ends at a place."""
    match = _LIST.match(marked, place)
    return match.end() if match else place


def _phrases(before: Iterable[str] = (), after: Iterable[str] = ()) -> Phrases:
    sides = (("before", before), ("after", after))
    return Phrases({"phrase": one, "side": side} for side, ones in sides for one in ones)


def _unticked(text: str, match: re.Match[str]) -> bool:
    """Whether an empty box stands before some words: "[ ] None known"."""
    return bool(_EMPTY_BOX.search(text, max(0, match.start() - REACH), match.start()))


def _either(phrases: Iterable[str]) -> str:
    spaced = (one.replace(" ", r"\s+") for one in phrases)
    return "|".join(f"(?:{one})" for one in spaced) or r"(?!)"
