"""Reports to signals: counts, measures and flags of every pair."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from typing import Annotated, Any

import numpy
from typer import Option

from ..errors import Errors, SignalError
from .contingency_tables import Cells, count_cells
from .empirical_bayes import Mixture, fit_mixture, shrink
from .measures import (
    Array,
    benjamini_hochberg,
    information_component,
    poisson_p,
    proportional_reporting_ratio,
    reporting_odds_ratio,
    with_half,
    yates_chi_square,
)
from .safety_reports import Report

MEASURES = ("prr", "ror", "ic", "ebgm")
RULES = ("evans", "ror025", "ic025", "eb05", "q")


@dataclass(frozen=True)
class Settings:
    """How to measure.

    measures (tuple[str, ...]): Of MEASURES; the counts, chi-square and p-values always come.
    half (bool): Add a half to tables with a zero cell; without, PRR and ROR aren't estimable there.
    least (int): Reports that a flagged pair has at least.
    false_share (float): Of the rule q: the share of false ones among those flagged.
    without (tuple[str, ...]): Drugs, in any case, whose reports are left out: one with very many
        reports of an event masks others (Wang et al. 2010, Clinical Pharmacology and Therapeutics).
    """

    measures: tuple[str, ...] = MEASURES
    half: Annotated[bool, Option("--half")] = False
    least: Annotated[int, Option("--min", min=1)] = 3
    false_share: Annotated[float, Option("--false-share", min=0.0, max=1.0)] = 0.05
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Signal:
    """A pair of drug and event; None for what isn't estimable.

    drug, event (str): The pair.
    a, b, c, d (int): Reports of both, of the drug alone, of the event alone, of neither.
    expected (float): What `a` would be without any tie.
    prr, prr025, prr975, ror, ror025, ror975, chi2 (float | None): See `measures`.
    ic, ic025, ic975 (float | None): See `information_component`.
    ebgm, eb05, eb95 (float | None): See `empirical_bayes`.
    p, q (float): Of the Poisson distribution, and adjusted for the number of pairs.
    flags (tuple[str, ...]): The rules that hold: `evans` (PRR at least 2, chi-square at least 4),
        `ror025` (above 1), `ic025` (above 0), `eb05` (at least 2), `q`; all need enough reports.
    notes (tuple[str, ...]): "half added", "not estimable", "protopathic" (the event is what the
        drug is for, in some of the reports), "no report".
    """

    drug: str
    event: str
    a: int
    b: int
    c: int
    d: int
    expected: float
    prr: float | None
    prr025: float | None
    prr975: float | None
    ror: float | None
    ror025: float | None
    ror975: float | None
    chi2: float | None
    ic: float | None
    ic025: float | None
    ic975: float | None
    ebgm: float | None
    eb05: float | None
    eb95: float | None
    p: float
    q: float
    flags: tuple[str, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict): As JSON values."""
        return {**asdict(self), "flags": list(self.flags), "notes": list(self.notes)}


@dataclass(frozen=True)
class SignalTable:
    """All pairs that reports name, with their measures.

    cells (Cells): The counts.
    columns (Mapping[str, Array]): Measures by the names of Signal's fields, shape (n_pairs,).
    flags (Mapping[str, Array]): Where each rule holds, shape (n_pairs,).
    prior (Mixture | None): What EBGM rests on.
    settings (Settings): How it was measured.
    left_out (Mapping[str, int]): What didn't count, by reason.
    """

    cells: Cells
    columns: Mapping[str, Array]
    flags: Mapping[str, Array]
    prior: Mixture | None
    settings: Settings
    left_out: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.cells.a)

    def __iter__(self) -> Iterator[Signal]:
        return self.signals(range(len(self)))

    def signals(self, places: Iterable[int]) -> Iterator[Signal]:
        """Read pairs.

        places (Iterable[int]): Which of them, such as what `ranked` gives.
        RETURNS (Iterator[Signal]): The pairs.
        """
        cells = self.cells
        b, c, d = cells.b, cells.c, cells.d
        for i in places:
            numbers = {name: _number(values[i]) for name, values in self.columns.items()}
            yield Signal(
                drug=cells.drugs[cells.drug[i]],
                event=cells.events[cells.event[i]],
                a=int(cells.a[i]),
                b=int(b[i]),
                c=int(c[i]),
                d=int(d[i]),
                expected=float(cells.expected[i]),
                flags=tuple(name for name, where in self.flags.items() if where[i]),
                notes=self._notes(i, int(b[i]) == 0 or int(c[i]) == 0 or int(d[i]) == 0),
                **{name: numbers.get(name) for name in _FLOATS},
                p=float(self.columns["p"][i]),
                q=float(self.columns["q"][i]),
            )

    def ranked(self, flagged: bool = False) -> list[int]:
        """RETURNS (list[int]): Places of the pairs, flagged by most rules first, then by the lower
        bound of IC; only those with a flag if asked."""
        votes = sum((where.astype("int64") for where in self.flags.values()), _zeros(len(self)))
        lower = self.columns.get("ic025", -self.columns["p"])
        order = numpy.lexsort((numpy.arange(len(self)), -lower, -votes))
        kept = order[votes[order] > 0] if flagged else order
        places: list[int] = kept.tolist()
        return places

    def find(self, drug: str, event: str) -> Signal | None:
        """RETURNS (Signal | None): A pair; None if it is missing: no report names the two, and
        they weren't asked for as a zero."""
        cells = self.cells
        at = [_place(names, name) for names, name in ((cells.drugs, drug), (cells.events, event))]
        found = numpy.flatnonzero((cells.drug == at[0]) & (cells.event == at[1]))
        return next(self.signals(found.tolist()), None)

    def _notes(self, i: int, empty: bool) -> tuple[str, ...]:
        notes = []
        if self.cells.a[i] == 0:
            notes.append("no report")
        if (empty or self.cells.a[i] == 0) and {"prr", "ror"} & set(self.settings.measures):
            notes.append("half added" if self.settings.half else "not estimable")
        if self.cells.reasons[i]:
            notes.append("protopathic")
        return tuple(notes)


