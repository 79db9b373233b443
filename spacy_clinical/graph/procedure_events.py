"""Procedures as events: the same one told in several notes is one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .graph_lookup import ABSENT
from .statements import Statement
from .time_expressions import AT, SINCE
from .time_spans import TimeSpan

DONE, PLANNED, DECLINED, UNSURE = "done", "planned", "declined", "possible"


@dataclass(frozen=True)
class ProcedureEvent:
    """Something that was done, is planned, or was declined.

    concept (str): What.
    status (str): DONE, PLANNED, DECLINED or UNSURE.
    day (TimeSpan | None): When, as notes tell it; None where none does.
    statements (tuple[Statement, ...]): Who says so.
    """

    concept: str
    status: str
    day: TimeSpan | None
    statements: tuple[Statement, ...]


def procedure_events(concept: str, statements: Iterable[Statement]) -> list[ProcedureEvent]:
    """Put the events of one procedure together.

    Two that were done are one if their days overlap, or if one of them has no day.

    concept (str): The procedure.
    statements (Iterable[Statement]): What one patient's notes say of it, the oldest first.
    RETURNS (list[ProcedureEvent]): In order of time, those without a day first.
    """
    events: list[ProcedureEvent] = []
    for one in statements:
        if not one.family:
            _add(events, ProcedureEvent(concept, _status(one), _day(one), (one,)))
    return sorted(events, key=_order)


def _order(event: ProcedureEvent) -> tuple[bool, tuple[object, ...]]:
    return event.day is not None, (event.day or (), event.statements[0].where)


def _status(one: Statement) -> str:
    for status, assertion in ((PLANNED, "hypothetical"), (DECLINED, ABSENT), (UNSURE, "possible")):
        if one.holds(assertion):
            return status
    return UNSURE if one.holds("unknown") else DONE


def _day(one: Statement) -> TimeSpan | None:
    return one.times.get(AT) or one.times.get(SINCE)


def _add(events: list[ProcedureEvent], event: ProcedureEvent) -> None:
    for place, other in enumerate(events):
        if other.status == event.status and _may_be_one(other.day, event.day):
            days = [day for day in (other.day, event.day) if day]
            day = min(days, key=lambda one: one.last - one.first) if days else None
            said: Sequence[Statement] = (*other.statements, *event.statements)
            events[place] = ProcedureEvent(event.concept, event.status, day, tuple(said))
            return
    events.append(event)


def _may_be_one(one: TimeSpan | None, other: TimeSpan | None) -> bool:
    return one is None or other is None or one.overlaps(other)
