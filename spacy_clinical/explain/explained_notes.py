"""Explanations of what a pipeline found in notes."""

from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc
from tqdm import tqdm

from ..docs import get_relation_rows, get_spans, has_mentions
from ..errors import CommandError
from ..note import Note
from ..viewer.explanations_page import Explained


def explain(
    nlp: Language, notes: list[Note], label: str | None, limit: int
) -> tuple[list[Explained], int]:
    """Annotate notes and explain what was found.

    nlp (Language): The pipeline.
    notes (list[Note]): The notes.
    label (str | None): Only this label.
    limit (int): Explanations at most, 0 for all.
    RETURNS (tuple[list[Explained], int]): Name, text and explanations of each note, and how many
        entities and relations the limit left out.
    """
    from . import explain_entity, explain_relation

    for note in notes:
        if note.fault:
            raise CommandError(note.fault)
    docs = list(nlp.pipe([note.text for note in notes]))
    tasks = [(n, *task) for n, doc in enumerate(docs) for task in _tasks(doc, label)]
    chosen = tasks[:limit] if limit else tasks
    found: list[Explained] = [(note.id, note.text, []) for note in notes]
    for n, kind, index in tqdm(chosen, unit=" explanations", disable=None):
        how = explain_entity if kind == "entity" else explain_relation
        found[n][2].append(how(nlp, docs[n], index))
    return found, len(tasks) - len(chosen)


def _tasks(doc: Doc, label: str | None) -> Iterator[tuple[str, int]]:
    if not has_mentions(doc):
        return
    for i, (_, _, name, _) in enumerate(get_relation_rows(doc)):
        if label in (None, name):
            yield "relation", i
    for i, span in enumerate(get_spans(doc)):
        if label in (None, span.label_):
            yield "entity", i
