"""Reports: which drugs and events each names. From a plain CSV, a line a drug and event."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..docs import meanings_of
from ..errors import Errors, SignalError

REQUIRED = ("report", "drug", "event")
DENIED = "denied, doubted, supposed or somebody else's"
INCOMPLETE = "without a drug or an event"


@dataclass(frozen=True, slots=True)
class Report:
    """One report, or one patient.

    id (str): Its name.
    drugs, events (frozenset[str]): What it names; each counts once.
    strata (tuple[str, ...]): Sex, age band, year... in the order asked for; "" where unknown.
    reasons (frozenset[tuple[str, str]]): (drug, event) where the event is what the drug is for.
    pairs (frozenset[tuple[str, str]] | None): The pairs that it names together; None for each of
        its drugs with each of its events, as spontaneous reports are counted.
    """

    id: str
    drugs: frozenset[str]
    events: frozenset[str]
    strata: tuple[str, ...] = ()
    reasons: frozenset[tuple[str, str]] = frozenset()
    pairs: frozenset[tuple[str, str]] | None = None

    def named(self) -> Iterable[tuple[str, str]]:
        """RETURNS (Iterable[tuple[str, str]]): The pairs of drug and event that count."""
        if self.pairs is not None:
            return self.pairs
        return ((drug, event) for drug in self.drugs for event in self.events)


@dataclass
class ReportSource:
    """Reports, and what was left out on the way.

    reports (list[Report]): The reports.
    left_out (Counter[str]): Rows and reports that don't count, by reason.
    """

    reports: list[Report] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


class Spellings:
    """Names as they are first spelled: "NAUSEA" of an old quarter is "Nausea" of a new one."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        """RETURNS (str): The first spelling of a name, whatever the case; "" of an empty one."""
        name = " ".join(name.split())
        return self._first.setdefault(name.casefold(), name)


@dataclass(slots=True)
class _Gathered:
    drugs: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    reasons: set[tuple[str, str]] = field(default_factory=set)
    strata: tuple[str, ...] = ()


def read_reports(path: str | Path, strata: Iterable[str] = ()) -> ReportSource:
    """Read reports from a CSV or TSV with a header.

    path (str | Path): Columns `report`, `drug`, `event`; a line may name a drug or an event alone.
        Further ones that are read: `assertion` (a line that isn't asserted doesn't count), `reason`
        (what the drug is for), `case` and `version` (only the last version of a case counts), and
        those of the strata.
    strata (Iterable[str]): Columns that reports are divided by.
    RETURNS (ReportSource): The reports, in order. Raises SignalError, with the line.
    """
    path, wanted = Path(path), tuple(strata)
    left_out: Counter[str] = Counter()
    gathered: dict[str, _Gathered] = {}
    cases: dict[str, tuple[str, str]] = {}
    drug_names, event_names = Spellings(), Spellings()
    for line, row in _rows(path, wanted):
        if not _is_asserted(row.get("assertion", "")):
            left_out[DENIED] += 1
        id = row["report"].strip()
        if not id:
            raise SignalError(Errors.SC986.format(path=path, line=line, found="no report"))
        one = gathered.setdefault(id, _Gathered())
        one.strata = tuple(row[name].strip() for name in wanted) if wanted else ()
        if row.get("case"):
            cases[id] = row["case"].strip(), row.get("version", "").strip()
        if _is_asserted(row.get("assertion", "")):
            _add(one, row, drug_names, event_names)
    dropped = superseded(cases)
    left_out["superseded versions"] += len(dropped)
    source = ReportSource(left_out=left_out)
    for id, one in gathered.items():
        if id in dropped:
            continue
        if not one.drugs and not one.events:
            left_out[INCOMPLETE] += 1
            continue
        drugs, events = frozenset(one.drugs), frozenset(one.events)
        source.reports.append(Report(id, drugs, events, one.strata, frozenset(one.reasons)))
    source.left_out = +left_out
    return source


def superseded(cases: dict[str, tuple[str, str]]) -> set[str]:
    """Find the reports that a later version of their case replaces.

    cases (dict[str, tuple[str, str]]): Case and version of each report.
    RETURNS (set[str]): All but the last version of each case; versions are compared as numbers
        where they are, and of equal ones the later in order stays.
    """
    last: dict[str, str] = {}
    for id, (case, version) in cases.items():
        held = last.get(case)
        if held is None or _order(version) >= _order(cases[held][1]):
            last[case] = id
    return set(cases) - set(last.values())


def _order(version: str) -> tuple[int, str]:
    return (int(version), "") if version.isdecimal() else (-1, version)


def _add(one: _Gathered, row: dict[str, str], drugs: Spellings, events: Spellings) -> None:
    drug, event, reason = drugs(row["drug"]), events(row["event"]), events(row.get("reason", ""))
    if drug:
        one.drugs.add(drug)
    if event:
        one.events.add(event)
    if drug and reason:
        one.reasons.add((drug, reason))


def _is_asserted(word: str) -> bool:
    return not word.strip() or meanings_of([("assertion", word.strip())]).is_asserted


def _rows(path: Path, strata: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    mark = "\t" if path.suffix.lower() == ".tsv" else ","
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=mark, strict=True)
            header = [name.strip() for name in next(reader, [])]
            missing = [name for name in (*REQUIRED, *strata) if name not in header]
            if missing:
                found = f"no column '{missing[0]}'"
                raise SignalError(Errors.SC986.format(path=path, line=1, found=found))
            for cells in reader:
                if len(cells) != len(header):
                    if cells:
                        found = f"{len(cells)} cells under {len(header)} names"
                        line = reader.line_num
                        raise SignalError(Errors.SC986.format(path=path, line=line, found=found))
                    continue
                yield reader.line_num, dict(zip(header, cells, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise SignalError(Errors.SC986.format(path=path, line=0, found="no UTF-8 table")) from None
