"""`signals`: pairs of drug and event that reports name together more than expected."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..files import check_outputs
from ..signals.disproportionality import MEASURES, Settings
from ..signals.graph_reports import PAIRS, UNITS
from ..signals.signal_files import render_signals, write_signals
from ..signals.signal_search import Counting, find_signals, signal_table
from ..viewer.html_page import check_page, write_page
from . import options
from .util import listed, print_tables


def signals_cli(
    sources: list[Path] = Arg(
        ..., help="A graph that `graph build` wrote, a CSV of report,drug,event, or FAERS folders"
    ),
    output: Path | None = Opt(None, "--output", "-o", help="Write all pairs to this CSV"),
    page: Path | None = Opt(None, "--html", help="Write a page with a picture of the pairs"),
    pairs: str = Opt("causes", "--pairs", help=f"Of a graph: {', '.join(PAIRS)}"),
    unit: str = Opt("patient", "--unit", help=f"Of a graph, what counts once: {', '.join(UNITS)}"),
    measures: str = Opt(",".join(MEASURES), "--measures", "-m", help="Which to take"),
    strata: str = Opt("", "--strata", help="Columns, such as sex,age,year, for what is expected"),
    least: int = Opt(3, "--min", help="Reports that a flagged pair has at least", min=1),
    false_share: float = Opt(0.05, "--false-share", help="Of the rule q", min=0.0, max=1.0),
    half: bool = Opt(False, "--half", help="Add a half to tables with a zero cell"),
    without: list[str] = Opt([], "--without", help="Leave out reports of this drug, which masks"),
    kb: Path | None = Opt(None, "--kb", help="FAERS: a knowledge base for the ingredients"),
    distinct: bool = Opt(False, "--distinct", help="Count reports that are alike once"),
    roles: Path | None = Opt(None, "--roles", "-r", help="Of a graph: what labels stand for"),
    limit: options.RowLimit = 20,
    guard_formulas: options.GuardFormulas = False,
    force: options.Force = False,
) -> None:
    """Find pairs of drug and event that are reported together more often than expected: PRR, ROR,
    chi-square, IC, EBGM. What is denied, doubted, supposed or a relative's never counts."""
    check_outputs(output, page, force=force, sources=[*sources, kb, roles])
    check_page(page)
    settings = Settings(tuple(listed(measures)), half, least, false_share, tuple(without))
    counting = Counting(pairs, unit, tuple(listed(strata)), kb, roles, distinct)
    found = find_signals(sources, settings, counting)
    print_tables([signal_table(found, limit)])
    if found.alike:
        what = "counted once" if distinct else "counted; --distinct counts them once"
        msg.warn(f"{found.alike} reports are like an earlier one, {what}")
    if output is not None:
        write_signals(found.table, output, guard_formulas=guard_formulas)
        msg.good(f"{len(found.table)} pairs in {output}")
    if page is not None:
        write_page(render_signals(found.table, found.evidence, unit=found.unit), page)
        msg.good(f"Page in {page}")
