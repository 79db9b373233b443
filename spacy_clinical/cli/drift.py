"""`drift`: what notes hold now against what they held, by counts; `reference`: the latter."""

from pathlib import Path

from spacy.cli._util import Arg, Opt

from ..audit.drift import find_drift
from ..audit.drift_page import render_drift
from ..audit.drift_reference import make_reference, read_reference, write_reference
from ..audit.drift_tables import drift_results
from ..batch.note_reader import Notes
from ..installed import load_model
from ..note import unread_notes
from ..packaging.verification import find_reference
from ..viewer.html_page import write_page
from . import options
from .util import app, counted, print_results


@app.command("drift", writes=["page"])
def drift_cli(
    folder: Path = Arg(..., help="The audit trail's folder"),
    reference: Path = Opt(..., "--reference", "-r", help="A packaged pipeline, or its reference"),
    by: str = Opt("week", help="Periods: day, week or run"),
    page: Path | None = Opt(None, help="Write a page, NAME.html: numbers and labels"),
    all_measures: bool = Opt(False, "--all", "-a", help="Print steady measures too"),
    force: options.Force = False,
) -> None:
    """Compare what the trail counts with the reference of the pipeline's package: rates of labels,
    relations and shapes of the text with intervals, scores, assertions and lengths by PSI, adjusted
    for their number. No notes are needed. Exit 2 if a period has changed."""
    drift = find_drift(folder, read_reference(find_reference(str(reference))), by)
    print_results(drift_results(drift, all_measures=all_measures))
    if page is not None:
        write_page(render_drift(drift), page)
        print_results(f"Page in {page}")
    if drift.changed:
        raise SystemExit(2)


@app.command("reference", writes=["output"])
def reference_cli(
    model: options.Model,
    notes: Notes,
    output: Path = Arg(..., help="The reference, JSON: numbers only"),
    force: options.Force = False,
) -> None:
    """Make a reference for `drift` of notes of your own: two hundred at least, of an ordinary
    time."""
    nlp = load_model(model)
    read = list(notes)
    texts = [note.text for note in read if not note.fault]
    made = make_reference(nlp, texts)
    write_reference(made, output)
    print_results(unread_notes(len(read) - len(texts)))
    print_results(f"Reference of {counted(made.counts.notes, 'note')} in {output}")
