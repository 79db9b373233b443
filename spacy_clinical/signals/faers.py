"""FAERS' quarterly ASCII files, from folders that the user has: nothing is fetched.

Layout: the file ASC_NTS.pdf of each quarter, "FDA Adverse Event Reporting System (FAERS) Quarterly
Data Extract". Files are tables with `$` between the columns; a case (`caseid`) may come again in
later quarters with a higher `caseversion`, and only the last one holds.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from ..errors import Errors, SignalError
from .safety_reports import Report, ReportSource, Spellings, superseded

NEEDED = ("DEMO", "DRUG", "REAC")
COLUMNS = {
    "DEMO": ("primaryid", "caseid", "caseversion"),
    "DRUG": ("primaryid", "drug_seq", "role_cod", "drugname"),
    "REAC": ("primaryid", "pt"),
    "INDI": ("primaryid", "indi_drug_seq", "indi_pt"),
}
# Primary and secondary suspect, interacting; concomitant ones ("C") are no suspects.
SUSPECTS = ("PS", "SS", "I")
STRATA = ("sex", "age", "year")
_AGES = ((2, "0-1"), (12, "2-11"), (18, "12-17"), (45, "18-44"), (65, "45-64"), (75, "65-74"))
_NO_SEX = ("UNK", "NS")  # unknown, not specified
_YEARS = {"YR": 1.0, "DEC": 10.0, "MON": 1 / 12, "WK": 7 / 365.25, "DY": 1 / 365.25, "HR": 0.0}


class _Case(NamedTuple):
    case: str
    version: str
    strata: tuple[str, ...]


def read_faers(
    folders: Sequence[str | Path],
    *,
    roles: Sequence[str] = SUSPECTS,
    strata: Sequence[str] = (),
    ingredient: Callable[[str], str] | None = None,
) -> ReportSource:
    """Read quarters of FAERS.

    folders (Sequence[str | Path]): Folders with DEMOyyQq.txt, DRUGyyQq.txt, REACyyQq.txt and
        perhaps INDIyyQq.txt, also in folders of their own; and lists of deleted cases, which may
        stand in a folder beside, as in FDA's archives.
    roles (Sequence[str]): The `role_cod` of drugs that count.
    strata (Sequence[str]): Of STRATA; age in bands.
    ingredient (Callable | None): Gives the ingredient of a drug's name, "" where it isn't known;
        None to take `prod_ai` where the file has it, else the name. A combination counts for each
        of its ingredients.
    RETURNS (ReportSource): One report a case, of its last version. Raises SignalError where files
        or columns are missing, with the file and line.
    """
    left_out: Counter[str] = Counter()
    cases = {row["primaryid"]: _case(row, strata) for _, row in _rows(folders, "DEMO")}
    old = superseded({id: (c.case, c.version) for id, c in cases.items()})
    deleted = set(_deleted(folders))
    left_out["superseded versions"] = len(old)
    left_out["deleted cases"] = sum(c.case in deleted for c in cases.values())
    kept = {id: c for id, c in cases.items() if id not in old and c.case not in deleted}
    drugs: dict[str, dict[str, tuple[str, ...]]] = {}
    spell = Spellings()
    for _, row in _rows(folders, "DRUG"):
        if row["primaryid"] in kept:
            if row["role_cod"] not in roles:
                left_out["drugs of other roles"] += 1
            elif names := _names(row, ingredient, left_out):
                drugs.setdefault(row["primaryid"], {})[row["drug_seq"]] = names
    events: dict[str, set[str]] = {}
    for _, row in _rows(folders, "REAC"):
        if row["primaryid"] in kept and row["pt"].strip():
            events.setdefault(row["primaryid"], set()).add(spell(row["pt"]))
    reasons: dict[str, set[tuple[str, str]]] = {}
    for _, row in _rows(folders, "INDI"):
        reason = spell(row["indi_pt"])
        for drug in drugs.get(row["primaryid"], {}).get(row["indi_drug_seq"], ()):
            if reason:
                reasons.setdefault(row["primaryid"], set()).add((drug, reason))
    reports = [
        Report(
            id,
            frozenset(chain.from_iterable(drugs.get(id, {}).values())),
            frozenset(events.get(id, ())),
            case.strata,
            frozenset(reasons.get(id, ())),
        )
        for id, case in kept.items()
    ]
    return ReportSource(reports, +left_out)


def _names(
    row: dict[str, str], ingredient: Callable[[str], str] | None, left_out: Counter[str]
) -> tuple[str, ...]:
    """The active ingredients: `prod_ai` is in the files since 2014Q3, those of a combination with a
    backslash between them."""
    parts = (row.get("prod_ai") or row["drugname"]).upper().split("\\")
    names = [name for part in parts if (name := " ".join(part.split()).rstrip("."))]
    if ingredient is None:
        return tuple(names)
    found = [ingredient(name) for name in names]
    if len(names) == 1 and not found[0]:
        found = [ingredient(row["drugname"].strip())]
    left_out["drugs without a known ingredient"] += found.count("")
    return tuple(known or name for known, name in zip(found, names, strict=True))


def _case(row: dict[str, str], strata: Sequence[str]) -> _Case:
    sex = row.get("sex") or row.get("gndr_cod") or ""
    values = {
        "sex": "" if sex in _NO_SEX else sex,
        "age": _band(row.get("age", ""), row.get("age_cod", "")),
        "year": (row.get("fda_dt") or "")[:4],
    }
    unknown = [name for name in strata if name not in values]
    if unknown:
        found = {"name": unknown[0], "what": "stratum of FAERS", "known": ", ".join(STRATA)}
        raise SignalError(Errors.SC989.format(**found))
    own = tuple(values[name] for name in strata)
    return _Case(row["caseid"], row["caseversion"], own)


def _band(age: str, unit: str) -> str:
    """An age in bands of paediatric and geriatric medicine, "" where it isn't known."""
    try:
        years = float(age) * _YEARS[unit or "YR"]
    except (KeyError, ValueError):
        return ""
    return next((band for limit, band in _AGES if years < limit), "75-")


