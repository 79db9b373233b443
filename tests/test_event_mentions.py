"""Events told by mentions: what is said, what isn't, and that it is counted."""

from hypothesis import given

from spacy_clinical.event_mentions import (
    APART,
    RELATED,
    SAID,
    SHARED,
    UNTOLD,
    flatten,
    has_events,
)
from spacy_clinical.records import Attribute, Entity, Equivalence, Event, Record, Relation

from .formats.strategies import FEW, loose_records

MENTIONS = tuple(
    Entity(f"T{n}", label, ((n, n + 1),)) for n, label in enumerate(("Loss", "Smell", "Taste"))
)
LOSS, SMELL, TASTE = (entity.id for entity in MENTIONS)


def record(*events: Event, **fields: tuple[object, ...]) -> Record:
    return Record("a", "abcd", MENTIONS, events=events, **fields)  # type: ignore[arg-type]


def told(found: Record) -> list[str]:
    said = [f"{rel.head} {rel.label} {rel.tail}" for rel in found.relations]
    return said + [f"{a.target} {a.name}" for a in found.attributes]


def test_arguments_are_relations_of_the_mention() -> None:
    event = Event("E1", LOSS, (("Of", SMELL), ("Of2", TASTE), ("Site1", SMELL)))
    flat, lost = flatten(record(event))
    assert told(flat) == ["T0 Of T1", "T0 Of T2", "T0 Site1 T1"]
    assert (flat.events, lost) == ((), {})


def test_arguments_and_relations_that_are_events_are_their_mentions() -> None:
    events = Event("E1", LOSS, (("Of", "E2"),)), Event("E2", SMELL)
    flat, lost = flatten(record(*events, relations=(Relation("E2", "E1", "AFTER"),)))
    assert told(flat) == ["T1 AFTER T0", "T0 Of T1"]
    assert lost == {}


def test_what_holds_of_one_of_two_events_is_not_said_of_their_mention() -> None:
    events = Event("E1", LOSS, (("Of", SMELL),)), Event("E2", LOSS, (("Of", TASTE),))
    flat, lost = flatten(record(*events, attributes=(Attribute("E2", "Negated"),)))
    assert told(flat) == ["T0 Of T1"]
    assert lost == {SHARED: 1, APART: 1, UNTOLD: 1, SAID: 1}


def test_what_holds_of_all_events_of_a_mention_is_said_once() -> None:
    events = Event("E1", LOSS, (("Of", SMELL),)), Event("E2", LOSS, (("Of", TASTE),))
    said = Attribute("E1", "Negated"), Attribute("E2", "Negated"), Attribute("E2", "#Note", "hm")
    flat, lost = flatten(record(*events, attributes=said))
    assert told(flat) == ["T0 Of T1", "T0 Of T2", "T0 Negated", "T0 #Note"]
    assert lost == {SHARED: 1}


def test_a_relation_of_which_something_is_said_is_not_said() -> None:
    relations = Relation(LOSS, SMELL, "OF", id="R1"), Relation(LOSS, TASTE, "OF", id="R2")
    notes = Attribute("R1", "Negated"), Attribute("R2", "#Note", "sure"), Attribute(LOSS, "New")
    flat, lost = flatten(record(relations=relations, attributes=notes))
    assert told(flat) == ["T0 OF T2", "T0 New"]
    assert lost == {RELATED: 1, SAID: 2}


def test_equivalences_relate_the_first_to_the_others() -> None:
    members = (SMELL, "E1", TASTE)
    flat, lost = flatten(record(Event("E1", LOSS), equivalences=(Equivalence("SAME", members),)))
    assert told(flat) == ["T1 SAME T0", "T1 SAME T2"]
    assert lost == {}


def test_a_record_of_mentions_is_given_back() -> None:
    plain = record(relations=(Relation(LOSS, SMELL, "OF", id="R1"),))
    assert not has_events(plain)
    assert flatten(plain) == (plain, {})
    assert flatten(plain)[0] is plain


@FEW
@given(loose_records())
def test_nothing_is_lost_uncounted(full: Record) -> None:
    flat, lost = flatten(full)
    assert not has_events(flat)
    assert flat.entities == full.entities
    arguments = sum(len(event.arguments) for event in full.events)
    members = sum(max(0, len(x.members) - 1) for x in full.equivalences)
    gone = lost[UNTOLD] + lost[RELATED]
    assert len(flat.relations) + gone == len(full.relations) + arguments + members
    assert len(flat.attributes) + lost[SAID] <= len(full.attributes)
    unsaid = {a for a in full.attributes if a not in flat.attributes}
    assert all(a.target.startswith("E") for a in unsaid)
