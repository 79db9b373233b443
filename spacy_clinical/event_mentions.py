"""Events told by mentions alone: what models of mentions and relations can learn and score.

An event becomes its trigger, with a relation to each argument, labelled by role; an equivalence
relates its first member to each other. What can't be told so is left out and counted: nothing is
said of a trigger that holds of one of its events only.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from .records import Attribute, Event, Record, Relation

SHARED = "events that share their mention with another"
APART = "events of which something else holds than of others on their mention"
UNTOLD = "relations, arguments and members that lead to such events or to relations"
SAID = "attributes of relations, attributes, and such events"
RELATED = "relations of which something is said"


def has_events(record: Record) -> bool:
    """RETURNS (bool): Whether a Record says more than mentions, their relations and attributes."""
    if record.events or record.equivalences:
        return True
    ids = {entity.id for entity in record.entities}
    return not ids.issuperset(x for r in record.relations for x in (r.head, r.tail)) or (
        not ids.issuperset(attribute.target for attribute in record.attributes)
    )


def flatten(record: Record) -> tuple[Record, Counter[str]]:
    """Tell events by mentions.

    record (Record): A document.
    RETURNS (tuple[Record, Counter[str]]): The document without events and equivalences, all its
        relations and attributes being of mentions; and what can't be told so, by kind. In linear
        time.
    """
    if not has_events(record):
        return record, Counter()
    told = _Flat(record)
    relations = tuple(told.relations())
    attributes = tuple(told.attributes())
    flat = replace(record, relations=relations, attributes=attributes, events=(), equivalences=())
    return flat, +told.lost


@dataclass
class _Flat:
    """A document's events, by their mentions.

    record (Record): The document.
    lost (Counter[str]): What can't be told so.
    mentions (dict[str, str]): Id of a mention or event to that of its mention; events that can't
        be told are missing.
    """

    record: Record
    lost: Counter[str] = field(default_factory=Counter)
    mentions: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.said = _attributes_of(self.record)
        self.mentions = {entity.id: entity.id for entity in self.record.entities}
        self.notes = dict(self.mentions)
        by_trigger: defaultdict[str, list[Event]] = defaultdict(list)
        for event in self.record.events:
            by_trigger[event.trigger].append(event)
            self.notes[event.id] = event.trigger
        for events in by_trigger.values():
            self._place(events)

    def _place(self, events: list[Event]) -> None:
        """See which events of one mention it can tell: all if the same holds of all of them."""
        said = [self.said[event.id] for event in events]
        common = set(said[0]).intersection(*said)
        told = [event for event, own in zip(events, said, strict=True) if common.issuperset(own)]
        self.mentions.update((event.id, event.trigger) for event in told)
        self.lost[SHARED] += len(events) - 1
        self.lost[APART] += len(events) - len(told)

    def relations(self) -> Iterator[Relation]:
        for rel in self.record.relations:
            if rel.id and self.said[rel.id]:
                self.lost[RELATED] += 1
            else:
                yield from self._told(replace(rel, id=""), rel.head, [(rel.label, rel.tail)])
        for event in self.record.events:
            roles = {role for role, _ in event.arguments}
            told = [(_role(role, roles), id) for role, id in event.arguments]
            yield from self._told(Relation("", "", ""), event.id, told)
        for equivalence in self.record.equivalences:
            first, *others = equivalence.members or ("",)
            told = [(equivalence.label, id) for id in others]
            yield from self._told(Relation("", "", ""), first, told)

    def _told(
        self, rel: Relation, head: str, tails: Iterable[tuple[str, str]]
    ) -> Iterator[Relation]:
        for label, tail in tails:
            if head in self.mentions and tail in self.mentions:
                ends = self.mentions[head], self.mentions[tail]
                yield replace(rel, head=ends[0], tail=ends[1], label=label)
            else:
                self.lost[UNTOLD] += 1

    def attributes(self) -> Iterator[Attribute]:
        """Of mentions; what is said of several events of a mention is said of it once."""
        seen: set[Attribute] = set()
        for attribute in self.record.attributes:
            mentions = self.notes if attribute.name.startswith("#") else self.mentions
            if attribute.target not in mentions:
                self.lost[SAID] += 1
                continue
            mention = mentions[attribute.target]
            told = replace(attribute, target=mention, id="")
            if mention == attribute.target or told not in seen:
                yield told
            if mention != attribute.target:
                seen.add(told)


def _attributes_of(record: Record) -> defaultdict[str, list[tuple[str, str]]]:
    """What is said of each event or relation; notes of annotators, whose names begin with "#",
    say nothing."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for attribute in record.attributes:
        if not attribute.name.startswith("#"):
            found[attribute.target].append((attribute.name, attribute.value))
    return found


def _role(role: str, roles: set[str]) -> str:
    """A role without the number that tells it from another of the same event: Theme2, Theme."""
    plain = role.rstrip("0123456789")
    return plain if plain in roles else role
