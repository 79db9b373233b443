"""What a note tells of time: since and until when, what became of a drug, and why.

Rules of thumb over the words beside mentions, used for what no relation says. A date belongs to the
last mention before it in its sentence, else to the first after it; one behind what a drug is given
for belongs to the drug; one that tells the day of admission belongs to none.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from ..doc_text import mask
from ..drug_changes.allergy_cues import is_taken_back
from ..drug_changes.change_cues import (
    AIM,
    DENIED,
    HELD,
    STOPPED,
    TO_START,
    Change,
    find_changes,
    sentence_around,
)
from ..drug_changes.drug_lists import only
from ..drug_changes.drug_states import changes_beside
from ..drug_changes.pending_cues import is_conditional
from ..procedure_cues import PLANNED, find_status
from ..quantities.drug_list_words import joints
from ..quantities.value_cues import is_earlier, is_no_result
from ..records import Entity, Record
from .harmful_drugs import find_harmful
from .mention_dates import Neighbours, sentence_borders
from .question_roles import Roles, treated_by
from .time_expressions import FOR, SINCE, UNTIL, FoundTime, find_times
from .time_spans import parse_span

_WHY = re.compile(
    r"(?<!not )\b(?:because of|because|due to|owing to|on account of|after|when|for|as it caused|"
    r"causing|following|wegen|aufgrund|infolge|bei|por|debido a|a causa de|tras)\b|因",
    re.IGNORECASE,
)
_ELSE = re.compile("[;\0]")  # another clause, or another mention
_ADMITTED = re.compile(r"\b(?:admitted|admission|discharged|seen|visit)\b[^.;\n]{0,25}$", re.I)
_OF_NEXT = re.compile(r"\s*(?:(?:it|is|was|at|of|:)\s*)*")  # between a date and its value
_ALLERGY = re.compile(r"\ballerg(?:y|ies|ic)\b", re.I)
_BEEN = re.compile(
    r"\b(?:has|have)\s+been\s+(?:on|taking|using|receiving|maintained\s+on)\b[^.;:,]{0,60}$", re.I
)
_SO_FAR = re.compile(r"\b(?:seit(?:\s+(?:etwa|ca\.))?|desde\s+hace)\s+$", re.I)
_OPENS = re.compile(r"\)?:\s+\S")  # behind a date that tells when all is from that follows
_PARTED = re.compile("[,;:.\0]")  # by a mark or another mention
_FAR = 200  # characters behind what became of a drug in which the reason is told
_NEAR = 40  # characters before a date that may tell what it is of


@dataclass
class NoteTimes:
    """What a note tells of time.

    changes (dict[str, str]): A mention's id to what became of it, several joined by ";": of a drug
        or an allergy as in `change_cues`, of a procedure a status of `procedure_cues`, of a value
        AIM.
    times (dict[str, str]): A mention's id to its times, such as "since=2011;until=2023-12".
    reasons (list[tuple[str, str]]): Ids of a drug that was given up, and of why.
    """

    changes: dict[str, str] = field(default_factory=dict)
    times: dict[str, str] = field(default_factory=dict)
    reasons: list[tuple[str, str]] = field(default_factory=list)


def read_times(record: Record, day: str, roles: Roles) -> NoteTimes:
    """Read what a note tells of time.

    record (Record): The note.
    day (str): Its date, "" where unknown: then only dates in full count.
    roles (Roles): What labels stand for.
    RETURNS (NoteTimes): By the ids of its mentions.
    """
    return _Reader(record, day, roles).read()


def parse_times(packed: str) -> dict[str, str]:
    """RETURNS (dict[str, str]): Role to time, of what `NoteTimes.times` holds."""
    return dict(part.split("=", 1) for part in packed.split(";") if "=" in part)


class _InOrder:
    """Mentions by where they begin."""

    def __init__(self, mentions: Iterable[Entity]):
        self._mentions = sorted(mentions, key=lambda entity: entity.start)
        self._starts = [entity.start for entity in self._mentions]

    def between(self, start: int, end: int) -> Sequence[Entity]:
        """Those that begin from one place on and before another."""
        return self._mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]


class _Reader:
    """A note while its times are read."""

    def __init__(self, record: Record, day: str, roles: Roles):
        entities = record.entities
        self.record, self.day, self.roles = record, day, roles
        self.borders = sentence_borders(record.text)
        self.masked = mask(record.text, (place for e in entities for place in e.fragments))
        self.drugs = _InOrder(e for e in entities if e.label in roles.medications)
        self.problems = _InOrder(e for e in entities if e.label in roles.conditions)
        self.ends = {e.end for e in entities if e.label in roles.conditions}
        datable = roles.datable | roles.values | roles.tests
        dated = [e for e in entities if e.label in datable]
        self.near, self.dated = Neighbours(self.borders, dated), _InOrder(dated)
        self.given = treated_by(record, roles)
        self.told = NoteTimes()
        self.changed: dict[int, str] = {}  # where a word for a change begins, to its first drug

    def read(self) -> NoteTimes:
        drugs = self.drugs.between(0, len(self.masked))
        spans = [(drug.start, drug.end, drug.id) for drug in drugs]
        changes = find_changes(self.masked, self.borders, spans, self.record.text)
        self.changed = {change.start: change.entity for change in reversed(changes)}
        for change in changes:
            _put(self.told.changes, change.entity, change.change)
        self.conditions()
        problems, changed = self.problems.between(0, len(self.masked)), self.told.changes
        found = find_harmful(self.record.text, drugs, problems, self.sentence, changed)
        for id, change in list(found):
            _put(changed, id, change)
        self.told.reasons = list(self.reasons(changes))
        self.procedures()
        self.allergies()
        self.values()
        self.date()
        return self.told

    def conditions(self) -> None:
        """Mark drugs and procedures that are planned by the words right after them."""
        planned = self.roles.procedures | self.roles.medications
        for one in (e for e in self.record.entities if e.label in planned):
            sentence = self.sentence(one.start)
            if one.label in self.roles.medications:
                place = (one.start, one.end, one.id)
                for change in changes_beside(self.masked, sentence, place):
                    _put(self.told.changes, one.id, change.change)
            elif is_conditional(self.masked, sentence, one.end, drug=False):
                _put(self.told.changes, one.id, TO_START)

    def procedures(self) -> None:
        """Mark procedures that weren't done."""
        for one in (e for e in self.record.entities if e.label in self.roles.procedures):
            status = find_status(self.masked, self.sentence(one.start), one.start, one.end)
            if status:
                _put(self.told.changes, one.id, TO_START if status == PLANNED else status)

    def allergies(self) -> None:
        """Mark mentions of allergies that were taken back."""
        text, kinds = self.record.text, self.roles.conditions
        for one in self.record.entities:
            named = one.label in kinds and _ALLERGY.search(text[one.start : one.end])
            if (named or one.label in self.roles.allergens) and is_taken_back(
                self.masked, self.sentence(one.start), one.start, one.end
            ):
                _put(self.told.changes, one.id, DENIED)

    def values(self) -> None:
        """Mark values that are aims, or from before."""
        values = sorted(
            (e for e in self.record.entities if e.label in self.roles.values),
            key=lambda e: e.start,
        )
        former = 0
        for one in values:
            left, right = self.sentence(one.start)
            begin, words = max(left, former), self.record.text[one.start : one.end]
            if is_no_result(self.masked, (left, right), begin, one.start, words):
                _put(self.told.changes, one.id, AIM)
            if is_earlier(self.masked, begin, one.start, one.end, right):
                _put(self.told.times, one.id, f"before={self.day}")
            former = one.end

    def sentence(self, place: int) -> tuple[int, int]:
        """The characters of the sentence around a place."""
        return sentence_around(self.borders, place, len(self.masked))

    def reasons(self, changes: Iterable[Change]) -> Iterator[tuple[str, str]]:
        ended = [change for change in changes if change.change in (STOPPED, HELD)]
        lists: dict[int, set[str]] = {}
        for change in ended:
            lists.setdefault(change.start, set()).add(change.entity)
        for change in ended:
            why = self.reason(change, lists[change.start])
            if why is not None:
                yield change.entity, why.id

    def reason(self, change: Change, drugs: set[str]) -> Entity | None:
        """The problem right behind a word such as "because of", with no other drug before it."""
        end = min(self.sentence(change.start)[1], change.end + _FAR)
        for why in _WHY.finditer(self.record.text, change.end, end):
            found = next(iter(self.problems.between(why.end(), end)), None)
            if found is None or _ELSE.search(self.masked, why.end(), found.start):
                continue
            if {one.id for one in self.drugs.between(change.end, found.start)} <= drugs:
                return found
        return None

    def date(self) -> None:
        text, span = self.record.text, parse_span(self.day)
        times = [
            one
            for one in find_times(text, span.first if span else None, self.ends)
            if not _ADMITTED.search(text[max(0, one.start - _NEAR) : one.start])
        ]
        opening = [one for one in times if _OPENS.match(text, one.end)]
        pairs = zip_longest(opening, opening[1:])
        headed = {id for one, later in pairs for id in self.put_all(one, later)}
        opened = {one.start for one in opening}
        for one in times:
            near = list(self.near.of(one.start, one.end))
            if one.start in opened:  # of what is before it too: "echocardiography on ...:"
                near = [entity for entity in near if entity.end <= one.start]
                near = [e for e in near if e.id not in headed or self._is_beside(e, one)]
            if one.end in self.changed:  # "因Y于2023年停用": of what was stopped
                _put(self.told.times, self.changed[one.end], f"{one.role}={one.span.iso}")
            elif near:
                entity = near[-1] if self._is_of_next(near, one) else near[0]
                self.put(self.whose(entity, one), one)

    def put_all(self, one: FoundTime, later: FoundTime | None) -> Iterator[str]:
        """Give a time before a colon to all that follows, up to the next such time and what that
        is of: "Labor vom 2.3.2023: A 1, B 2". YIELDS (str): Their ids."""
        end = self.sentence(one.start)[1]
        for entity in self.dated.between(one.end, min(end, later.start) if later else end):
            if later is None or not self._is_beside(entity, later):
                self.told.times.setdefault(entity.id, f"{one.role}={one.span.iso}")
                yield entity.id

    def _is_beside(self, entity: Entity, one: FoundTime) -> bool:
        """Whether something that isn't a value stands right before a time: "MRI on ..."."""
        near = 0 <= one.start - entity.end <= _NEAR and entity.label not in self.roles.values
        return near and not _PARTED.search(self.masked, entity.end, one.start)

    def _is_of_next(self, near: Sequence[Entity], one: FoundTime) -> bool:
        """Whether a time between two values is the latter's: "was 1.2, today 1.5"."""
        if any(entity.label not in self.roles.values for entity in near) or len(near) < 2:
            return False
        return _OF_NEXT.fullmatch(self.masked, one.end, near[-1].start) is not None

    def put(self, entity: Entity, one: FoundTime) -> None:
        """Give a time to a mention; what goes on since then, to all of a list."""
        planned = one.role == FOR and entity.label in self.roles.medications
        planned = planned and not self._goes_on(entity, one)
        role = SINCE if one.role == FOR and not planned else one.role
        value = str(one.days) if planned else one.span.iso
        for each in (entity, *(self.list_before(entity) if role == SINCE else ())):
            _put(self.told.times, each.id, f"{role}={value}")

    def _goes_on(self, drug: Entity, one: FoundTime) -> bool:
        """Whether a drug has been taken for so long: "has been on A for 2 years"."""
        text, (begin, _) = self.masked, self.sentence(drug.start)
        near = _SO_FAR.search(text, max(begin, one.start - _NEAR), one.start)
        return (
            near is not None
            or _BEEN.search(text[max(begin, drug.start - 100) : drug.start]) is not None
        )

    def whose(self, entity: Entity, one: FoundTime) -> Entity:
        """The drug, where a date stands behind what it is given for, or tells until when."""
        drug, (start, _) = self.given.get(entity.id), self.sentence(one.start)
        if drug and start <= drug.start < entity.start:
            return drug
        if one.role == UNTIL:
            return next(reversed(self.drugs.between(start, one.start)), entity)
        return entity

    def list_before(self, entity: Entity) -> Iterator[Entity]:
        """The mentions before it that it is the last of a list with: "A, B and C"."""
        (start, _), place = self.sentence(entity.start), entity.start
        alike = self.drugs if entity.label in self.roles.medications else self.problems
        for other in reversed(alike.between(start, place)):
            if not only(self.masked[other.end : place], joints()):
                break
            yield other
            place = other.start


def _put(packed: dict[str, str], id: str, value: str) -> None:
    known = [one for one in packed.get(id, "").split(";") if one]
    if value not in known:
        packed[id] = ";".join([*known, value])
