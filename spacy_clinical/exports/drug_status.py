"""Whether a drug is taken: MedicationStatement.status by the phrases beside it."""

from collections.abc import Iterable

from .document_facts import Fact
from .fhir_phrases import Phrases, Sentences
from .mapping_tables import Row

UNKNOWN, OVER, NOT_TAKEN, LEAVE = "unknown", "completed", "not-taken", "-"


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
            else what is said. It isn't known of a stop that is planned or doubted, of a drug that
            was stopped and begun again, and where only such a phrase, denied or conditional, made
            the assertion say that it isn't taken ("don't stop", "hold if").
        """
        beside = self._phrases.find(sentences, fact)
        if beside is None:
            return said
        if beside.negated or beside.conditional or beside.again:
            return UNKNOWN if said in (OVER, NOT_TAKEN) else said
        status = str(beside.row["status"])
        if said == NOT_TAKEN:
            return status if status == LEAVE else said
        return status if fact.said.is_asserted or status == LEAVE else UNKNOWN
