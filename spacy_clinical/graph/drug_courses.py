"""A drug's course: started, taken in which way, raised, held, stopped and why, over all notes.

Steps stand in the order of the days that notes tell for them, not of the notes: "stopped in 2017"
in a note of 2024 is a step of 2017. What is only planned, declined, a relative's or an allergy is
no step.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from ..docs.assertion_vocabulary import HISTORICAL, POSSIBLE
from ..drug_changes.change_cues import (
    ALLERGY,
    BEFORE,
    CHANGED,
    DECREASED,
    HELD,
    INCREASED,
    KEPT,
    RESUMED,
    STARTED,
    STOPPED,
    TO_END,
    TO_START,
    USED,
)
from .clinical_graph import UNKNOWN, Mention
from .concept_history import DOCUMENT, SAID, Statement, until
from .drug_standing import begun_then, leaves_open
from .graph_lookup import ABSENT, FAMILY, HYPOTHETICAL, PASSING, Lookup
from .question_roles import BECAUSE
from .time_expressions import AT, SINCE, UNTIL
from .time_spans import TimeSpan, day_of

TAKING, PLANNED, DECLINED, UNSURE = "taking", "planned", "declined", "possible"
TAKEN = "taken"  # a step: said to be taken, nothing told of when that began
ENDS = (STOPPED, HELD)
_NO_REASON = frozenset({ABSENT, FAMILY, "hypothetical", UNKNOWN})
_DETAILS = ("strength", "dosage", "route", "frequency", "form")
_UNTOLD = ("",) * len(_DETAILS)


class Step(NamedTuple):
    """Something that became of a drug.

    day (TimeSpan): When, NEVER where nobody knows.
    basis (str): SAID where a note tells the day, DOCUMENT where it is the note's own.
    what (str): STARTED, TAKEN, INCREASED, DECREASED, CHANGED, RESUMED, HELD or STOPPED.
    details (tuple[str, ...]): Strength, dosage, route, frequency and form from then on, each ""
        if it isn't told.
    why (tuple[str, ...]): Ids of what it was given up for.
    statements (tuple[Statement, ...]): Who says so.
    """

    day: TimeSpan
    basis: str
    what: str
    details: tuple[str, ...]
    why: tuple[str, ...]
    statements: tuple[Statement, ...]

    @property
    def regimen(self) -> str:
        """RETURNS (str): How it is taken from then on, "" if that isn't told."""
        return " ".join(filter(None, self.details))

    @property
    def ended(self) -> bool:
        """RETURNS (bool): Whether a note tells that it ended, not only that it was taken once."""
        told = self.basis == SAID or any(
            not one.changes.isdisjoint(ENDS) for one in self.statements
        )
        return self.what in ENDS and told


@dataclass(frozen=True)
class DrugCourse:
    """What became of a drug that a patient takes, took, or was only spoken of.

    concept (str): The drug.
    steps (tuple[Step, ...]): In order of time.
    statements (tuple[Statement, ...]): All that is said of the patient's own.
    reasons (tuple[Mention, ...]): What it is given for.
    """

    concept: str
    steps: tuple[Step, ...]
    statements: tuple[Statement, ...]
    reasons: tuple[Mention, ...] = ()

    def status(self, as_of: date | None = None) -> str:
        """Say how it stands.

        as_of (date | None): On which day; None for after all notes.
        RETURNS (str): TAKING, STOPPED, HELD, PLANNED, DECLINED, UNSURE, or "" if nothing is said.
        """
        steps = self.steps_until(as_of)
        if steps:
            last = steps[-1]
            over = last.what not in ENDS and _is_over(steps, as_of)
            return last.what if last.what in ENDS else (STOPPED if over else TAKING)
        said = until(self.statements, as_of)
        if any(one.holds(POSSIBLE) and not leaves_open(one.changes) for one in said):
            return UNSURE
        if any(is_planned(one) for one in said):
            return PLANNED
        return DECLINED if any(one.holds(ABSENT) for one in said) else ""

    def regimen(self, as_of: date | None = None) -> str:
        """RETURNS (str): How it was last said to be taken, as fully as a note tells it."""
        told = [step for step in self.steps_until(as_of) if step.what not in ENDS and step.regimen]
        return told[-1].regimen if told else ""

    def started(self, as_of: date | None = None) -> Step | None:
        """RETURNS (Step | None): How the latest stretch of taking it began, up to a day."""
        begun: Step | None = None
        steps = self.steps_until(as_of)
        for step in steps:
            if step.what in ENDS:
                begun = None
            elif begun is None:
                begun = step
        return begun or next((step for step in steps if step.what not in ENDS), None)

    def stopped(self, as_of: date | None = None) -> Step | None:
        """RETURNS (Step | None): The last step that ended it, up to a day."""
        steps = self.steps_until(as_of)
        return next((step for step in reversed(steps) if step.what in ENDS), None)

    def steps_until(self, as_of: date | None) -> Sequence[Step]:
        """RETURNS (Sequence[Step]): Its steps up to a day, all for None."""
        if as_of is None:
            return self.steps
        return [
            step
            for step in self.steps
            if step.day.first <= as_of and step.statements[0].day.first <= as_of
        ]


