"""Records of every shape, as far as each format can hold them."""

from dataclasses import replace
from functools import partial
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from spacy_clinical.formats.brat_text import BREAKS, Lines
from spacy_clinical.records import (
    Attribute,
    ConceptRelation,
    Entity,
    Equivalence,
    Event,
    Fragments,
    Record,
    Relation,
)

FEW = settings(max_examples=60)

_ODD = st.sampled_from("ab |:;,\t\u2009\u200a\u200b\u2028\x85\ufeffé😀\u0301")
_ANY = st.characters(codec="utf-8", exclude_characters="\r\n")
CHARS = st.one_of(_ODD, _ANY)
LINES = st.text(CHARS, max_size=30)
TEXTS = st.text(st.one_of(st.sampled_from("\n\r"), CHARS), max_size=60)
CELLS = LINES.map(lambda text: text.replace("\t", ""))
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1, max_size=8)
NAMES = WORDS.filter(lambda word: word[0] != "#")
_PLAIN = st.characters(codec="utf-8", exclude_characters=BREAKS)
PLAIN_CELLS = st.text(st.one_of(st.sampled_from("ab |:;,"), _PLAIN), max_size=20)
PLAIN_WORDS = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=8)
ROLES = WORDS.filter(lambda word: ":" not in word)
NOTES = st.tuples(WORDS.map("#{}".format), PLAIN_CELLS)
SCORES = st.none() | st.floats(0, 1)
JSON = st.dictionaries(st.text(max_size=5), st.integers() | st.text() | st.lists(st.booleans()))


@st.composite
def fragments(draw: Any, text: str, most: int = 3) -> Fragments:
    cuts = st.lists(st.integers(0, len(text)), min_size=2, max_size=2 * most, unique=True)
    points = sorted(draw(cuts))
    return tuple(zip(points[::2], points[1::2], strict=False))


@st.composite
def entities(draw: Any, text: str, **fields: Any) -> tuple[Entity, ...]:
    count = draw(st.integers(0, 4)) if text else 0
    most = fields.pop("most", 3)
    return tuple(
        Entity(
            f"T{number}", draw(fields["label"]), draw(fragments(text, most)), *draw(fields["rest"])
        )
        for number in range(1, count + 1)
    )


@st.composite
def json_records(draw: Any) -> Record:
    text = draw(TEXTS)
    found = draw(entities(text, label=TEXTS.filter(bool), rest=st.tuples(TEXTS, SCORES)))
    ids = st.sampled_from([entity.id for entity in found] or ["none"])
    most = 3 if found else 0
    relations = st.lists(st.builds(Relation, ids, ids, TEXTS, SCORES), max_size=most)
    cues = fragments(text, 1).map(lambda found: found[0]) if len(text) > 1 else st.none()
    said = st.builds(Attribute, ids, TEXTS, TEXTS, SCORES, st.none() | cues)
    attributes = st.lists(said, max_size=most)
    concepts = st.lists(st.builds(ConceptRelation, TEXTS, TEXTS, TEXTS, TEXTS), max_size=2)
    return Record(
        draw(TEXTS),
        text,
        found,
        tuple(draw(relations)),
        tuple(draw(attributes)),
        tuple(draw(concepts)),
        draw(JSON),
    )


