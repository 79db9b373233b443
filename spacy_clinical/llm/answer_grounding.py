"""Answers of a language model, taken at their word only where the note has the words.

An answer is one JSON object:

    {"mentions": [{"id": "1", "label": "DRUG", "quote": "metformin", "occurrence": 1,
                   "assertion": "present"}],
     "relations": [{"head": "1", "label": "TREATS", "tail": "2"}]}

A quote that isn't in the note, a label that the schema doesn't know, a relation that it doesn't
allow: dropped and counted, never mended by guessing. So is a mention of which a word is said that
nobody knows: it may be a denial.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from spacy.tokens import Span

from ..docs.assertion_vocabulary import in_words_of
from ..errors import SchemaError
from ..schema import Schema

ASSERTION = "assertion"
COUNTS = (
    "answers",
    "broken",
    "mended",
    "invented",
    "inside_tokens",
    "unclear_place",
    "unknown_label",
    "unknown_assertion",
    "wrong_relation",
)
Place = tuple[int, int, str]  # start and end in tokens of the Doc, label


class Answer(NamedTuple):
    """What an answer states of a piece of a note.

    mentions (dict[Place, str]): Start, end, label; and the assertion, "" where there is none.
    relations (set[tuple[Place, str, Place]]): Head, label, tail.
    """

    mentions: dict[Place, str]
    relations: set[tuple[Place, str, Place]]


def read_answer(answer: str, piece: Span, schema: Schema, counts: Counter[str]) -> Answer | None:
    """Read one answer.

    answer (str): As the model gave it. What stands around the JSON object is passed over.
    piece (Span): The part of the note that was asked about.
    schema (Schema): Labels, relations, and the values of "assertion".
    counts (Counter[str]): Takes what was dropped, by the names in COUNTS.
    RETURNS (Answer | None): None if there is no JSON object.
    """
    counts["answers"] += 1
    data = _find_object(answer, counts)
    if data is None:
        counts["broken"] += 1
        return None
    mentions: dict[Place, str] = {}
    ids: dict[str, Place] = {}
    for row in _rows(data, "mentions"):
        place = _find_place(row, piece, schema, counts)
        said = _assertion(row, schema, counts) if place is not None else None
        if place is not None and said is not None:
            mentions[place] = said
            ids[str(row.get("id", ""))] = place
    relations = set()
    for row in _rows(data, "relations"):
        relation = _relation(row, ids, schema)
        if relation is None:
            counts["wrong_relation"] += 1
        else:
            relations.add(relation)
    return Answer(mentions, relations)


def _find_object(answer: str, counts: Counter[str]) -> Mapping[str, Any] | None:
    """The outermost JSON object: models like to wrap it in words or a fence."""
    start, end = answer.find("{"), answer.rfind("}")
    if start < 0 or end < start:
        return None
    try:
        data = json.loads(answer[start : end + 1])
    except (ValueError, RecursionError):
        return None
    counts["mended"] += answer.strip() != answer[start : end + 1]
    return data


def _rows(data: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    rows = data.get(name)
    if isinstance(rows, list):
        yield from (row for row in rows if isinstance(row, dict))


def _find_place(
    row: Mapping[str, Any], piece: Span, schema: Schema, counts: Counter[str]
) -> Place | None:
    label, quote = row.get("label"), row.get("quote")
    if label not in schema.entities:
        counts["unknown_label"] += 1
        return None
    places = _occurrences(quote, piece) if isinstance(quote, str) and quote.strip() else []
    if not places:
        counts["invented"] += 1
        return None
    found = _choose(places, row.get("occurrence"))
    if found is None:
        counts["unclear_place"] += 1
        return None
    span = piece.char_span(*found)
    if span is None:
        counts["inside_tokens"] += 1
        return None
    return span.start, span.end, str(label)


def _occurrences(quote: str, piece: Span) -> list[tuple[int, int]]:
    """Where a quote stands, in characters of the piece: on tokens' borders if it does so anywhere.
    White space may differ: a note's line may end within the words."""
    pattern = r"\s+".join(re.escape(word) for word in quote.split())
    places = [match.span() for match in re.finditer(pattern, piece.text)]
    return [place for place in places if piece.char_span(*place) is not None] or places


def _choose(places: Sequence[tuple[int, int]], occurrence: Any) -> tuple[int, int] | None:
    """The one that is meant; None where several stand there and the number fits none."""
    if len(places) == 1:
        return places[0]
    if type(occurrence) is int and 1 <= occurrence <= len(places):
        return places[occurrence - 1]
    return None


def _assertion(row: Mapping[str, Any], schema: Schema, counts: Counter[str]) -> str | None:
    """One of the schema's words, "" where nothing is said or asked; None for words unknown."""
    values, value = schema.attributes.get(ASSERTION, ()), row.get(ASSERTION)
    if not values or value is None or value == "":
        return ""
    known = in_words_of(values, ASSERTION, value) if isinstance(value, str) else None
    if known in values:
        return known
    counts["unknown_assertion"] += 1
    return None


def _relation(
    row: Mapping[str, Any], ids: Mapping[str, Place], schema: Schema
) -> tuple[Place, str, Place] | None:
    head, tail = (ids.get(str(row.get(end, ""))) for end in ("head", "tail"))
    label = row.get("label")
    if head is None or tail is None or head == tail or not isinstance(label, str):
        return None
    try:
        schema.check(label, head[2], tail[2])
    except SchemaError:
        return None
    return head, label, tail
