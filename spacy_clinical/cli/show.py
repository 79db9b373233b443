"""`show`: one text's mentions, token tags and relations on the terminal."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..batch.note_reader import with_text
from ..docs.doc_tables import doc_tables
from ..docs.mention_additions import take_late_ents
from ..errors import CommandError
from ..installed import load_model
from . import options
from .util import app, print_results


@app.command("show")
def show_cli(
    model: options.Model,
    sources: list[Path] = Arg(None, help="Text files, or folders of them", exists=True),
    text: str | None = Opt(None, "--text", "-t", help="A text to show first"),
) -> None:
    """Show what a pipeline finds in a text: mentions, BILUO tags of the tokens, relations."""
    nlp = load_model(model)
    for note in with_text(text, sources or []):
        if note.fault:
            raise CommandError(note.fault)
        msg.divider(note.id)
        print(note.text.strip())
        doc = nlp(note.text)
        take_late_ents(doc)
        print_results(doc_tables(doc))