def _files(folders: Iterable[str | Path], kind: str) -> list[Path]:
    found = [path for path in _texts(folders) if path.name.upper().startswith(kind)]
    if not found and kind in NEEDED:
        where = ", ".join(str(folder) for folder in folders)
        raise SignalError(Errors.SC988.format(path=where, found=f"no {kind}*.txt"))
    return sorted(found, key=lambda path: path.name.upper())


def _texts(folders: Iterable[str | Path]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix.lower() == ".txt" and path.is_file():
                yield path


def _rows(folders: Sequence[str | Path], kind: str) -> Iterator[tuple[Path, dict[str, str]]]:
    for path in _files(folders, kind):
        with path.open(encoding="latin-1", newline=None) as file:
            header = [name.strip().lower() for name in file.readline().rstrip("\n").split("$")]
            header = [name for name in header if name]
            if missing := [name for name in COLUMNS[kind] if name not in header]:
                found = f"no column '{missing[0]}'"
                raise SignalError(Errors.SC988.format(path=path, found=found))
            for number, line in enumerate(file, 2):
                cells = line.rstrip("\n").split("$")
                if len(cells) < len(header):
                    if line.strip():
                        found = f"line {number} has {len(cells)} cells under {len(header)} names"
                        raise SignalError(Errors.SC988.format(path=path, found=found))
                    continue
                yield path, dict(zip(header, cells, strict=False))


def _deleted(folders: Sequence[str | Path]) -> Iterator[str]:
    """Cases that FDA took back, as the quarters since 2019 list them: DELETE21Q4.txt, before it
    ADR19Q1DeletedCases.txt, 20Q4DeletedCases.txt or AllDeletedCases.txt, in a folder of its own."""
    for path in _texts([*folders, *_beside(folders)]):
        if "DELETE" in path.stem.upper():
            for line in path.read_text(encoding="latin-1").splitlines():
                yield line.partition("$")[0].strip()


def _beside(folders: Sequence[str | Path]) -> Iterator[Path]:
    """Where someone gives the folder of the tables alone, the one of deleted cases beside it."""
    for folder in folders:
        beside = Path(folder).resolve().parent
        own = (path for path in sorted(beside.iterdir()) if path.is_dir())
        yield from (path for path in own if path.name.upper().startswith("DELETE"))
