"""Notes as one self-contained page: highlights in the text, relations beside it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from spacy.tokens import Doc

from ..docs import KEY, Assertion, Mention, get_assertions, has_mentions, meanings_of, to_record
from ..docs.assertion_store import ASSERTION
from ..errors import Errors, ViewerError
from ..records import Entity, Record
from ..scoring.matching import align
from .html_page import render_page
from .note_view import Link, Mark, Side, choose_lanes, entity_text, lay_out, number_labels

STYLED = ("present", "absent", "possible", "hypothetical", "historical", "family")
VERDICTS = {
    "wrong label": "label",
    "wrong boundary": "border",
    "wrong label and boundary": "label, border",
}


class Annotation(NamedTuple):
    """A note in characters.

    record (Record): Text, mentions, relations.
    said (dict[str, list[Assertion]]): What is said of a mention, by its id.
    """

    record: Record
    said: dict[str, list[Assertion]]


class Note(NamedTuple):
    """A note on the page.

    name (str): Its identifier.
    sides (list[Side]): One annotation, or gold and predicted.
    errors (int): Mentions and relations that differ, on both sides.
    """

    name: str
    sides: list[Side]
    errors: int


def render(
    notes: Sequence[Doc | Record],
    *,
    gold: Sequence[Doc | Record] | None = None,
    names: Sequence[str] | None = None,
    title: str = "Annotated notes",
    key: str = KEY,
) -> str:
    """Write annotated notes as one HTML page, which loads nothing from anywhere.

    The page holds the text of the notes.

    notes (Sequence[Doc | Record]): The notes.
    gold (Sequence[Doc | Record] | None): The same notes with gold annotation, to stand beside.
    names (Sequence[str] | None): Of the notes, None for those that they have.
    title (str): Of the page.
    key (str): The span group of Docs.
    RETURNS (str): HTML.
    """
    annotated = [read_annotation(note, key) for note in notes]
    golds = [read_annotation(note, key) for note in gold] if gold is not None else []
    if gold is not None:
        _check_pairs(annotated, golds)
    colours = number_labels([one.record for one in (*annotated, *golds)])
    pages = []
    for i, one in enumerate(annotated):
        name = names[i] if names is not None else one.record.id
        sides = _pair(golds[i], one, colours, i) if golds else [_single(one, colours, i)]
        pages.append(Note(name, sides, sum(side.errors for side in sides)))
    return render_page("notes.html", title=title, notes=pages, colours=colours, styled=STYLED)


def read_annotation(note: Doc | Record, key: str = KEY) -> Annotation:
    """Read what is to be shown of a note.

    note (Doc | Record): The note.
    key (str): The span group of Docs.
    RETURNS (Annotation): Its annotation in characters.
    """
    if isinstance(note, Record):
        said: dict[str, list[Assertion]] = {}
        for attribute in note.attributes:
            said.setdefault(attribute.target, []).append(Assertion(attribute.name, attribute.value))
        return Annotation(note, said)
    record = to_record(note, key=key)
    found = read_annotation(record)
    if has_mentions(note, key):
        rows = zip(record.entities, get_assertions(note, key), strict=False)
        found.said.update({entity.id: row for entity, row in rows})
    return found


def _check_pairs(notes: Sequence[Annotation], golds: Sequence[Annotation]) -> None:
    if len(notes) != len(golds):
        raise ViewerError(Errors.SC701.format(notes=len(notes), gold=len(golds)))
    for i, (note, gold) in enumerate(zip(notes, golds, strict=True)):
        if note.record.text != gold.record.text:
            name = note.record.id or gold.record.id or "-"
            raise ViewerError(Errors.SC702.format(number=i + 1, name=name))


def _single(note: Annotation, colours: dict[str, int], number: int) -> Side:
    return _side("", note, colours, f"n{number}", {}, {})


def _pair(gold: Annotation, note: Annotation, colours: dict[str, int], number: int) -> list[Side]:
    kinds = _compare_mentions(gold, note)
    links = _compare_relations(gold.record, note.record)
    return [
        _side(name, part, colours, f"n{number}{name[0]}", kinds[name], links[name])
        for name, part in (("gold", gold), ("predicted", note))
    ]


def _side(
    name: str,
    note: Annotation,
    colours: dict[str, int],
    prefix: str,
    verdicts: dict[Mention, str],
    link_verdicts: dict[Any, str],
) -> Side:
    record = note.record
    lanes = choose_lanes([entity.fragments for entity in record.entities])
    marks = {
        entity.id: _mark(
            record,
            entity,
            colours[entity.label],
            f"{prefix}m{i}",
            lanes[i],
            note.said.get(entity.id, []),
            verdicts.get(mention_of(entity), ""),
        )
        for i, entity in enumerate(record.entities)
    }
    keys = _relation_keys(record)
    links = [
        Link(
            marks[r.head], marks[r.tail], r.label, _percent(r.score), link_verdicts.get(keys[i], "")
        )
        for i, r in enumerate(record.relations)
    ]
    errors = sum(bool(verdict) for verdict in (*verdicts.values(), *link_verdicts.values()))
    lines = lay_out(record.text, list(marks.values()))
    return Side(name, lines, list(marks.values()), links, errors)


def mention_of(entity: Entity) -> Mention:
    """RETURNS (Mention): What scorers compare of an entity."""
    return Mention(entity.label, entity.fragments)


def _mark(
    record: Record,
    entity: Entity,
    colour: int,
    id: str,
    lane: int,
    assertions: list[Assertion],
    verdict: str,
) -> Mark:
    said = [_say(assertion) for assertion in assertions]
    shown = [words for words in said if words != "present"]
    scored = [f"{w} {_percent(a.score)}".strip() for w, a in zip(said, assertions, strict=True)]
    score = [f"score {_percent(entity.score)}"] if entity.score is not None else []
    concept = [entity.concept] if entity.concept else []
    styles = [f"a-{value}" for value in meanings_of(assertions).values if value in STYLED]
    return Mark(
        id=id,
        label=entity.label,
        colour=colour,
        fragments=entity.fragments,
        tag=" · ".join([entity.label, *shown, *([f"✗ {verdict}"] if verdict else [])]),
        tip=" · ".join([entity.label, *score, *scored, *concept, *([verdict] if verdict else [])]),
        classes=" ".join([*styles, *(["wrong"] if verdict else [])]),
        text=entity_text(record, entity),
        lane=lane,
    )


def _say(assertion: Assertion) -> str:
    name, value = assertion.name, assertion.value
    return value if name == ASSERTION else f"{name} {value}".strip()


def _percent(score: float | None) -> str:
    return "" if score is None else f"{score:.2f}"


def _compare_mentions(gold: Annotation, note: Annotation) -> dict[str, dict[Mention, str]]:
    """The verdict on each mention of both sides, "" where they agree."""
    found: dict[str, dict[Mention, str]] = {"gold": {}, "predicted": {}}
    sides = [_values(part) for part in (gold, note)]
    for pair in align(*sides):
        if pair.gold and pair.kind == "right":
            stated = sides[0][pair.gold] <= sides[1][pair.gold]
            found["gold"][pair.gold] = found["predicted"][pair.gold] = "" if stated else "assertion"
            continue
        if pair.gold:
            found["gold"][pair.gold] = VERDICTS.get(pair.kind, "missed")
        if pair.predicted:
            found["predicted"][pair.predicted] = VERDICTS.get(pair.kind, "spurious")
    return found


def _values(note: Annotation) -> dict[Mention, set[tuple[str, str]]]:
    """What is said of each mention."""
    return {
        mention_of(entity): {(a.name, a.value) for a in note.said.get(entity.id, [])}
        for entity in note.record.entities
    }


def _compare_relations(gold: Record, record: Record) -> dict[str, dict[Any, str]]:
    sides = [Counter(_relation_keys(part)) for part in (gold, record)]
    return {
        "gold": {key: "" if key in sides[1] else "missed" for key in sides[0]},
        "predicted": {key: "" if key in sides[0] else "spurious" for key in sides[1]},
    }


def _relation_keys(record: Record) -> list[Any]:
    mentions = {entity.id: mention_of(entity) for entity in record.entities}
    return [(r.label, mentions[r.head], mentions[r.tail]) for r in record.relations]
