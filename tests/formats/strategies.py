"""Records of every shape, as far as each format can hold them."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from spacy_clinical.records import Attribute, ConceptRelation, Entity, Fragments, Record, Relation

FEW = settings(max_examples=60, deadline=None)

_ODD = st.sampled_from("ab |:;,\t\u2009\u200a\u200b\u2028\x85\ufeffé😀\u0301")
_ANY = st.characters(codec="utf-8", exclude_characters="\r\n")
CHARS = st.one_of(_ODD, _ANY)
LINES = st.text(CHARS, max_size=30)
TEXTS = st.text(st.one_of(st.sampled_from("\n\r"), CHARS), max_size=60)
CELLS = LINES.map(lambda text: text.replace("\t", ""))
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1, max_size=8)
NAMES = WORDS.filter(lambda word: word[0] != "#")
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
    text = draw(TEXTS)
    concepts = st.lists(CELLS.filter(bool), max_size=2).map("|".join)
    found = draw(entities(text, label=WORDS, rest=st.tuples(concepts, SCORES)))
    ids = st.sampled_from([entity.id for entity in found] or ["none"])
    most = 3 if found else 0
    notes = st.builds(Attribute, ids, WORDS.map("#{}".format), LINES, SCORES)
    plain = st.builds(Attribute, ids, NAMES, CELLS, SCORES)
    relations = draw(st.lists(st.builds(Relation, ids, ids, WORDS, SCORES), max_size=most))
    attributes = draw(st.lists(notes | plain, max_size=most))
    meta = draw(brat_meta(len(relations), len(attributes)))
    return Record("doc 1.a", text, found, tuple(relations), tuple(attributes), (), meta)


@st.composite
def brat_meta(draw: Any, relations: int, attributes: int) -> dict[str, Any]:
    targets = [["relation", index] for index in range(relations)]
    targets += [["attribute", index] for index in range(attributes)]
    extras = [[*target, draw(NAMES), draw(CELLS)] for target in targets if draw(st.booleans())]
    extras += [["extra", index, "#Note", draw(LINES)] for index in range(len(extras))]
    return {"brat": {"attributes": extras}} if extras else {}


@st.composite
def pubtator_records(draw: Any) -> Record:
    title, abstract = draw(LINES), draw(LINES)
    text = f"{title}\n{abstract}" if abstract else title
    columns = CELLS.filter(bool)
    found = draw(entities(text, label=columns, rest=st.tuples(CELLS), most=1))
    individual = [entity.id for entity in found if draw(st.booleans())]
    attributes = tuple(Attribute(id, "individual_mentions", draw(columns)) for id in individual)
    labels = columns.filter(lambda label: not label.isdigit())
    relation = st.builds(ConceptRelation, columns, columns, labels, CELLS)
    relations = tuple(draw(st.lists(relation, max_size=3)))
    return Record(draw(st.integers(1, 9).map(str)), text, found, (), attributes, relations)
