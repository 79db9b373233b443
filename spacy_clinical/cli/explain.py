"""`explain`: why a pipeline found what it found."""

from pathlib import Path

from spacy.cli._util import Arg, Opt

from ..batch.explained_notes import explain, explanation_results
from ..batch.note_reader import with_text
from ..errors import CommandError, Errors
from ..installed import load_model
from ..viewer.explanations_page import check_explanations, write_explanations
from . import options
from .util import app, print_results


@app.command("explain", writes=["target"])
def explain_cli(
    model: options.Model,
    target: Path = Arg(..., help="NAME.html, or NAME.json without the text"),
    notes: Path | None = Opt(None, help="Notes, as `annotate` reads them", exists=True),
    text: str | None = Opt(None, "--text", "-t", help="A text"),
    label: str | None = Opt(None, "--label", "-l", help="Only of this label, or this value"),
    limit: int = Opt(20, "--limit", "-n", help="Explanations at most, 0 for all"),
    force: options.Force = False,
) -> None:
    """Show what each token gave to the score of an entity, a relation, or what is said of a
    mention, by integrated gradients."""
    check_explanations(target)
    if notes is None and text is None:
        raise CommandError(Errors.SC703.format(source=model))
    given = with_text(text, [notes] if notes else [])
    found = explain(load_model(model), given, label, limit, progress=None)
    write_explanations(found.notes, target)
    print_results(explanation_results(found, target))
