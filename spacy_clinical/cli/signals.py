"""`signals`: pairs of drug and event that reports name together more than expected."""

from dataclasses import replace
from pathlib import Path

from spacy.cli._util import Arg, Opt

from ..signals.disproportionality import MEASURES, Settings
from ..signals.signal_files import render_signals, write_signals
from ..signals.signal_search import Counting, find_signals, signal_results
from ..viewer.html_page import check_page, write_page
from . import options
from .util import app, counted, listed, print_results


@app.command("signals", writes=["output", "page"])
def signals_cli(
    settings: Settings,
    counting: Counting,
    sources: list[Path] = Arg(..., help="A graph, a CSV of report,drug,event, or FAERS folders"),
    output: Path | None = Opt(None, "--output", "-o", help="Write all pairs to this CSV"),
    page: Path | None = Opt(None, "--html", help="Write a page with a picture of the pairs"),
    measures: str = Opt(",".join(MEASURES), "--measures", "-m", help="Which to take"),
    strata: str = Opt("", help="Columns, such as sex,age,year, for what is expected"),
    without: list[str] = Opt([], help="Leave out reports of this drug, which masks"),
    limit: options.RowLimit = 20,
    guard_formulas: options.GuardFormulas = False,
    force: options.Force = False,
) -> None:
    """Find pairs of drug and event that are reported together more often than expected: PRR, ROR,
    chi-square, IC, EBGM. What is denied, doubted, supposed or a relative's never counts."""
    check_page(page)
    settings = replace(settings, measures=tuple(listed(measures)), without=tuple(without))
    counting = replace(counting, strata=tuple(listed(strata)))
    found = find_signals(sources, settings, counting)
    print_results(signal_results(found, limit, distinct=counting.distinct))
    if output is not None:
        write_signals(found.table, output, guard_formulas=guard_formulas)
        print_results(f"{counted(len(found.table), 'pair')} in {output}")
    if page is not None:
        write_page(render_signals(found.table, found.evidence, unit=found.unit), page)
        print_results(f"Page in {page}")
