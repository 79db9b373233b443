"""What several phrases say of one timing, joined."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from .quantity_model import Timing

# Times of day that lie in others, as FHIR's EventTiming names them: of several, each is one more.
_WITHIN = {
    "MORN": ("WAKE", "CM", "ACM", "PCM"),
    "NOON": ("CD", "ACD", "PCD"),
    "EVE": ("NIGHT", "HS", "CV", "ACV", "PCV"),
    "NIGHT": ("HS",),
}


_AT_EACH = frozenset({"C"})  # may be said of another time: "at bedtime with food"


@dataclass(frozen=True)
class Part:
    """What one phrase says of a timing.

    timing (Timing): What it says.
    event (bool): Whether it is a time of day of its own, which others add to.
    """

    timing: Timing
    event: bool = False


def narrower(one: Part, other: Part) -> Part | None:
    """Join two times of day that say the same of one event: "every night at bedtime".

    one, other (Part): What two phrases say that stand side by side.
    RETURNS (Part | None): The narrower one, None if neither lies in the other.
    """
    for wide, narrow in ((one, other), (other, one)):
        inside = [_WITHIN.get(when, ()) for when in wide.timing.when]
        alone = wide.event and len(inside) == len(narrow.timing.when) == 1
        if alone and narrow.timing.when[0] in inside[0]:
            return Part(narrow.timing, event=True)
    return None


def join_parts(parts: Sequence[Part]) -> Timing | None:
    """Join what several phrases say.

    parts (Sequence[Part]): In order.
    RETURNS (Timing | None): All of it; None if there is nothing, or two of them contradict.
    """
    timing = Timing()
    for part in parts:
        joined = _join(timing, replace(part.timing, when=()) if part.event else part.timing)
        if joined is None:
            return None
        timing = joined
    events = tuple(dict.fromkeys(w for part in parts if part.event for w in part.timing.when))
    if not events:
        return timing if parts else None
    return _at(timing, events)


def _at(timing: Timing, events: tuple[str, ...]) -> Timing | None:
    """A timing at times of day, which must be as many as it says, if it says how many a day."""
    timing = replace(timing, when=events + timing.when)
    if timing.period is None:
        if timing.count or timing.days:
            return timing
        if not set(timing.when) <= {*events, *_AT_EACH}:
            return None  # "before meals and at bedtime": nobody says how often that is
        return replace(timing, frequency=len(events), period=Decimal(1), period_unit="d")
    daily = timing.period_unit == "d" and timing.period_max is None
    return (
        timing
        if (daily and timing.frequency == len(events)) or timing.period_unit == "wk"
        else None
    )


def _join(one: Timing, other: Timing) -> Timing | None:
    merged = {}
    for name, value in vars(other).items():
        empty = getattr(Timing, name)
        own = getattr(one, name)
        if value != empty and own not in (empty, value):
            return None
        merged[name] = own if value == empty else value
    return Timing(**merged)
