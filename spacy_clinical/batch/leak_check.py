"""A second, independent search over notes that somebody has de-identified."""

import csv
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..deid.leak_search import STRONG, SecondSearch
from ..deid.meta_fields import FIELDS, KnownPerson
from ..deid.policy import Policy
from ..errors import CommandError, DeidError, Errors
from ..note import Note

_MARKS = {".csv": ",", ".tsv": "\t"}


@dataclass
class Left:
    """What was left in notes.

    notes (int): Notes that were searched.
    counts (Counter[str]): By rule, such as "known:PATIENT" or "pattern:SSN".
    rows (list[dict]): For each note with something left its number and name, and rule, start and
        end of each.
    """

    notes: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    rows: list[dict[str, Any]] = field(default_factory=list)


def check_notes(
    notes: Iterable[Note],
    known: Path | None = None,
    locales: tuple[str, ...] = ("en",),
    policy: Policy | str | Path | None = None,
) -> Left:
    """Search notes for what must not be left.

    notes (Iterable[Note]): The notes.
    known (Path | None): CSV, TSV or JSON lines with what is known of patients, in columns such as
        patient_name, mrn, dob.
    locales (tuple[str, ...]): Whose numbers and codes are looked for.
    policy (Policy | str | Path | None): What the notes were de-identified by: what it keeps may be
        left, and what it gives surrogates, which look like originals, is found where it is known
        alone. None if that isn't known.
    RETURNS (Left): What was found. Raises DeidError where no column is known to identify.
    """
    values = [] if known is None else read_known(known)
    search, left = _search(locales, policy), Left()
    for number, note in enumerate(notes, 1):
        if note.fault:
            raise CommandError(note.fault)
        left.notes += 1
        found = search.find(note.text, values)
        left.counts.update(leak.rule for leak in found)
        if found:
            rows = [[leak.rule, leak.start, leak.end] for leak in found]
            left.rows.append({"number": number, "id": note.id, "left": rows})
    return left


def _search(locales: tuple[str, ...], policy: Policy | str | Path | None) -> SecondSearch:
    if policy is None:
        return SecondSearch.of(locales)
    policy = policy if isinstance(policy, Policy) else Policy.load(policy)
    return SecondSearch.of(locales, policy.kept, filter(policy.has_surrogates, STRONG))


def read_known(path: Path) -> list[tuple[str, str]]:
    """Read what is known of patients.

    path (Path): CSV, TSV or JSON lines.
    RETURNS (list[tuple[str, str]]): Label and value of each field that is known to identify.
    """
    mark = _MARKS.get(path.suffix.lower())
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            if mark:
                rows = list(csv.DictReader(lines, delimiter=mark))
            else:
                rows = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError, csv.Error) as error:
        found = getattr(error, "strerror", None) or type(error).__name__
        raise CommandError(Errors.SC918.format(path=path, found=found)) from None
    found = [value for row in rows for value in KnownPerson(FIELDS).values(row)]
    if not found:
        raise DeidError(Errors.SC915.format(path=path, known=", ".join(FIELDS)))
    return found
