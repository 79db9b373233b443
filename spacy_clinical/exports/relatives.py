"""Which relative a mention is said of: FamilyMemberHistory.relationship."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from ..docs import meanings_of
from .document_facts import Fact
from .fhir_codes import TERMINOLOGY
from .fhir_phrases import Sentences
from .fhir_values import quantity
from .mapping_tables import Row

ANYBODY, NOBODY = "FAMMEMB", "-"
_SIDE = re.compile(r"['’]s (?:side|family|relatives)\b", re.IGNORECASE)
_OF = re.compile(r"['’]s? |\s+of\s+(?:the |his |her |their |patient['’]s )?", re.IGNORECASE)
# Whose a finding is, whoever was named before: "gout in her mother", "gout (mother)".
_BEHIND = re.compile(
    r"\s*(?:\(\s*|\b(?:in|affecting|of) )"
    r"(?:(?:the|a|an|his|her|their|one|two|three|both|patient['’]s) )*",
    re.IGNORECASE,
)
# How old somebody was when it began: "at age 48", "diagnosed at 48", not when they died of it.
_AGED = re.compile(
    r"\s*[,(]?\s*(?:(?:diagnosed|onset|dx(?:'?d)?)\s+)?(?:at (?:age |the age of |age of )?|aged? )"
    r"(?P<age>\d{1,2}|1[01]\d)(?![\w/:%]|[.,]\d| ?(?:mg|pm|am|o'clock)\b)",
    re.IGNORECASE,
)
_DEATH = re.compile(r"\b(?:died|death|passed|deceased|killed|dead)\b[^,;]*$", re.IGNORECASE)
SECTION = "family_history"
_HAN = re.compile("[\u3400-\u9fff]")  # written without spaces, so that no word has borders
Resource = dict[str, Any]


class Relatives:
    """The table of relatives.

    rows (Iterable[Row]): Words, code and display of each.
    """

    def __init__(self, rows: Iterable[Row]):
        self.rows = {row["words"]: row for row in rows}
        longest_first = sorted(self.rows, key=len, reverse=True)
        self.form = re.compile("|".join(map(_pattern, longest_first)), re.IGNORECASE)

    def find(self, fact: Fact, sentences: Sentences) -> Resource | None:
        """Find the relative.

        fact (Fact): What somebody else has.
        sentences (Sentences): Of the document.
        RETURNS (Resource | None): The relationship: by the nearest words before the mention in its
            sentence, else behind it, else by the cue or the section; None if nobody is named, or
            somebody who is no relative.
        """
        start, end = sentences.around(fact)
        people = list(self._people(sentences.text, start, end))
        before = [person for person in people if person[0] < fact.start]
        after = [person for person in people if person[0] >= fact.end]
        tied = _BEHIND.match(sentences.text, fact.end)
        if tied and after and after[0][0] == tied.end():
            row: Row | None = after[0][1]
        else:
            rows = [row for _, row in (*reversed(before), *after)]
            named = [row for row in rows if row["code"] != ANYBODY]
            row = next(iter(named or rows), None) or self._elsewhere(fact, sentences.text)
        if row is None or row["code"] == NOBODY:
            return None
        code = {"system": f"{TERMINOLOGY}v3-RoleCode", "code": row["code"]}
        return {"coding": [{**code, "display": row["display"]}]}

    def _people(self, text: str, start: int, end: int) -> Iterator[tuple[int, Row]]:
        """Who is named in a text, and where. Somebody of a relative ("her brother's wife") is one
        person, who may be no relative, unless the table has the words."""
        last = None
        for match in self.form.finditer(text, start, end):
            if _SIDE.match(text, match.end()):
                continue
            if last is not None and _OF.fullmatch(text, last[1], match.start()):
                last = (last[0], match.end(), {**last[2], "code": NOBODY})
                continue
            if last is not None:
                yield last[0], last[2]
            last = (match.start(), match.end(), self.rows[_folded(match[0])])
        if last is not None:
            yield last[0], last[2]

    def _elsewhere(self, fact: Fact, text: str) -> Row | None:
        cues = (a.cue for a in fact.attributes if a.cue and "family" in meanings_of([a]).values)
        told = next((m for cue in cues for m in self.form.finditer(text, *cue)), None)
        if told:
            return self.rows[_folded(told[0])]
        return self.rows["family"] if fact.section == SECTION else None


def onset(fact: Fact, sentences: Sentences) -> Resource:
    """Say how old a relative was when a disease began.

    fact (Fact): What the relative has.
    sentences (Sentences): Of the document.
    RETURNS (Resource): onsetAge, in years, where the words behind the mention tell it; nothing
        where they tell of a death.
    """
    start, end = sentences.around(fact)
    aged = _AGED.match(sentences.text, fact.end, end)
    if aged is None or _DEATH.search(sentences.text[start : fact.start]):
        return {}
    return {"onsetAge": quantity(Decimal(aged["age"]), "a")}


def _pattern(word: str) -> str:
    form = re.escape(word).replace("'", "['’]").replace(r"\-", "[- ]")
    return form if _HAN.search(word) else rf"\b{form}\b"


def _folded(words: str) -> str:
    return words.lower().replace("’", "'")
