"""`signals`: pairs of drug and event that reports name together more than expected."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..errors import CommandError, Errors, SignalError
from ..files import check_outputs
from ..graph import ROLES, Lookup, read_graph, read_roles
from ..knowledge.knowledge_base import KnowledgeBase
from ..signals.disproportionality import MEASURES, Settings, SignalTable, disproportionality
from ..signals.duplicate_reports import drop_duplicates, find_duplicates
from ..signals.faers import read_faers
from ..signals.graph_reports import PAIRS, UNITS, GraphReports, graph_reports
from ..signals.ingredients import ingredients_by
from ..signals.safety_reports import ReportSource, read_reports
from ..signals.signal_files import render_signals, write_signals
from ..viewer.html_page import write_page
from . import options
from .util import print_table

TABLES = (".csv", ".tsv")


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
    """
    Find pairs of drug and event that are reported together more often than expected: PRR, ROR,
    chi-square, IC, EBGM. What is denied, doubted, supposed or a relative's never counts.
    """
    check_outputs(output, page, force=force, sources=[*sources, kb, roles])
    if page is not None and page.suffix.lower() not in (".html", ".htm"):
        raise CommandError(Errors.SC704.format(path=page))
    names = tuple(filter(None, measures.split(",")))
    if unknown := [name for name in names if name not in MEASURES]:
        found = {"name": unknown[0], "what": "measure", "known": ", ".join(MEASURES)}
        raise SignalError(Errors.SC989.format(**found))
    columns = tuple(filter(None, strata.split(",")))
    source = _read(sources, pairs, unit, columns, kb, roles)
    groups = find_duplicates(source.reports)
    if groups and distinct:
        source.reports = drop_duplicates(source.reports, groups)
    settings = Settings(names, half, least, false_share, tuple(without))
    table = disproportionality(source.reports, settings, left_out=source.left_out)
    if not len(table):
        counts = ", ".join(f"{n} {why}" for why, n in source.left_out.items()) or "none at all"
        raise SignalError(Errors.SC987.format(path=sources[0], left_out=counts))
    unit = unit if isinstance(source, GraphReports) else "report"
    print_signals(table, unit, limit)
    alike = sum(len(ids) - 1 for ids in groups)
    if alike:
        what = "counted once" if distinct else "counted; --distinct counts them once"
        msg.warn(f"{alike} reports are like an earlier one, {what}")
    if output is not None:
        write_signals(table, output, guard_formulas=guard_formulas)
        msg.good(f"{len(table)} pairs in {output}")
    if page is not None:
        evidence = source.evidence if isinstance(source, GraphReports) else None
        write_page(render_signals(table, evidence, unit=unit), page)
        msg.good(f"Page in {page}")


def _read(
    sources: list[Path],
    pairs: str,
    unit: str,
    strata: tuple[str, ...],
    kb: Path | None,
    roles: Path | None,
) -> ReportSource:
    if all(path.is_dir() for path in sources):
        ingredient = ingredients_by(KnowledgeBase(kb)) if kb else None
        return read_faers(sources, strata=strata, ingredient=ingredient)
    if len(sources) > 1:
        path = next(path for path in sources if not path.is_dir())
        raise SignalError(Errors.SC991.format(n=len(sources), path=path))
    if sources[0].suffix.lower() in TABLES:
        return read_reports(sources[0], strata)
    if strata:
        found = {"name": strata[0], "what": "stratum of a graph", "known": "none"}
        raise SignalError(Errors.SC989.format(**found))
    lookup = Lookup(read_graph(sources[0]), read_roles(roles) if roles else ROLES)
    return graph_reports(lookup, pairs, unit)


def print_signals(table: SignalTable, unit: str, limit: int) -> None:
    """Print the flagged pairs, and what they are counted over.

    table (SignalTable): The pairs.
    unit (str): What counts once.
    limit (int): Rows at most, 0 for all.
    """
    places = table.ranked(flagged=True)
    rows = [
        (
            s.drug,
            s.event,
            str(s.a),
            f"{s.expected:.2f}",
            *(_number(x) for x in (s.prr, s.ror025, s.ic025, s.eb05)),
            f"{s.q:.1e}",
            ", ".join(s.flags),
            ", ".join(s.notes),
        )
        for s in table.signals(places[: limit or None])
    ]
    header = ("drug", "event", "both", "expected", "PRR", "ROR025", "IC025", "EB05", "q", "flags")
    print_table("Flagged pairs", rows, (*header, "notes"))
    msg.text(
        f"{table.cells.reports} {unit}s, {len(table)} pairs, {len(places)} flagged; "
        f"what counts once is a {unit}"
    )
    if table.left_out:
        counts = ", ".join(f"{n} {why}" for why, n in sorted(table.left_out.items()))
        msg.text(f"left out: {counts}")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