def drug_course(graph: Lookup, concept: str, statements: Sequence[Statement]) -> DrugCourse:
    """Put a drug's course together.

    graph (Lookup): The graph.
    concept (str): The drug.
    statements (Sequence[Statement]): What one patient's notes say of it, the oldest first.
    RETURNS (DrugCourse): Its course.
    """
    own = [one for one in statements if not one.family and ALLERGY not in one.changes]
    steps = sorted(_raw_steps(graph, own), key=_order)
    reasons = {other for one in own for other in given_for(graph, one)}
    return DrugCourse(concept, tuple(_merge(steps)), tuple(own), tuple(sorted(reasons)))


def given_for(graph: Lookup, one: Statement) -> list[Mention]:
    """RETURNS (list[Mention]): What a statement gives a drug for, of what the patient has, had or
    is thought to have; nothing where the drug is only planned, possible or declined."""
    if one.holds(*PASSING, ABSENT) or not one.changes.isdisjoint({TO_START, BEFORE}):
        return []
    return _reasons(graph.others(one.mention, graph.roles.treats))


def is_planned(one: Statement) -> bool:
    """RETURNS (bool): Whether a drug is only thought of there."""
    return one.holds("hypothetical") or TO_START in one.changes


def _reasons(others: Sequence[Mention]) -> list[Mention]:
    return [other for other in others if other.holds.isdisjoint(_NO_REASON)]


def _order(step: Step) -> tuple[object, ...]:
    day, document, start = step.statements[0].where
    return step.day.last, day, start, document


def _raw_steps(graph: Lookup, own: Sequence[Statement]) -> Iterator[Step]:
    used = [one for one in own if USED in one.changes]
    others = {one.mention.document for one in own if _is_firm(one)} if used else set()
    for one in own:
        if _is_before(one) or (USED in one.changes and one.mention.document in others):
            continue
        goes_on = not one.changes.isdisjoint({TO_END, KEPT})  # until now: "do not stop A"
        told = one.changes & {STOPPED, HELD}  # Chinese rules say of such a drug that it is absent
        planned = one.holds(HYPOTHETICAL) and not (goes_on or told)
        if planned or one.holds(*PASSING - {HYPOTHETICAL}) or TO_START in one.changes:
            continue
        if one.holds(ABSENT) and not (goes_on or told):
            continue
        past = one.holds(HISTORICAL) and not (goes_on or begun_then(one.changes, one.times))
        ends = told or ({STOPPED} if past or USED in one.changes else set())
        if ends:
            yield _end(graph, one, HELD if ends == {HELD} else STOPPED)
        else:
            yield from _taking(graph, one)


def _is_firm(one: Statement) -> bool:
    """Whether a note tells there that a drug is taken, which counts more than that it was."""
    passing = one.holds(*PASSING, ABSENT, HISTORICAL)
    return not passing and one.changes.isdisjoint({USED, BEFORE, TO_START})


