"""A problem's course: first said, since when, denied, resolved, over all notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .clinical_graph import PRESENT
from .concept_history import DOCUMENT, SAID, Statement, newest_stand, until
from .graph_lookup import ABSENT, PASSING
from .time_expressions import AT, SINCE
from .time_spans import TimeSpan

HISTORICAL, POSSIBLE = "historical", "possible"


@dataclass(frozen=True)
class ProblemCourse:
    """What is said of a condition or symptom of the patient's own.

    concept (str): The problem.
    statements (tuple[Statement, ...]): All that is said, relatives' left out, the oldest first.
    """

    concept: str
    statements: tuple[Statement, ...]

    def status(self, as_of: date | None = None) -> str:
        """Say how it stands by the newest notes that take a stand.

        as_of (date | None): On which day; None for after all notes.
        RETURNS (str): present, historical, absent, possible, hypothetical, or "" if nothing is
            said. Where notes of one day disagree, present wins.
        """
        now = newest_stand(self.statements, as_of)
        if not now:
            said = until(self.statements, as_of)
            return next((one for one in (POSSIBLE, "hypothetical") if _any(said, one)), "")
        if any(_is_there(one) for one in now):
            return PRESENT
        return ABSENT if all(one.denied for one in now) else HISTORICAL

    def ever(self) -> tuple[Statement, ...]:
        """RETURNS (tuple[Statement, ...]): Who says that the patient has it or had it."""
        sure = (one for one in self.statements if not one.holds(*PASSING))
        return tuple(one for one in sure if not one.denied)

    def days(self) -> list[tuple[TimeSpan, Statement]]:
        """RETURNS (list[tuple]): Each day that a note tells for it, and who tells it; that of the
        note where it has the problem and tells none."""
        found = []
        for one in self.ever():
            told = one.times.get(AT) or one.times.get(SINCE)
            if told or _is_there(one):
                found.append((told or one.day, one))
        return found

    def since(self) -> tuple[TimeSpan, str, Statement] | None:
        """RETURNS (tuple | None): The earliest day that a note tells, SAID and who tells it; else
        the day of the first note that has it, DOCUMENT and that; None if none has it."""
        sure = self.ever()
        told = [
            (span, SAID, one)
            for one in sure
            for span in (one.times.get(SINCE) or one.times.get(AT),)
            if span is not None
        ]
        if told:
            return min(told, key=lambda row: (row[0].first, row[2].where))
        return (sure[0].day, DOCUMENT, sure[0]) if sure else None

    def resolved(self) -> Statement | None:
        """RETURNS (Statement | None): The first note after which it is said to be over, and not
        said to be there again."""
        over: Statement | None = None
        was = False
        for one in self.statements:
            if _is_there(one):
                was, over = True, None
            elif was and over is None and (one.holds(HISTORICAL) or one.denied):
                over = one
        return over


def problem_course(concept: str, statements: Sequence[Statement]) -> ProblemCourse:
    """RETURNS (ProblemCourse): A problem's course, of what one patient's notes say of it."""
    return ProblemCourse(concept, tuple(one for one in statements if not one.family))


def _is_there(one: Statement) -> bool:
    return one.mention.assertion == PRESENT and not one.denied


def _any(statements: Sequence[Statement], assertion: str) -> bool:
    return any(one.holds(assertion) for one in statements)
