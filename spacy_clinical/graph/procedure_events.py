"""Procedures as events: the same one told in several notes is one."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..drug_changes.change_cues import TO_START
from ..procedure_cues import DECLINED, NOT_DONE
from .concept_history import NEVER, Statement
from .graph_lookup import ABSENT
from .time_expressions import AT, SINCE
from .time_spans import TimeSpan

DONE, PLANNED, UNSURE = "done", "planned", "possible"


@dataclass(frozen=True)
class ProcedureEvent:
    """Something that was done, is planned, or wasn't done.

    concept (str): What.
    status (str): DONE, PLANNED, DECLINED, NOT_DONE or UNSURE.
    day (TimeSpan | None): When, as notes tell it; None where none does.
    statements (tuple[Statement, ...]): Who says so.
    """

    concept: str
    status: str
    day: TimeSpan | None
    statements: tuple[Statement, ...]


def procedure_events(concept: str, statements: Iterable[Statement]) -> list[ProcedureEvent]:
    """Put the events of one procedure together.

    Two that were done are one if their days overlap, or if one of them has no day. What a note
    dates after itself is planned, not done.

    concept (str): The procedure.
    statements (Iterable[Statement]): What one patient's notes say of it, the oldest first.
    RETURNS (list[ProcedureEvent]): In order of time, those without a day first.
    """
    found: dict[str, _Events] = {}
    for one in statements:
        if not one.family:
            found.setdefault(_status(one), _Events()).add(_day(one), one)
    events = [
        ProcedureEvent(concept, status, each.day, tuple(each.said))
        for status, of_status in found.items()
        for each in of_status.events
    ]
    return sorted(events, key=_order)


def _order(event: ProcedureEvent) -> tuple[bool, tuple[object, ...]]:
    return event.day is not None, (event.day or (), event.statements[0].where)


def _status(one: Statement) -> str:
    for status, assertion in ((PLANNED, "hypothetical"), (DECLINED, ABSENT), (UNSURE, "possible")):
        if one.holds(assertion):
            return status
    if one.holds("unknown"):
        return UNSURE
    told = next((status for status in (DECLINED, NOT_DONE) if status in one.changes), "")
    if told:
        return told
    if TO_START in one.changes:
        return PLANNED
    day = _day(one)
    return PLANNED if day and one.day != NEVER and day.first > one.day.last else DONE


def _day(one: Statement) -> TimeSpan | None:
    return one.times.get(AT) or one.times.get(SINCE)


@dataclass
class _Event:
    """An event while its statements are gathered."""

    day: TimeSpan | None
    said: list[Statement] = field(default_factory=list)


class _Events:
    """Events of one status, by the months that they may be in. One without a day is the only one:
    all others join it."""

    def __init__(self) -> None:
        self.events: list[_Event] = []
        self._months: dict[int, list[int]] = {}

    def add(self, day: TimeSpan | None, one: Statement) -> None:
        """Join a statement to the first event that it may be of, else make it a new one."""
        event = self._find(day)
        if event is None:
            event = _Event(day)
            self.events.append(event)
            self._register(day)
        elif event.day is None and day is not None:
            event.day = day
            self._register(day)
        elif day is not None and event.day is not None:
            event.day = min((event.day, day), key=lambda span: span.last - span.first)
        event.said.append(one)

    def _find(self, day: TimeSpan | None) -> _Event | None:
        if self.events and (day is None or self.events[0].day is None):
            return self.events[0]
        near = {place for month in _months(day) for place in self._months.get(month, ())}
        fitting = (p for p in sorted(near) if _may_be_one(self.events[p].day, day))
        return next((self.events[place] for place in fitting), None)

    def _register(self, day: TimeSpan | None) -> None:
        for month in _months(day):
            self._months.setdefault(month, []).append(len(self.events) - 1)


def _months(day: TimeSpan | None) -> range:
    if day is None:
        return range(0)
    first, last = day
    return range(first.year * 12 + first.month, last.year * 12 + last.month + 1)


def _may_be_one(one: TimeSpan | None, other: TimeSpan | None) -> bool:
    return one is None or other is None or one.overlaps(other)