def _is_before(one: Statement) -> bool:
    """Whether a drug is named only to tell of a time before it was taken."""
    dated = begun_then(one.changes, one.times) or not one.changes.isdisjoint(ENDS)
    return BEFORE in one.changes and not dated


def _end(graph: Lookup, one: Statement, what: str) -> Step:
    told = one.times.get(UNTIL) or one.times.get(AT) or one.times.get(SINCE)
    labels = graph.roles.stopped | {BECAUSE}
    others = _reasons(graph.others(one.mention, labels))
    others = others or _reasons(graph.others(one.mention, graph.roles.causes))
    why = tuple(dict.fromkeys(other.concept for other in others))
    return Step(told or one.day, SAID if told else DOCUMENT, what, _UNTOLD, why, (one,))


def _taking(graph: Lookup, one: Statement) -> Iterator[Step]:
    details = _details(graph, one.mention)
    known = (STARTED, RESUMED, INCREASED, DECREASED, CHANGED)
    what = next((change for change in known if change in one.changes), TAKEN)
    told = one.times.get(SINCE) or one.times.get(AT)
    if told and what == TAKEN:
        what = STARTED
    yield Step(told or one.day, SAID if told else DOCUMENT, what, details, (), (one,))
    end = one.times.get(UNTIL)
    if end is None and one.days:
        end = day_of((told or one.day).first + timedelta(days=one.days))
    if end is not None:
        yield Step(end, SAID, STOPPED, _UNTOLD, (), (one,))


def _merge(steps: Sequence[Step]) -> Iterator[Step]:
    """Steps that tell something new: the same one told again is one, with more who say so."""
    last: Step | None = None
    said: list[Statement] = []
    for step in steps:
        if last is not None and _same(last, step):
            last = _joined(last, step)
        else:
            if last is not None:
                yield last._replace(statements=tuple(said))
            going_on = last is not None and step.what == TAKEN and last.what not in ENDS
            last, said = step._replace(what=CHANGED) if going_on else step, []
        said += step.statements
    if last is not None:
        yield last._replace(statements=tuple(said))


def _same(last: Step, step: Step) -> bool:
    if step.what in ENDS or last.what in ENDS:
        return step.what in ENDS and last.what in (STOPPED, step.what)
    news = step.what in (STARTED, RESUMED, INCREASED, DECREASED, CHANGED)
    told_again = last.what == step.what and last.day.overlaps(step.day)
    return (not news or told_again) and _agree(step, last)


def _joined(last: Step, step: Step) -> Step:
    """One step of two, but for who says so: a day that is told counts more than a note's own."""
    surer = step.basis == SAID and last.basis == DOCUMENT
    return last._replace(
        day=step.day if surer else last.day,
        basis=SAID if surer else last.basis,
        details=tuple(a or b for a, b in zip(last.details, step.details, strict=True)),
        why=last.why or step.why,
    )


def _agree(one: Step, other: Step) -> bool:
    """Whether two ways of taking a drug contradict each other in nothing."""
    pairs = zip(one.details, other.details, strict=True)
    return all(not (a and b) or a.casefold() == b.casefold() for a, b in pairs)


def _details(graph: Lookup, mention: Mention) -> tuple[str, ...]:
    """How a mention says that it is taken."""
    names = graph.graph.concepts
    return tuple(names[one.concept].name if one else "" for one in _detail_mentions(graph, mention))


def detail_mentions(graph: Lookup, mention: Mention) -> list[Mention]:
    """RETURNS (list[Mention]): What says how a drug is taken there: its strength, its frequency."""
    return [one for one in _detail_mentions(graph, mention) if one is not None]


def _detail_mentions(graph: Lookup, mention: Mention) -> list[Mention | None]:
    """One for each kind of detail; of several strengths the last one in the text."""
    found = (graph.others(mention, getattr(graph.roles, detail)) for detail in _DETAILS)
    return [max(others, key=lambda one: one.fragments) if others else None for others in found]


def _is_over(steps: Sequence[Step], as_of: date | None) -> bool:
    """Whether the last of some steps had an end that has come, such as "for 7 days"."""
    last = steps[-1].statements[-1]
    end = last.times.get(UNTIL)
    return end is not None and as_of is not None and end.last < as_of
