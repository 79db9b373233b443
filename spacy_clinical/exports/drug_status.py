"""Whether a drug is taken, a procedure was done: their status by the phrases beside them."""

import re
from collections.abc import Iterable

from ..docs import meanings_of
from ..procedure_cues import DECLINED, find_status
from ..procedure_cues import NOT_DONE as CALLED_OFF
from ..procedure_cues import PLANNED as TO_COME
from .document_facts import Fact
from .fhir_phrases import FINDING_SIGN, Phrases, Sentences
from .mapping_tables import Row

UNKNOWN, OVER, NOT_TAKEN, LEAVE = "unknown", "completed", "not-taken", "-"
_EFFECT = re.compile(
    rf"(?:{FINDING_SIGN}|\b(?:reactions?|side effects?|problems?|issues?|complications?|trouble)).*"
    r"\b(?:with|on|after|from|to|while taking)\s+(?:(?:the|a|any|his|her)\s+)*$",
    re.IGNORECASE | re.DOTALL,
)
ACTIVE, INTENDED = "active", "intended"
STOPPED, HELD = "stopped", "on-hold"
CONSIDERED = "considered"  # of a table of phrases: talked about, no more
GIVEN = "given"  # of tables that were copied when exports told it: drug_changes does
PLANNED, NOT_DONE = "preparation", "not-done"  # a procedure
LEFT = {
    "MedicationStatement": "drugs that aren't to be given",
    "Procedure": "boxes that nobody ticked",
}
_BOX = re.compile(r"[\[({]\s*[\])}]|[☐□▢◻]|_+")  # ticked by nobody
_ERROR = re.compile(r"\b(?:error|erroneously|mistake|mistakenly)\b", re.IGNORECASE)
_ABORTED = re.compile(r"\s*(?:(?:was|had\s+to\s+be|wurde|fue)\s+)?(?:aborted|abgebrochen)\b", re.I)
_ONLY_IF = re.compile(r"\s*,?\s*(?:but\s+)?only\s+(?:if|when|in\s+case)\b", re.IGNORECASE)


class DrugStatus:
    """Tells whether a drug is taken.

    rows (Iterable[Row]): With the columns phrase, side and status.
    """

    def __init__(self, rows: Iterable[Row]):
        self._phrases = Phrases(rows)

    def find(self, fact: Fact, sentences: Sentences, said: str) -> str:
        """Find a drug's status.

        fact (Fact): The drug.
        sentences (Sentences): Of the document.
        said (str): What its assertion says.
        RETURNS (str): The status of the phrase beside it that isn't denied and depends on nothing,
            else what is said. What is to be taken on a condition is intended. It isn't known of a
            stop that is planned or doubted, of a drug that was stopped and begun again, where only
            such a phrase, denied or conditional, made the assertion say that it isn't taken or is
            to come ("don't stop", "hold if", "if it recurs, stop"), where its effect is denied ("no
            rash with"), and where only the heading makes it past ("Past medical history: gout, on
            A"). What an empty box stands by is left out.
        """
        if said == INTENDED and is_unticked(fact, sentences.marked):
            return LEAVE
        beside = self._phrases.find(sentences, fact)
        if said == OVER and fact.is_said_by_heading:
            said = UNKNOWN
        if said == NOT_TAKEN and _is_of_effect(fact, sentences):
            said = UNKNOWN
        if beside is None:
            return said
        if beside.row["status"] == INTENDED:
            begins = beside.conditional and not beside.negated and said == ACTIVE
            return INTENDED if begins else said
        if beside.row["status"] == UNKNOWN and said == INTENDED and not beside.negated:
            return UNKNOWN
        if beside.negated or beside.conditional or beside.again:
            taken = beside.conditional and beside.row["status"] in (STOPPED, HELD)
            return UNKNOWN if said in (OVER, NOT_TAKEN) or (taken and said == INTENDED) else said
        status = str(beside.row["status"])
        if status == CONSIDERED:
            return UNKNOWN if said == ACTIVE else said
        if status == GIVEN:
            return said
        if said == NOT_TAKEN:
            return status if status == LEAVE else said
        return status if fact.said.is_asserted or status == LEAVE else UNKNOWN


def is_unticked(fact: Fact, text: str) -> bool:
    """RETURNS (bool): Whether an empty box stands by something: "[ ] aspirin"."""
    return any(_BOX.fullmatch(words) for words in _cues(fact, text, "hypothetical"))


def procedure_status(fact: Fact, sentences: Sentences, said: str) -> str:
    """Find a procedure's status.

    fact (Fact): The procedure.
    sentences (Sentences): Of the document.
    said (str): What its assertion says.
    RETURNS (str): "entered-in-error" where words say so, PLANNED where it is ordered or before
        "only if", NOT_DONE where it was declined or cancelled, LEAVE where only an empty box stands
        by it, else what is said.
    """
    words = " ".join(_cues(fact, sentences.marked, "hypothetical"))
    if _ERROR.search(words):
        return "entered-in-error"
    if said in (OVER, PLANNED) and "historical" not in fact.said.values:
        said = _done_or_not(fact, sentences, said)
    return LEAVE if is_unticked(fact, sentences.marked) else said


def _done_or_not(fact: Fact, sentences: Sentences, said: str) -> str:
    """Whether a procedure was done, is planned or wasn't done, by the words beside it."""
    told = find_status(sentences.masked, sentences.around(fact), fact.start, fact.end)
    if told in (DECLINED, CALLED_OFF):
        return STOPPED if _ABORTED.match(sentences.text, fact.end) else NOT_DONE
    planned = told == TO_COME or _ONLY_IF.match(sentences.marked, fact.end)
    return PLANNED if planned else said


def _cues(fact: Fact, text: str, value: str) -> list[str]:
    """The words that told of an assertion."""
    told = (a.cue for a in fact.attributes if a.cue and value in meanings_of([a]).values)
    return [text[start:end] for start, end in told]


def _is_of_effect(fact: Fact, sentences: Sentences) -> bool:
    """Whether what denies a drug denies a finding "with" or "after" it."""
    cue = next(
        (a.cue for a in fact.attributes if a.cue and "absent" in meanings_of([a]).values), None
    )
    if cue is None or cue[1] >= fact.start:
        return False
    between = sentences.marked[cue[1] : fact.start]
    return bool(_EFFECT.search(between))
