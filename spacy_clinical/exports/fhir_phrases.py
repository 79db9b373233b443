"""Phrases beside a drug, or a list of drugs, that say what becomes of it: an allergy, a stop."""

import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from .document_facts import Fact, Facts
from .mapping_tables import Row

_BORDER = re.compile(r"[.!?;](?=\s|$)|\n\s*\n")
_JOINTS = re.compile(
    r",|/|&|\+|\n|\band\b|\bor\b|\bnor\b|\bas well as\b|\([^()\n]*\)", re.IGNORECASE
)
_AMOUNT = re.compile(
    r"\d[\d.,/-]*\s*(?:mcg|mg|g|ml|iu|units?|tabs?|tablets?|%)?(?![a-z])"
    r"|\b(?:po|iv|im|sc|daily|od|bid|tid|qid|nightly|prn)\b|[-•*]",
    re.IGNORECASE,
)
_NO_ITEM = frozenset(
    [
        "a",
        "after",
        "as",
        "at",
        "because",
        "but",
        "by",
        "for",
        "from",
        "given",
        "had",
        "has",
        "have",
        "he",
        "if",
        "in",
        "is",
        "it",
        "no",
        "not",
        "now",
        "off",
        "on",
        "she",
        "so",
        "started",
        "started",
        "takes",
        "taking",
        "that",
        "then",
        "therefore",
        "they",
        "this",
        "to",
        "treated",
        "was",
        "were",
        "when",
        "which",
        "while",
        "who",
        "with",
    ]
)
_ARTICLES = frozenset({"the", "any", "all", "both", "his", "her", "their", "known"})
IS_DENIED = re.compile(
    r"\b(?:no|not|cannot|never|none|denie[sd]|denying|without|negative for|non|nor"
    r"|(?:is|was|did|do|does|can|could|should|must)n't|can't)"
    r"(?:\W+\w+){0,3}\W*$",
    re.IGNORECASE,
)
_IF = re.compile(r"\b(?:if|unless|in case|should|when)\b", re.IGNORECASE)
_AGAIN = re.compile(r"\b(?:re-?start|resum|re-?introduc|re-?challeng)", re.IGNORECASE)
LONGEST_ITEM = 3
REACH = 500  # characters on each side of a mention that are read, where a sentence is longer
FINDINGS = frozenset({"condition", "symptom"})
FINDING_SIGN, DRUG_SIGN = "\ue000", "\ue001"


class Beside(NamedTuple):
    """What stands beside a drug.

    row (Row): The phrase's row of its table.
    negated (bool): Whether the phrase is.
    again (bool): Whether something is said to begin again behind it.
    conditional (bool): Whether the sentence makes it depend on something.
    """

    row: Row
    negated: bool
    again: bool
    conditional: bool


class Phrases:
    """A table of phrases.

    rows (Iterable[Row]): With the columns phrase and side.
    """

    def __init__(self, rows: Iterable[Row]):
        self.rows = [(re.compile(_spaced(row["phrase"]), re.IGNORECASE), row) for row in rows]

    def find(self, sentences: "Sentences", fact: Fact) -> Beside | None:
        """Find the phrase beside a drug.

        sentences (Sentences): Of the document.
        fact (Fact): The drug.
        RETURNS (Beside | None): The first row's phrase that reaches it in its sentence, over other
            items of a list at most.
        """
        start, _ = sentences.around(fact)
        text = sentences.without_drugs(fact)
        before, after = text[: fact.start - start], text[fact.end - start :]
        if_any = bool(_IF.search(before) or _IF.search(after))
        for phrase, row in self.rows:
            if row["side"] == "before":
                match = _last(phrase, before)
                if match and _is_list(before[match.end() :], joined=True):
                    negated = bool(IS_DENIED.search(before[: match.start()]))
                    return Beside(row, negated, _again(after), if_any)
            else:
                match = next((m for m in phrase.finditer(after) if _joins(after, m)), None)
                if match:
                    again = _again(after[match.end() :])
                    return Beside(row, bool(IS_DENIED.search(before)), again, if_any)
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

    def without_drugs(self, fact: Fact) -> str:
        """RETURNS (str): The sentence of a mention in which all mentions but findings are blank:
        items of a list, whatever their words."""
        start, end = self.around(fact)
        text = list(self.text[start:end])
        inside = slice(bisect_left(self._starts, start), bisect_left(self._starts, end))
        for other in self._mentions[inside]:
            if other.end <= end and other.role not in FINDINGS:
                text[other.start - start : other.end - start] = " " * (other.end - other.start)
        return "".join(text)

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


def _spaced(phrase: str) -> str:
    return rf"(?<!\w){phrase}".replace(" ", r"\s+") if phrase[0].isalnum() else phrase


def _last(phrase: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(iter(deque(phrase.finditer(text), maxlen=1)), None)


def _joins(after: str, match: re.Match[str]) -> bool:
    return _is_list(after[: match.start()], joined=False)


def _is_list(text: str, *, joined: bool) -> bool:
    """Whether a text holds items of a list only; the item beside the drug must be the drug."""
    items = [_AMOUNT.sub(" ", item).strip(" \t:-").lower() for item in _JOINTS.split(text)]
    own = items[-1] if joined else items[0]
    if set(own.split()) - _ARTICLES:
        return False
    return all(_is_item(item) for item in items)


def _is_item(item: str) -> bool:
    words = item.split()
    return len(words) <= LONGEST_ITEM and ":" not in item and _NO_ITEM.isdisjoint(words)


def _again(text: str) -> bool:
    return bool(_AGAIN.search(text))
