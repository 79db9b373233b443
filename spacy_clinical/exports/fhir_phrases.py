"""Phrases beside a drug, or a list of drugs, that say what becomes of it: an allergy, a stop."""

import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from ..condition_clauses import leads_clause
from ..doc_text import mask
from ..docs.label_roles import FINDINGS
from ..drug_changes.denials import IS_DENIED
from ..drug_changes.drug_harm import DRUG_SIGN, FINDING_SIGN
from .document_facts import Fact, Facts
from .mapping_tables import Row
from .phrase_lists import AHEAD, LINE_END, PASSIVE, joins, leads

_BORDER = re.compile(
    r"(?:[.!;]|(?<!llergies)\?)(?=\s|$)|\n\s*\n|\n(?=[^\S\n]*(?-i:[A-Z])[\w /&()-]{1,40}:)",
    re.IGNORECASE,
)
_WITHDRAWN = re.compile(
    r"^(?:\W+\w+){0,3}?\W+(?:was|were|has been|have been|since|later|then)\b(?:\W+\w+){0,2}?\W+"
    r"(?:removed|de-?labell?ed|ruled out|excluded|dispro(?:ved|ven)|refuted|deleted|cleared)\b"
    r"|^\s*[,(]\s*(?:since |now |later )?(?:removed|ruled out|disproved|refuted|deleted)\b"
    r"|\bde-?labell?ed\b",
    re.IGNORECASE,
)
# In a sentence of its own: "Allergic to A; this was later delabelled."
_TAKEN_BACK = re.compile(
    r"\s*(?:but |however,? )?(?:this|it|that|which|(?:the|this|that) (?:allergy|label|reaction)"
    r"(?: label)?)(?: (?:was|has|had|is|been|later|since|subsequently|then|now|eventually))+"
    r" (?:formally )?(?:removed|de-?labell?ed|ruled out|excluded|dispro(?:ved|ven)|refuted|"
    r"deleted|cleared)\b",
    re.IGNORECASE,
)
_IF = re.compile(
    r"\b(?:if(?! (?:needed|necessary|required|tolerated|able|possible)\b)|unless|in case|should)\b",
    re.IGNORECASE,
)
_VITALS = r"\bfor (?:an? )?(?:sbp|dbp|map|bp|hr|rr|pulse|heart rate|sedation)\b"
_FOR_VITALS = re.compile(_VITALS, re.IGNORECASE)
_FOR_LIMIT = re.compile(rf"{_VITALS}\s*(?:[<>≤≥]|less|under|below|over|above|great)", re.I)
_WHEN = re.compile(r"\b(?:when|whenever)\b", re.IGNORECASE)
_PAST = re.compile(r"ed\b|'d\b|\bheld\b|withdr(?:ew|awn)|\b(?:came|ran) ", re.IGNORECASE)
_AGAIN = re.compile(
    r"\b(?:re-?started|resumed|re-?introduced|re-?challenged|re-?initiated)\b", re.IGNORECASE
)
_TO_COME = re.compile(
    r"\b(?:to|will|should|can|may|could|would|until|once|when|if|not|never)(?:\W+\w+){0,2}\W*$",
    re.IGNORECASE,
)
REACH = 500  # characters on each side of a mention that are read, where a sentence is longer


class Beside(NamedTuple):
    """What stands beside a drug.

    row (Row): The phrase's row of its table.
    negated (bool): Whether the phrase is.
    again (bool): Whether something is said to begin again behind it.
    conditional (bool): Whether the sentence makes it depend on something.
    withdrawn (bool): Whether it is taken back behind it: "allergy was ruled out".
    """

    row: Row
    negated: bool
    again: bool
    conditional: bool
    withdrawn: bool


class Phrases:
    """A table of phrases.

    rows (Iterable[Row]): With the columns phrase and side; "{drug}" in a phrase is another drug.
    """

    def __init__(self, rows: Iterable[Row]):
        forms = ((_bounded(row).replace("{drug}", DRUG_SIGN), row) for row in rows)
        self.rows = [(re.compile(form, re.IGNORECASE), row) for form, row in forms]

    def find(self, sentences: "Sentences", fact: Fact) -> Beside | None:
        """Find the phrase beside a drug.

        sentences (Sentences): Of the document.
        fact (Fact): The drug.
        RETURNS (Beside | None): The first row's phrase that reaches it in its sentence, over other
            items of a list at most.
        """
        start, _ = sentences.around(fact)
        text = sentences.blanked(fact)
        before, after = text[: fact.start - start], text[fact.end - start :]
        for phrase, row in self.rows:
            if row["side"] == "before":
                match = _last(phrase, before)
                if match and leads(before, match):
                    return _beside(row, match, before, after, after + sentences.behind(fact))
            else:
                match = next((m for m in phrase.finditer(after) if joins(before, after, m)), None)
                if match:
                    behind = after[match.end() :] + sentences.behind(fact)
                    return _beside(row, match, before, after, behind)
        return None


