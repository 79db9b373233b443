"""Explanations of what a pipeline found in notes."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc
from tqdm import tqdm

from ..docs import get_assertions, get_relation_rows, get_spans, has_mentions
from ..docs.assertion_store import ASSERTION
from ..docs.assertion_vocabulary import PRESENT
from ..errors import CommandError
from ..installed import as_pipeline
from ..plurals import counted
from ..result_tables import Message
from ..viewer.explanations_page import Explained
from .note_reader import NoteSource, as_notes


class Explanations(NamedTuple):
    """Why a pipeline found what it found.

    notes (list[tuple[str, str, list[Explanation]]]): Name, text and explanations of each note.
    left_out (int): Explanations that the limit left out.
    """

    notes: list[Explained]
    left_out: int


def explain(
    model: str | Path | Language,
    notes: NoteSource,
    label: str | None = None,
    limit: int = 20,
    *,
    progress: bool | None = False,
) -> Explanations:
    """Annotate notes and say what each token gave to what was found, by integrated gradients.

    model (str | Path | Language): The pipeline, its package's name, or its folder.
    notes (str | Path | Iterable[Note | Record | Doc]): Files, or notes.
    label (str | None): Only entities or relations of this label, or assertions of this value. None
        for all, but for mentions that are said to be present.
    limit (int): Explanations at most, 0 for all.
    progress (bool | None): Show a progress bar; None if there is a terminal.
    RETURNS (Explanations): Raises CommandError for a note that can't be read.
    """
    from ..explanations import explain_assertion, explain_entity, explain_relation

    ways = {"relation": explain_relation, "entity": explain_entity, "assertion": explain_assertion}
    nlp, given = as_pipeline(model), list(as_notes(notes))
    hidden = None if progress is None else not progress
    for note in given:
        if note.fault:
            raise CommandError(note.fault)
    docs = list(nlp.pipe([note.text for note in given]))
    tasks = [(n, *task) for n, doc in enumerate(docs) for task in _tasks(doc, label)]
    chosen = tasks[:limit] if limit else tasks
    found: list[Explained] = [(note.id, note.text, []) for note in given]
    for n, kind, index in tqdm(chosen, unit=" explanations", disable=hidden):
        found[n][2].append(ways[kind](nlp, docs[n], index))
    return Explanations(found, len(tasks) - len(chosen))


def explanation_results(found: Explanations, target: Path) -> Iterator[Message]:
    """YIELDS (Message): How many explanations are in a file, and how many were left out."""
    n = sum(len(rows) for _, _, rows in found.notes)
    yield Message(f"{counted(n, 'explanation')} in {target}")
    if found.left_out:
        left_out = counted(found.left_out, "explanation")
        yield Message(f"{left_out} left out: raise --limit", "warn")


def _tasks(doc: Doc, label: str | None) -> Iterator[tuple[str, int]]:
    if not has_mentions(doc):
        return
    for i, (_, _, name, _) in enumerate(get_relation_rows(doc)):
        if label in (None, name):
            yield "relation", i
    for i, span in enumerate(get_spans(doc)):
        if label in (None, span.label_):
            yield "entity", i
    for i, said in enumerate(get_assertions(doc)):
        values = [a.value for a in said if a.name == ASSERTION and a.score is not None]
        if values and (label == values[0] or (label is None and values[0] != PRESENT)):
            yield "assertion", i
