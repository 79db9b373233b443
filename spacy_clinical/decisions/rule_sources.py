"""What rules are held against whom: rules of folders, DDInter or the examples; days, birthdays."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ..errors import CommandError, Errors
from .decision_rule_tables import EXAMPLES, RuleBook, join_books, read_rules
from .interaction_tables import read_ddinter


def gather_rules(
    folders: Sequence[Path] = (), ddinter: Sequence[Path] = (), *, examples: bool = False
) -> RuleBook:
    """Gather rules.

    folders (Sequence[Path]): With rules.tsv and sets.tsv.
    ddinter (Sequence[Path]): CSV files of DDInter.
    examples (bool): Take the example rules, too.
    RETURNS (RuleBook): All of them. Raises CommandError where nothing is given, RuleError for rules
        that can't be read.
    """
    folders = [*folders, *([EXAMPLES] if examples else [])]
    books = [read_rules(folders)] if folders else []
    books += [read_ddinter(ddinter)] if ddinter else []
    if not books:
        raise CommandError(Errors.SC973)
    return join_books(books)


def read_born(path: Path | None) -> dict[str, date] | None:
    """Read birthdays.

    path (Path | None): TSV with the columns `patient` and `born`; None for none.
    RETURNS (dict[str, date] | None): Patient to birthday. Raises CommandError for another table.
    """
    if path is None:
        return None
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t")
            return {row["patient"]: date.fromisoformat(row["born"]) for row in rows}
    except (KeyError, ValueError, OSError, TypeError):
        told = Errors.SC969.format(path=path, what="birthdays", found="not patient and born")
        raise CommandError(told) from None


def read_day(written: str) -> date | None:
    """RETURNS (date | None): A day, None for "". Raises CommandError for one that isn't
    YYYY-MM-DD."""
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise CommandError(Errors.SC974.format(found=written)) from None