class Sentences:
    """The sentences of a document, for what stands beside a mention. A line end alone ends none.

    facts (Facts): The document.
    """

    def __init__(self, facts: Facts):
        self.text = facts.text
        self._borders = [0, *(match.end() for match in _BORDER.finditer(facts.text))]
        self._borders.append(max(len(facts.text), self._borders[-1]))
        self._mentions = sorted(facts.mentions, key=lambda fact: fact.start)
        self._starts = [fact.start for fact in self._mentions]

    def around(self, fact: Fact) -> tuple[int, int]:
        """RETURNS (tuple[int, int]): The characters of the sentences that a mention stands in, of
        a longer one those in reach."""
        first = max(bisect_right(self._borders, fact.start) - 1, 0)
        last = bisect_left(self._borders, fact.end)
        start, end = self._borders[first], self._borders[min(last, len(self._borders) - 1)]
        return max(start, fact.start - REACH), min(end, fact.end + REACH)

    def behind(self, fact: Fact) -> str:
        """RETURNS (str): What the next sentence takes back of what is said of a mention, or ""."""
        match = _TAKEN_BACK.match(self.text, self.around(fact)[1])
        return match[0] if match else ""

    def blanked(self, fact: Fact) -> str:
        """RETURNS (str): The sentence of a mention in which all mentions but findings are blank,
        items of a list, whatever their words; a sign stands for each letter of a drug."""
        start, end = self.around(fact)
        text = list(self.text[start:end])
        inside = slice(bisect_left(self._starts, start), bisect_left(self._starts, end))
        for other in self._mentions[inside]:
            if other.end <= end and other.role not in FINDINGS:
                sign = DRUG_SIGN if other.role == "medication" else " "
                text[other.start - start : other.end - start] = sign * (other.end - other.start)
        return "".join(text)

    @cached_property
    def masked(self) -> str:
        """The text without what its mentions say, see `doc_text.mask`."""
        return mask(self.text, (place for one in self._mentions for place in one.fragments))

    @cached_property
    def marked(self) -> str:
        """The text in which a sign stands for each letter of a finding, another for each of a
        drug."""
        text = list(self.text)
        for fact in self._mentions:
            sign = FINDING_SIGN if fact.role in FINDINGS else DRUG_SIGN
            if fact.role in FINDINGS or fact.role == "medication":
                for start, end in fact.fragments:
                    text[start:end] = sign * (end - start)
        return "".join(text)


def _bounded(row: Row) -> str:
    """A row's phrase; one before a drug begins no word's second half: "Postop: A" is no stop."""
    phrase = str(row["phrase"])
    of_group = row["side"] == "before" and phrase.startswith("(?:")
    return rf"(?<![a-zA-Z]){phrase}" if of_group else _spaced(phrase)


def _spaced(phrase: str) -> str:
    return rf"(?<!\w){phrase}".replace(" ", r"\s+") if phrase[0].isalnum() else phrase


def _last(phrase: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(iter(deque(phrase.finditer(text), maxlen=1)), None)


def _beside(row: Row, match: re.Match[str], before: str, after: str, behind: str) -> Beside:
    """What is said of a phrase: `before` and `after` the drug, and `behind` both."""
    ahead = before[: match.start()] if row["side"] == "before" else before
    if row["side"] == "after" and PASSIVE.search(match[0]):
        ahead = before[before.rfind(",") + 1 :]  # a clause of its own
    conditional = _depends(*_own_lines(before, after, match, row["side"]), match)
    withdrawn = bool(_WITHDRAWN.search(behind))
    return Beside(row, bool(IS_DENIED.search(ahead)), _again(behind), conditional, withdrawn)


def _own_lines(before: str, after: str, phrase: re.Match[str], side: str) -> tuple[str, str, int]:
    """The lines from a phrase to its drug, of what stands `before` and `after` that, and where the
    phrase begins in the former; what begins on a line of its own tells of something else."""
    start, end = (phrase.start(), 0) if side == "before" else (len(before), phrase.end())
    first = max((m.end() for m in LINE_END.finditer(before, 0, start)), default=0)
    last = LINE_END.search(after, end)
    return before[first:], after[: last.start()] if last else after, start - first


def _again(text: str) -> bool:
    """Whether something began again that isn't another drug, not whether it is to."""
    return any(
        not _TO_COME.search(text[: match.start()]) and not AHEAD.match(text, match.end())
        for match in _AGAIN.finditer(text)
    )


def _depends(before: str, after: str, at: int, phrase: re.Match[str]) -> bool:
    """Whether what a phrase tells depends on something; "stopped when" and "held for SBP 90" tell
    of what happened."""
    past = _PAST.search(phrase[0])
    conditions = (_IF, _FOR_LIMIT) if past else (_IF, _WHEN, _FOR_VITALS)
    return any(one.search(after) or _governs(one, before, at) for one in conditions)


def _governs(condition: re.Pattern[str], before: str, at: int) -> bool:
    """Whether a condition before a drug is of its phrase, which begins at a character: over a
    comma only where it leads its clause, not "dialyse if K is high, stop A"."""
    return any(
        match.start() >= at
        or "," not in before[match.end() : at]
        or leads_clause(before, 0, match.start())
        for match in condition.finditer(before)
    )
