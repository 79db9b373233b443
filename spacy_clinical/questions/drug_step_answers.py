"""Answers about single steps of a drug's course: when it was raised, lowered, held, resumed, and
what took its place."""

from collections.abc import Iterator, Sequence

from ..drug_changes.change_cues import DECREASED, HELD, INCREASED, RESUMED, STARTED, SWITCHED
from ..graph.concept_history import Statement
from ..graph.drug_courses import ENDS, DrugCourse
from .answer import Row
from .asked_chart import Asked
from .concept_names import DRUG
from .word_patterns import group_pattern

_INSTEAD = "<replace>|替换|换成|换为|改用|改为|改服|代替"


def when_raised(asked: Asked) -> list[Row]:
    """When more of a drug was given."""
    return _when(asked, INCREASED)


def when_lowered(asked: Asked) -> list[Row]:
    """When less of a drug was given."""
    return _when(asked, DECREASED)


def when_held(asked: Asked) -> list[Row]:
    """When a drug was paused."""
    return _when(asked, HELD)


def when_resumed(asked: Asked) -> list[Row]:
    """When a drug was given again."""
    return _when(asked, RESUMED)


def replaced_by(asked: Asked) -> list[Row]:
    """What was started instead of a drug, or it instead of what, where one sentence says so."""
    own = {course.concept for course in _courses(asked)}
    pairs = [pair for pair in _swaps(asked) if own & {one.mention.concept for one in pair}]
    others = {one.mention.concept: one for pair in pairs for one in pair}
    return [asked.row(asked.name(id), [one]) for id, one in others.items() if id not in own]


def _swaps(asked: Asked) -> Iterator[tuple[Statement, Statement]]:
    """The end of a drug, and the start of what took its place."""
    courses = list(asked.chart.drugs.values())
    starts = [one for course in courses for one in _said(course, (STARTED,))]
    for stop in (one for course in courses for one in _said(course, (*ENDS, SWITCHED))):
        yield from ((stop, start) for start in starts if _is_instead(asked, stop, start))


def _is_instead(asked: Asked, stop: Statement, start: Statement) -> bool:
    """Whether a sentence ends one drug, starts another and says that it takes its place."""
    one, other = stop.mention, start.mention
    if one.document != other.document or one.concept == other.concept:
        return False
    quote = asked.texts.quote(stop)
    if not quote.start <= other.fragments[0][0] < quote.end:
        return False
    return bool(group_pattern(_INSTEAD).search(quote.text.casefold()))


def _said(course: DrugCourse, changes: Sequence[str]) -> Iterator[Statement]:
    return (one for one in course.statements if not one.changes.isdisjoint(changes))


def _when(asked: Asked, what: str) -> list[Row]:
    """The day of the last step of a kind of each drug."""
    found = ([s for s in one.steps_until(asked.as_of) if s.what == what] for one in _courses(asked))
    return [asked.row(steps[-1].day.iso, steps[-1].statements) for steps in found if steps]


def _courses(asked: Asked) -> list[DrugCourse]:
    wanted = asked.of(asked.query.concepts(DRUG))
    return [asked.chart.drugs[id] for id in wanted if id in asked.chart.drugs]
