"""Which relative a mention is said of: FamilyMemberHistory.relationship."""

import re
from collections.abc import Iterable
from typing import Any

from ..docs import meanings_of
from .document_facts import Fact
from .fhir_codes import TERMINOLOGY
from .fhir_phrases import Sentences
from .mapping_tables import Row

ANYBODY, NOBODY = "FAMMEMB", "-"
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
        text = sentences.text
        before = [m[0] for m in self.form.finditer(text, start, fact.start)]
        after = [m[0] for m in self.form.finditer(text, fact.end, end)]
        codes = [self.rows[words.lower()] for words in (*reversed(before), *after)]
        named = [row for row in codes if row["code"] != ANYBODY]
        row = next(iter(named or codes), None) or self._elsewhere(fact, text)
        if row is None or row["code"] == NOBODY:
            return None
        code = {"system": f"{TERMINOLOGY}v3-RoleCode", "code": row["code"]}
        return {"coding": [{**code, "display": row["display"]}]}

    def _elsewhere(self, fact: Fact, text: str) -> Row | None:
        cues = (a.cue for a in fact.attributes if a.cue and "family" in meanings_of([a]).values)
        told = next((m for cue in cues for m in self.form.finditer(text, *cue)), None)
        if told:
            return self.rows[told[0].lower()]
        return self.rows["family"] if fact.section == SECTION else None


def _pattern(word: str) -> str:
    return re.escape(word) if _HAN.search(word) else rf"\b{re.escape(word)}\b"
