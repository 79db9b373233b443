"""brat's ids of what a document holds."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import count

from ..records import Attribute, Entity, Event, Record, Relation

_OWN = {kind: re.compile(f"{kind}[0-9]+") for kind in "TER#"} | {"A": re.compile("[AM][0-9]+")}

Thing = Entity | Event | Relation | Attribute


class Names:
    """Gives ids to the lines of a document: their own where they are brat's, else the next free.

    record (Record): The document.
    used (set[str]): Ids that are given already.
    """

    def __init__(self, record: Record, used: set[str]) -> None:
        self.used = used | {thing.id for thing in _things(record) if _is_own(thing)}
        self.taken = used
        self.free: dict[str, Iterator[str]] = {}
        self.by_id: dict[str, str] = {}
        self.events_of: defaultdict[str, list[str]] = defaultdict(list)
        self.entities = self._name(record.entities)
        self.events = self._name(record.events)
        self.relations = self._name(record.relations)
        self.attributes = self._name(record.attributes)
        for event, name in zip(record.events, self.events, strict=True):
            self.events_of[event.trigger].append(name)

    def next(self, kind: str) -> str:
        """RETURNS (str): A free id of a kind of line, such as "#3"."""
        if kind not in self.free:
            numbered = (f"{kind}{number}" for number in count(1))
            self.free[kind] = (name for name in numbered if name not in self.used)
        return next(self.free[kind])

    def referring(self, id: str) -> str:
        """RETURNS (str): How a line that is neither event nor relation refers to something: to the
        event, where it is a mention that tells one."""
        return self.events_of[id][0] if id in self.events_of else self.by_id[id]

    def _name(self, things: Sequence[Thing]) -> list[str]:
        names = []
        for thing in things:
            own = _is_own(thing) and thing.id not in self.taken
            names.append(thing.id if own else self.next(_kind(thing)))
            if thing.id or isinstance(thing, Entity):
                self.by_id[thing.id] = names[-1]
        return names


def _things(record: Record) -> Iterator[Thing]:
    yield from record.entities
    yield from record.events
    yield from record.relations
    yield from record.attributes


def _kind(thing: Thing) -> str:
    if isinstance(thing, Attribute):
        return "#" if thing.name.startswith("#") else "A"
    return {Entity: "T", Event: "E", Relation: "R"}[type(thing)]


def _is_own(thing: Thing) -> bool:
    """Whether a thing's id is brat's. A line M has no place for a value."""
    if not _OWN[_kind(thing)].fullmatch(thing.id):
        return False
    return not (isinstance(thing, Attribute) and thing.value and thing.id[0] == "M")
