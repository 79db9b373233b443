"""`explain`: why a pipeline found what it found."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..batch.explained_notes import explain
from ..batch.note_reader import with_text
from ..errors import CommandError, Errors
from ..files import check_outputs
from ..installed import load_model
from ..plurals import counted
from ..viewer.explanations_page import check_explanations, write_explanations
from . import options


def explain_cli(
    model: options.Model,
    target: Path = Arg(..., help="NAME.html, or NAME.json without the text"),
    notes: Path | None = Opt(None, "--notes", help="Notes, as `annotate` reads them", exists=True),
    text: str | None = Opt(None, "--text", "-t", help="A text"),
    label: str | None = Opt(None, "--label", "-l", help="Only of this label, or this value"),
    limit: int = Opt(20, "--limit", "-n", help="Explanations at most, 0 for all"),
    force: options.Force = False,
) -> None:
    """
    Show what each token gave to the score of an entity, a relation, or what is said of a mention,
    by integrated gradients.
    """
    check_outputs(target, force=force, sources=[notes])
    check_explanations(target)
    if notes is None and text is None:
        raise CommandError(Errors.SC703.format(source=model))
    nlp = load_model(model)
    given = with_text(text, [notes] if notes else [])
    found, left = explain(nlp, given, label, limit, progress=None)
    write_explanations(found, target)
    msg.good(f"{counted(sum(len(rows) for *_, rows in found), 'explanation')} in {target}")
    if left:
        msg.warn(f"{counted(left, 'explanation')} left out: raise --limit")
