"""From a graph, a table of reports or FAERS to pairs of drug and event, in one call: `signals`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from typer import Option

from ..errors import Errors, SignalError
from ..graph import Lookup, read_graph, read_roles
from ..graph.graph_lookup import Evidence
from ..knowledge.knowledge_base import KnowledgeBase
from ..plurals import counted
from ..result_tables import Message, Result, Table, decimal
from .disproportionality import MEASURES, Settings, SignalTable, disproportionality
from .duplicate_reports import drop_duplicates, find_duplicates
from .faers import read_faers
from .graph_reports import GraphReports, Pair, graph_reports
from .ingredients import ingredients_by
from .safety_reports import ReportSource, read_reports

TABLES = (".csv", ".tsv")


@dataclass(frozen=True)
class Counting:
    """What is counted.

    pairs (str): Of a graph: causes, comention, taken.
    unit (str): Of a graph, what counts once: patient, document. Of other sources it is a report.
    strata (tuple[str, ...]): Columns that reports are divided by, for what is expected.
    kb (Path | None): FAERS: a knowledge base for the ingredients.
    roles (Path | None): Of a graph: what labels stand for.
    distinct (bool): Count reports that are alike once.
    """

    pairs: Annotated[str, Option("--pairs")] = "causes"
    unit: Annotated[str, Option("--unit")] = "patient"
    strata: tuple[str, ...] = ()
    kb: Annotated[Path | None, Option("--kb")] = None
    roles: Annotated[Path | None, Option("--roles", "-r")] = None
    distinct: Annotated[bool, Option("--distinct")] = False


@dataclass(frozen=True)
class FoundSignals:
    """Pairs, and what they are counted over.

    table (SignalTable): The pairs.
    unit (str): What counts once.
    alike (int): Reports that are like an earlier one.
    evidence (Mapping[tuple[str, str], list[Evidence]] | None): Of a graph: where each pair is said.
    """

    table: SignalTable
    unit: str
    alike: int = 0
    evidence: Mapping[Pair, list[Evidence]] | None = None


def find_signals(
    sources: Sequence[Path],
    settings: Settings = Settings(),  # noqa: B008
    counting: Counting = Counting(),
) -> FoundSignals:
    """Find pairs of drug and event that are reported together more often than expected.

    sources (Sequence[Path]): A graph, a CSV or TSV of reports, or folders of FAERS.
    settings (Settings): How to measure.
    counting (Counting): What is counted.
    RETURNS (FoundSignals): All pairs. Raises SignalError for an unknown measure, for sources that
        don't go together, and where no report names a pair.
    """
    if unknown := [name for name in settings.measures if name not in MEASURES]:
        found = {"name": unknown[0], "what": "measure", "known": ", ".join(MEASURES)}
        raise SignalError(Errors.SC989.format(**found))
    source = read_source(sources, counting)
    groups = find_duplicates(source.reports)
    if groups and counting.distinct:
        source = replace(source, reports=drop_duplicates(source.reports, groups))
    table = disproportionality(source.reports, settings, left_out=source.left_out)
    if not len(table):
        counts = ", ".join(f"{n} {why}" for why, n in source.left_out.items()) or "none at all"
        raise SignalError(Errors.SC987.format(path=sources[0], left_out=counts))
    alike = sum(len(ids) - 1 for ids in groups)
    if isinstance(source, GraphReports):
        return FoundSignals(table, counting.unit, alike, source.evidence)
    return FoundSignals(table, "report", alike)


def read_source(sources: Sequence[Path], counting: Counting) -> ReportSource:
    """Read reports from wherever they lie.

    sources, counting: As for `find_signals`.
    RETURNS (ReportSource): The reports. Raises SignalError for sources that don't go together.
    """
    if all(path.is_dir() for path in sources):
        ingredient = ingredients_by(KnowledgeBase(counting.kb)) if counting.kb else None
        return read_faers(sources, strata=counting.strata, ingredient=ingredient)
    if len(sources) > 1:
        path = next(path for path in sources if not path.is_dir())
        raise SignalError(Errors.SC991.format(n=len(sources), path=path))
    if sources[0].suffix.lower() in TABLES:
        return read_reports(sources[0], counting.strata)
    if counting.strata:
        found = {"name": counting.strata[0], "what": "stratum of a graph", "known": "none"}
        raise SignalError(Errors.SC989.format(**found))
    lookup = Lookup(read_graph(sources[0]), read_roles(counting.roles))
    return graph_reports(lookup, counting.pairs, counting.unit)


def signal_table(found: FoundSignals, limit: int = 0) -> Table:
    """Lay the flagged pairs out, and what they are counted over.

    found (FoundSignals): The pairs.
    limit (int): Rows at most, 0 for all.
    RETURNS (Table): A row a pair, flagged by most rules first.
    """
    table, unit = found.table, found.unit
    places = table.ranked(flagged=True)
    rows = [
        (
            s.drug,
            s.event,
            str(s.a),
            decimal(s.expected),
            *(decimal(x) for x in (s.prr, s.ror025, s.ic025, s.eb05)),
            f"{s.q:.1e}",
            ", ".join(s.flags),
            ", ".join(s.notes),
        )
        for s in table.signals(places[: limit or None])
    ]
    header = ("drug", "event", "both", "expected", "PRR", "ROR025", "IC025", "EB05", "q", "flags")
    notes = [
        f"{counted(table.cells.reports, unit)}, {counted(len(table), 'pair')}, "
        f"{len(places)} flagged; what counts once is a {unit}"
    ]
    if table.left_out:
        counts = ", ".join(f"{n} {why}" for why, n in sorted(table.left_out.items()))
        notes.append(f"left out: {counts}")
    return Table("Flagged pairs", (*header, "notes"), rows, notes)


def signal_results(found: FoundSignals, limit: int = 0, *, distinct: bool = False) -> list[Result]:
    """Lay the flagged pairs out, and say how many reports are like an earlier one.

    found (FoundSignals): The pairs.
    limit (int): Rows at most, 0 for all.
    distinct (bool): Whether those were counted once.
    RETURNS (list[Result]): The table of `signal_table`, and a warning if there are any.
    """
    if not found.alike:
        return [signal_table(found, limit)]
    what = "counted once" if distinct else "counted; --distinct counts them once"
    alike = Message(f"like an earlier one: {counted(found.alike, 'report')}, {what}", "warn")
    return [signal_table(found, limit), alike]
