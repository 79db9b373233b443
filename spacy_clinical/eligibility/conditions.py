"""What a criterion asks of a chart: conditions with three answers, and how they are joined."""

from dataclasses import dataclass
from datetime import date, timedelta

from ..decisions.rule_language import Term
from ..graph.concept_history import Statement

YES, NO, UNKNOWN = "yes", "no", "unknown"
ANY, ALL = "or", "and"
DRUG, PROBLEM, TEST, PROCEDURE = "drug", "problem", "test", "procedure"
ALLERGY, AGE = "allergy", "age"
_MONTHS = {"month": 1, "year": 12}


@dataclass(frozen=True)
class Window:
    """How far back something counts.

    number (int): How many.
    unit (str): day, week, month or year.
    """

    number: int
    unit: str

    def since(self, day: date) -> date:
        """RETURNS (date): The first day that counts, the last one being given."""
        if self.unit not in _MONTHS:
            return day - timedelta(days=self.number * (7 if self.unit == "week" else 1))
        months = day.year * 12 + day.month - 1 - self.number * _MONTHS[self.unit]
        year, month = divmod(months, 12)
        last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
        return date(year, month + 1, min(day.day, last))

    def __str__(self) -> str:
        return f"within {self.number} {self.unit}{'s' if self.number > 1 else ''}"


@dataclass(frozen=True)
class Condition:
    """One thing that is asked.

    kind (str): DRUG, PROBLEM, TEST, PROCEDURE, ALLERGY or AGE.
    words (str): What of, as the criterion has it; "" for the age.
    concepts (tuple[str, ...]): What it names.
    terms (tuple[Term, ...]): What a result or the age must fulfil, all of them.
    ever (bool): Whether what was counts too.
    window (Window | None): How far back it counts.
    """

    kind: str
    words: str
    concepts: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    ever: bool = False
    window: Window | None = None

    @property
    def set(self) -> str:
        """RETURNS (str): A name for those concepts and what is a kind of them, "" for the age."""
        return "|".join(self.concepts)

    def __str__(self) -> str:
        compared = " and ".join(
            f"{term.sign} {term.number:f} {term.unit}".rstrip() for term in self.terms
        )
        kind = f"ever {self.kind}" if self.ever and self.kind in (DRUG, PROBLEM) else self.kind
        told = f"{kind}({self.words}) {compared}".rstrip()
        return f"{told} {self.window}" if self.window else told


@dataclass(frozen=True)
class Verdict:
    """What a chart answers.

    value (str): YES, NO or UNKNOWN.
    why (str): In words.
    statements (tuple[Statement, ...]): Who says so.
    silent (bool): Whether the notes say nothing at all of what is asked.
    """

    value: str
    why: str
    statements: tuple[Statement, ...] = ()
    silent: bool = False

    @property
    def negated(self) -> "Verdict":
        """RETURNS (Verdict): The answer to the contrary."""
        value = {YES: NO, NO: YES}.get(self.value, UNKNOWN)
        return Verdict(value, self.why, self.statements, self.silent)


def join(verdicts: list[Verdict], joint: str) -> Verdict:
    """Join answers, as Kleene's logic of three values does.

    verdicts (list[Verdict]): At least one.
    joint (str): ANY or ALL.
    RETURNS (Verdict): YES or NO where that is sure whatever the unknown ones are.
    """
    deciding, other = (YES, NO) if joint == ANY else (NO, YES)
    for value in (deciding, UNKNOWN, other):
        of_value = [one for one in verdicts if one.value == value]
        if of_value:
            why = "; ".join(dict.fromkeys(one.why for one in of_value))
            said = tuple(statement for one in of_value for statement in one.statements)
            return Verdict(value, why, said, all(one.silent for one in of_value))
    raise AssertionError("no verdicts")
