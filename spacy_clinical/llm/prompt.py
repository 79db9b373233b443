"""The question that a language model is asked of a piece of a note: a template and a schema."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from ..errors import Errors, LanguageModelError
from ..records import Record
from ..schema import RelationType, Schema
from .answer_grounding import ASSERTION

if TYPE_CHECKING:
    from jinja2 import Template


class Shown(NamedTuple):
    """An example in a question.

    text (str): Of the note.
    answer (str): What should be answered, as JSON.
    """

    text: str
    answer: str


class Question:
    """What is asked, but for the note.

    schema (Schema): What to look for. Raises LanguageModelError without entity labels, or with an
        attribute that can't be asked.
    definitions (Mapping[str, str]): What a label means, shown beside it.
    """

    def __init__(self, schema: Schema, definitions: Mapping[str, str]) -> None:
        if not schema.entities:
            raise LanguageModelError(Errors.SC856)
        for name in set(schema.attributes) - {ASSERTION}:
            raise LanguageModelError(Errors.SC857.format(attribute=name))
        self.values = {
            "labels": _list(schema.entities, definitions),
            "assertions": ", ".join(schema.attributes.get(ASSERTION, ())),
            "relations": "\n".join(_describe(relation) for relation in schema.relations),
            "form": _form(schema),
        }

    def ask(self, text: str, examples: Sequence[Shown]) -> str:
        """RETURNS (str): The question about a text."""
        return _template().render(text=text, examples=examples, **self.values)


def show(record: Record) -> Shown:
    """Write an annotated note as an example. Discontinuous mentions are left out.

    record (Record): The note.
    RETURNS (Shown): The text, and the answer that says what is annotated.
    """
    whole = {e.id: e for e in record.entities if len(e.fragments) == 1}
    said = {a.target: a.value for a in record.attributes if a.name == ASSERTION}
    mentions = []
    for id, entity in whole.items():
        quote = record.text[entity.start : entity.end]
        number = _occurrence(record.text, quote, entity.start)
        row = {"id": id, "label": entity.label, "quote": quote, "occurrence": number}
        mentions.append(row | ({ASSERTION: said[id]} if id in said else {}))
    relations = [
        {"head": r.head, "label": r.label, "tail": r.tail}
        for r in record.relations
        if r.head in whole and r.tail in whole
    ]
    answer = {"mentions": mentions, "relations": relations}
    return Shown(record.text, json.dumps(answer, ensure_ascii=False))


def _occurrence(text: str, quote: str, start: int) -> int:
    """Which of the places where a quote stands by itself, not within a word, this is; from 1."""
    places = [match.start() for match in re.finditer(re.escape(quote), text)]
    alone = [p for p in places if not _inside_word(text, p, p + len(quote))]
    return (alone if start in alone else places).index(start) + 1


def _inside_word(text: str, start: int, end: int) -> bool:
    pairs = (text[max(0, start - 1) : start + 1], text[end - 1 : end + 1])
    return any(len(pair) == 2 and pair.isascii() and pair.isalnum() for pair in pairs)


def _list(labels: Sequence[str], definitions: Mapping[str, str]) -> str:
    told = (f": {definitions[label]}" if label in definitions else "" for label in labels)
    return "\n".join(f"- {label}{words}" for label, words in zip(labels, told, strict=True))


def _describe(relation: RelationType) -> str:
    heads, tails = " or ".join(relation.heads), " or ".join(relation.tails)
    return f"- {relation.label}: from {heads} to {tails}"


def _form(schema: Schema) -> str:
    row = {"id": "1", "label": "...", "quote": "...", "occurrence": 1}
    if schema.attributes:
        row[ASSERTION] = "..."
    form: dict[str, list] = {"mentions": [row]}
    if schema.relations:
        form["relations"] = [{"head": "1", "label": "...", "tail": "2"}]
    return json.dumps(form)


@cache
def _template() -> "Template":
    from jinja2 import Template

    source = files(__package__).joinpath("data/facts.txt").read_text(encoding="utf-8")
    return Template(source, trim_blocks=True, lstrip_blocks=True)
