"""`explain`: why a pipeline found what it found."""

import json
from collections.abc import Iterator
from pathlib import Path

from spacy.cli._util import Arg, Opt
from spacy.language import Language
from spacy.tokens import Doc
from tqdm import tqdm
from wasabi import msg

from ..docs import get_relation_rows, get_spans, has_mentions
from ..errors import CommandError, Errors
from ..files import new_file
from ..viewer.explanations_page import Explanation, render_explanations
from .notes import Note, Notes
from .render import write_page
from .util import clear_errors, load_model

Explained = tuple[str, str, list[Explanation]]


def explain_cli(
    model: str = Arg(..., help="Installed pipeline or its folder"),
    target: Path = Arg(..., help="NAME.html, or NAME.json without the text"),
    notes: Path | None = Opt(None, "--notes", help="Notes, as `annotate` reads them", exists=True),
    text: str | None = Opt(None, "--text", "-t", help="A text"),
    label: str | None = Opt(None, "--label", "-l", help="Only entities or relations of this label"),
    limit: int = Opt(20, "--limit", "-n", help="Explanations at most, 0 for all"),
) -> None:
    """
    Show what each token gave to the score of an entity or a relation, by integrated gradients.
    """
    with clear_errors():
        if target.suffix.lower() not in (".html", ".htm", ".json"):
            raise CommandError(Errors.SC711.format(path=target))
        if notes is None and text is None:
            raise CommandError(Errors.SC703.format(source=model))
        nlp = load_model(model)
        given = [Note("text", text)] if text is not None else []
        found, left = explain(nlp, [*given, *Notes([notes] if notes else [])], label, limit)
        if target.suffix.lower() == ".json":
            write_explanations(found, target)
        else:
            write_page(render_explanations(found), target)
        msg.good(f"{sum(len(rows) for *_, rows in found)} explanations in {target}")
        if left:
            msg.warn(f"{left} entities and relations are left out: raise --limit")


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
    from ..explain import explain_entity, explain_relation

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


def write_explanations(found: list[Explained], path: Path) -> None:
    """Write explanations as JSON, with offsets and without text.

    found (list[Explained]): As `explain` gives them.
    path (Path): The file; written under another name first.
    """
    rows = [{"id": name, "explanations": [e.to_dict() for e in some]} for name, _, some in found]
    with new_file(path) as file:
        file.write((json.dumps(rows, indent=2) + "\n").encode("utf-8"))


def _tasks(doc: Doc, label: str | None) -> Iterator[tuple[str, int]]:
    if not has_mentions(doc):
        return
    for i, (_, _, name, _) in enumerate(get_relation_rows(doc)):
        if label in (None, name):
            yield "relation", i
    for i, span in enumerate(get_spans(doc)):
        if label in (None, span.label_):
            yield "entity", i
