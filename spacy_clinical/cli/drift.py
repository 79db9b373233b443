"""`drift`: what notes hold now against what they held, by counts; `reference`: the latter."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..audit.drift import CHANGED, STEADY, Drift, Measure, find_drift
from ..audit.drift_page import cell, render_drift
from ..audit.drift_reference import REFERENCE, make_reference, read_reference, write_reference
from ..batch.note_reader import Notes
from ..errors import CommandError, Errors
from ..files import check_outputs
from ..installed import load_model
from ..packaging.verification import find_folder
from ..viewer.html_page import write_page
from . import options
from .util import print_table

BY = ("day", "week", "run")


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
    """
    Compare what the trail counts with the reference of the pipeline's package: rates of labels,
    relations and shapes of the text with intervals, scores, assertions and lengths by PSI, adjusted
    for their number. No notes are needed. Exit 2 if a period has changed.
    """
    check_outputs(page, force=force, sources=[Path(reference)])
    if by not in BY:
        raise CommandError(Errors.SC519.format(what="period", name=by, known=", ".join(BY)))
    known = read_reference(_reference_of(reference))
    drift = find_drift(folder, known, by)
    print_drift(drift, all_measures=all_measures)
    if page is not None:
        write_page(render_drift(drift), page)
        msg.good(f"Page in {page}")
    if any(period.status == CHANGED for period in drift.periods):
        raise SystemExit(2)


def _reference_of(name: str) -> Path:
    path = Path(name)
    return path if path.is_file() else find_folder(name) / REFERENCE


def print_drift(drift: Drift, *, all_measures: bool = False) -> None:
    """Print drift.

    drift (Drift): As `find_drift` gives it.
    all_measures (bool): Also what is steady.
    """
    rows = [(period.name, period.counts.notes, period.status) for period in drift.periods]
    print_table(f"Drift of {drift.system}", rows, ("period", "notes", "status"))
    for period in drift.periods:
        shown = [m for m in period.measures if all_measures or m.status != STEADY]
        header = ("measure", "now", "before", "ratio", "95 %", "PSI", "q", "status")
        print_table(period.name, [_row(m) for m in shown], header)
        scores = [(x, f"{now:.2f}", f"{was:.2f}") for x, (now, was) in period.precision.items()]
        if all_measures:
            title = f"{period.name}: mean score, of calibrated scores an estimate of precision"
            print_table(title, scores, ("label", "now", "before"))
    for system, n in drift.left_out.items():
        msg.warn(f"{n} notes of another pipeline or version left out: {system}")


def _row(measure: Measure) -> tuple[str, ...]:
    interval = f"{cell(measure.low)} to {cell(measure.high)}" if measure.low is not None else ""
    numbers = (measure.now, measure.before, measure.ratio)
    ends = (cell(measure.psi), cell(measure.q), measure.status)
    return (measure.name, *map(cell, numbers), interval, *ends)


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
    texts = [note.text for note in Notes(sources) if not note.fault]
    made = make_reference(nlp, texts)
    write_reference(made, output)
    msg.good(f"Reference of {made.counts.notes} notes in {output}")
