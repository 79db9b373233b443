"""`show`: one text's mentions, token tags and relations on the terminal."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from spacy.tokens import Doc, Span
from spacy.training.iob_utils import doc_to_biluo_tags
from wasabi import msg

from ..batch.note_reader import Notes
from ..docs import (
    Relation,
    get_relations,
    get_spans,
    has_mentions,
    install_extensions,
    is_asserted,
)
from ..errors import CommandError
from ..installed import load_model
from ..note import Note
from . import options
from .util import print_table


def show_cli(
    model: options.Model,
    sources: list[Path] = Arg(None, help="Text files, or folders of them", exists=True),
    text: str | None = Opt(None, "--text", "-t", help="A text to show first"),
) -> None:
    """
    Show what a pipeline finds in a text: mentions, BILUO tags of the tokens, relations.
    """
    nlp = load_model(model)
    notes = [Note("text", text)] if text is not None else []
    for note in [*notes, *Notes(sources or [])]:
        if note.fault:
            raise CommandError(note.fault)
        print_doc(nlp(note.text), note.id)


def print_doc(doc: Doc, name: str) -> None:
    """Print a document's annotation.

    doc (Doc): Annotated by a pipeline.
    name (str): Above the text.
    """
    install_extensions()
    msg.divider(name)
    print(doc.text.strip())
    spans = get_spans(doc) if has_mentions(doc) else doc.ents
    rows = [
        (s.text, s.label_, s.start_char, s.end_char, _score(s._.score), s._.assertion or "-")
        for s in spans
    ]
    print_table("Mentions", rows, ("mention", "label", "start", "end", "score", "assertion"))
    tags = zip(doc, doc_to_biluo_tags(doc), strict=True)
    print_table("Tokens", [(t.text, tag) for t, tag in tags if tag != "O"], ("token", "BILUO"))
    relations = [
        (_name(r.head), r.label, _name(r.tail), _score(r.score), _doubt(r))
        for r in get_relations(doc)
    ]
    print_table("Relations", relations, ("head", "relation", "tail", "score", "not asserted"))


def _name(span: Span) -> str:
    return " ".join(span.text.split())


def _doubt(relation: Relation) -> str:
    """Why a relation can't be taken as said of the patient."""
    if is_asserted(relation):
        return ""
    ends = (("head", relation.head), ("tail", relation.tail))
    said = ((name, span._.assertion) for name, span in ends)
    return ", ".join(f"{name} {value}" for name, value in said if value not in (None, "present"))


def _score(score: float | None) -> str:
    return "-" if score is None else f"{score:.2f}"
