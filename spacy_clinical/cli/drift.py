"""`drift`: what notes hold now against what they held, by counts; `reference`: the latter."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..audit.drift import find_drift
from ..audit.drift_page import render_drift
from ..audit.drift_reference import make_reference, read_reference, write_reference
from ..audit.drift_tables import drift_tables
from ..batch.note_reader import Notes
from ..files import check_outputs
from ..installed import load_model
from ..packaging.verification import find_reference
from ..viewer.html_page import write_page
from . import options
from .util import print_tables


def drift_cli(
    folder: Path = Arg(..., help="The audit trail's folder"),
    reference: str = Opt(
        ..., "--reference", "-r", help="The pipeline, packaged with a corpus, or a reference's file"
    ),
    by: str = Opt("week", "--by", help="Periods: day, week or run"),
    page: Path | None = Opt(None, "--page", help="Write a page, NAME.html: numbers and labels"),
    all_measures: bool = Opt(False, "--all", "-a", help="Print steady measures too"),
    force: options.Force = False,
) -> None:
    """Compare what the trail counts with the reference of the pipeline's package: rates of labels,
    relations and shapes of the text with intervals, scores, assertions and lengths by PSI, adjusted
    for their number. No notes are needed. Exit 2 if a period has changed."""
    check_outputs(page, force=force, sources=[Path(reference)])
    drift = find_drift(folder, read_reference(find_reference(reference)), by)
    print_tables(drift_tables(drift, all_measures=all_measures))
    for system, n in drift.left_out.items():
        msg.warn(f"{n} notes of another pipeline or version left out: {system}")
    if page is not None:
        write_page(render_drift(drift), page)
        msg.good(f"Page in {page}")
    if drift.changed:
        raise SystemExit(2)


def reference_cli(
    model: options.Model,
    sources: list[Path] = Arg(..., help="Notes, as `annotate` reads them"),
    output: Path = Arg(..., help="The reference, JSON: numbers only"),
    force: options.Force = False,
) -> None:
    """
    Make a reference for `drift` of notes of your own: two hundred at least, of an ordinary time.
    """
    check_outputs(output, force=force, sources=sources)
    nlp = load_model(model)
    made = make_reference(nlp, [note.text for note in Notes(sources) if not note.fault])
    write_reference(made, output)
    msg.good(f"Reference of {made.counts.notes} notes in {output}")
