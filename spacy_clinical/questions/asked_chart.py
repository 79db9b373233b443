"""A question in front of a patient's chart: what all answers are made with."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from ..graph.clinical_graph import Mention
from ..graph.concept_history import Statement, score_of
from ..graph.graph_lookup import FAMILY, PASSING
from ..graph.patient_chart import PatientChart
from .answer import Row
from .note_texts import NoteTexts
from .query import Query

Beside = Callable[[Statement], Iterable[Mention]]
_EVER = {"had", "ever", "past", "previous", "previously", "before", "been", "was", "were", "did"}
DENIED, HYPOTHETICAL, UNSURE = "denied", "hypothetical", "unsure"


@dataclass
class Asked:
    """A question and whom it asks.

    chart (PatientChart): The patient's notes up to the day of the question.
    query (Query): The question.
    texts (NoteTexts): To quote from.
    as_of (date | None): The day of the question: that of the newest note.
    wider (Callable): A concept to itself and all kinds of it.
    left_out (Counter[str]): What was looked at and isn't the patient's present.
    """

    chart: PatientChart
    query: Query
    texts: NoteTexts
    as_of: date | None
    wider: Callable[[str], frozenset[str]]
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def ever(self) -> bool:
        """RETURNS (bool): Whether the question asks of the past as well ("has he had")."""
        return not _EVER.isdisjoint(self.query.question.replace("?", " ").split())

    def row(self, value: str, statements: Iterable[Statement], beside: Beside | None = None) -> Row:
        """Make a row.

        value (str): What answers.
        statements (Iterable[Statement]): Who says so, and is quoted.
        beside (Beside | None): What else each of them needs to say it, such as a drug's strength.
        RETURNS (Row): The row; it is as sure as the surest of them, which is as sure as the least
            sure of what it needs.
        """
        said = tuple(statements)
        if beside is None:
            return Row(value, self.texts.quotes(said), score_of(said))
        scores = [self.sure(one, beside(one)) for one in said]
        return Row(value, self.texts.quotes(said), max(scores, default=1.0))

    def sure(self, one: Statement, others: Iterable[Mention]) -> float:
        """RETURNS (float): The lowest score of a statement, of mentions, of relations to them."""
        graph = self.chart.graph
        return min([one.score, *(graph.score(one.mention, other) for other in others)])

    def name(self, concept: str) -> str:
        """RETURNS (str): A concept's name."""
        return self.chart.name(concept)

    def of(self, concepts: Iterable[str]) -> list[str]:
        """RETURNS (list[str]): Concepts and kinds of them that the notes speak of, in order."""
        known = self.chart.statements
        found = {id for concept in concepts for id in self.wider(concept) if id in known}
        return sorted(found, key=lambda id: (self.name(id), id))

    def leave_out(self, concepts: Iterable[str]) -> None:
        """Count what is said of concepts that isn't the patient's present."""
        for concept in concepts:
            self.leave_out_statements(self.chart.statements.get(concept, ()))

    def leave_out_statements(self, statements: Sequence[Statement]) -> None:
        """Count statements that aren't the patient's present."""
        for one in statements:
            if one.family:
                self.left_out[FAMILY] += 1
            elif one.holds("hypothetical"):
                self.left_out[HYPOTHETICAL] += 1
            elif one.denied:
                self.left_out[DENIED] += 1
            elif one.holds(*PASSING):
                self.left_out[UNSURE] += 1