_FLOATS = (
    "prr", "prr025", "prr975", "ror", "ror025", "ror975", "chi2", "ic", "ic025", "ic975", "ebgm",
    "eb05", "eb95",
)  # fmt: skip


def disproportionality(
    reports: Iterable[Report],
    settings: Settings | None = None,
    *,
    extra: Sequence[tuple[str, str]] = (),
    left_out: Mapping[str, int] | None = None,
) -> SignalTable:
    """Measure how much more often reports name a drug and an event together than expected.

    reports (Iterable[Report]): The reports; expectations are summed over their strata, while the
        cells of PRR, ROR and chi-square are of all of them.
    settings (Settings | None): How to measure.
    extra (Sequence[tuple[str, str]]): Pairs to have even if no report names them.
    left_out (Mapping[str, int] | None): What the reader left out, to be handed on.
    RETURNS (SignalTable): A row a pair. Raises SignalError where no report names a drug whose
        reports are to be left out.
    """
    settings = settings or Settings()
    given = list(reports)
    masking = _named_so(settings.without, given)
    kept = [r for r in given if r.drugs.isdisjoint(masking)]
    counts = {**(left_out or {})}
    if len(kept) < len(given):
        counts["reports of drugs left out"] = len(given) - len(kept)
    cells = count_cells(kept, extra)
    columns, prior = _measure(cells, settings)
    return SignalTable(cells, columns, _flag(cells, columns, settings), prior, settings, counts)


def _named_so(wanted: Sequence[str], reports: Sequence[Report]) -> set[str]:
    """The drugs of some names, as the reports write them: case and white space aside."""
    known: dict[str, set[str]] = {}
    if wanted:
        for drug in set().union(*(report.drugs for report in reports)):
            known.setdefault(_fold(drug), set()).add(drug)
    for name in wanted:
        if _fold(name) not in known:
            near = ", ".join(get_close_matches(_fold(name), known, 3, 0.6)) or "nothing near it"
            found = {"name": name, "what": "drug of the reports", "known": near}
            raise SignalError(Errors.SC989.format(**found))
    return {drug for name in wanted for drug in known[_fold(name)]}


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())


def _measure(cells: Cells, settings: Settings) -> tuple[dict[str, Array], Mixture | None]:
    a, b, c, d = cells.a, cells.b, cells.c, cells.d
    columns: dict[str, Array] = {"chi2": yates_chi_square(a, b, c, d)}
    ratios = with_half(a, b, c, d)[:4] if settings.half else (a, b, c, d)
    prior = None
    if "prr" in settings.measures:
        columns.update(_named("prr", "prr025", "prr975", proportional_reporting_ratio(*ratios)))
    if "ror" in settings.measures:
        columns.update(_named("ror", "ror025", "ror975", reporting_odds_ratio(*ratios)))
    if "ic" in settings.measures:
        columns.update(_named("ic", "ic025", "ic975", information_component(a, cells.expected)))
    if "ebgm" in settings.measures:
        prior = fit_mixture(a, cells.expected)
        if prior is not None:
            columns.update(_named("ebgm", "eb05", "eb95", shrink(a, cells.expected, prior)))
    columns["p"] = poisson_p(a, cells.expected)
    columns["q"] = benjamini_hochberg(columns["p"])
    return columns, prior


def _flag(cells: Cells, columns: Mapping[str, Array], settings: Settings) -> dict[str, Array]:
    """Evans 2001; EB05 of 2: Szarfman, Machado, O'Neill 2002, Drug Safety 25:381-392."""
    enough = cells.a >= settings.least
    tests = {
        "evans": ("prr", lambda x: (x >= 2) & (columns["chi2"] >= 4)),
        "ror025": ("ror025", lambda x: x > 1),
        "ic025": ("ic025", lambda x: x > 0),
        "eb05": ("eb05", lambda x: x >= 2),
        "q": ("q", lambda x: x <= settings.false_share),
    }
    with numpy.errstate(invalid="ignore"):
        return {
            name: enough & test(columns[column])
            for name, (column, test) in tests.items()
            if column in columns
        }


def _named(value: str, low: str, high: str, found: Sequence[Array]) -> dict[str, Array]:
    return dict(zip((value, low, high), found, strict=True))


def _number(value: Any) -> float | None:
    return float(value) if numpy.isfinite(value) else None


def _place(names: Sequence[str], name: str) -> int:
    try:
        return names.index(name)
    except ValueError:
        return -1


def _zeros(n: int) -> Array:
    return numpy.zeros(n, dtype="int64")