@st.composite
def brat_records(draw: Any) -> Record:
    """Documents of which brat holds everything."""
    text = draw(TEXTS)
    concepts = st.lists(PLAIN_WORDS, max_size=2).map("|".join)
    drawn = draw(entities(text, label=ROLES, rest=st.tuples(concepts, SCORES)))
    found = tuple(entity for entity in map(partial(_at_lines, text), drawn) if entity)
    events = draw(brat_events([entity.id for entity in found]))
    mentions = [*(entity.id for entity in found), *(event.id for event in events)]
    ids = st.sampled_from(mentions or ["none"])
    most = 3 if found else 0
    roles = st.sampled_from([("", ""), ("Subject", "Object"), ("To", "From")])
    drawn_relations = st.lists(st.tuples(ids, ids, WORDS, SCORES, roles), max_size=most)
    relations = tuple(
        Relation(head, tail, label, score, f"R{2 * n}", names)
        for n, (head, tail, label, score, names) in enumerate(draw(drawn_relations), 1)
    )
    triggers = {event.trigger for event in events}
    targets = [id for id in mentions if id not in triggers] + [rel.id for rel in relations]
    said = draw(brat_attributes(targets))
    members = st.lists(ids, min_size=2, max_size=3).map(tuple)
    equivalences = st.lists(st.builds(Equivalence, WORDS, members), max_size=min(1, most))
    return Record(
        "doc 1.a",
        text,
        found,
        relations,
        said,
        events=events,
        equivalences=tuple(draw(equivalences)),
    )


def _at_lines(text: str, entity: Entity) -> Entity | None:
    """A mention without the line ends at its edges and gaps."""
    lines = Lines(text)
    pieces = lines.split(entity.fragments)
    return replace(entity, fragments=lines.join(pieces)) if pieces else None


@st.composite
def brat_events(draw: Any, mentions: list[str]) -> tuple[Event, ...]:
    triggers = draw(st.lists(st.sampled_from(mentions or ["none"]), max_size=3 if mentions else 0))
    ids = [f"E{3 * number}" for number in range(1, len(triggers) + 1)]
    known = st.sampled_from([*mentions, *ids] or ["none"])
    arguments = st.lists(st.tuples(ROLES, known), max_size=3).map(tuple)
    pairs = zip(ids, triggers, strict=True)
    return tuple(Event(id, trigger, draw(arguments)) for id, trigger in pairs)


@st.composite
def brat_attributes(draw: Any, targets: list[str]) -> tuple[Attribute, ...]:
    """Attributes and notes of anything, some of them of earlier ones."""
    found: list[Attribute] = []
    for number in range(1, draw(st.integers(0, 4 if targets else 0)) + 1):
        name, value = draw(st.one_of(NOTES, st.tuples(NAMES, PLAIN_CELLS)))
        kind = "#" if name[0] == "#" else draw(st.sampled_from("A" if value else "AM"))
        target = draw(st.sampled_from([*targets, *(a.id for a in found if a.id[0] != "#")]))
        found.append(Attribute(target, name, value, draw(SCORES), id=f"{kind}{number}"))
    return tuple(found)


@st.composite
def loose_records(draw: Any) -> Record:
    """Documents that hold more than other formats do: JSONL's, with events and names."""
    record = draw(json_records())
    ids = [entity.id for entity in record.entities]
    events = draw(brat_events(ids))
    known = st.sampled_from([*ids, *(event.id for event in events)] or ["none"])
    equivalences = st.lists(
        st.builds(Equivalence, WORDS, st.lists(known, max_size=2).map(tuple)),
        max_size=1 if ids else 0,
    )
    said = st.lists(st.builds(Attribute, known, NAMES, PLAIN_CELLS), max_size=2 if ids else 0)
    return replace(
        record,
        attributes=record.attributes + tuple(draw(said)),
        events=events,
        equivalences=tuple(draw(equivalences)),
    )


@st.composite
def pubtator_records(draw: Any) -> Record:
    title, abstract = draw(LINES), draw(LINES)
    text = f"{title}\n{abstract}" if abstract else title
    columns = CELLS.filter(bool)
    found = draw(entities(text, label=columns, rest=st.tuples(CELLS), most=1))
    single = columns.filter(lambda value: value[:2].lower() != "rs")
    individual = [entity.id for entity in found if draw(st.booleans())]
    attributes = tuple(Attribute(id, "individual_mentions", draw(single)) for id in individual)
    labels = columns.filter(lambda label: not label.isdigit())
    relation = st.builds(ConceptRelation, columns, columns, labels, CELLS)
    relations = tuple(draw(st.lists(relation, max_size=3)))
    return Record(draw(st.integers(1, 9).map(str)), text, found, (), attributes, relations)
