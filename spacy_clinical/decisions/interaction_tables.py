"""Interaction tables that the user has, as rules: DDInter's CSV files.

DDInter (Xiong et al. 2022, Nucleic Acids Research 50:D1200) gives pairs of drugs with a level; its
licence forbids to ship them, so that they are read in place.
"""

import csv
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

from ..errors import Errors, RuleError
from ..knowledge.concept_sets import ConceptSets
from ..tsv import read_utf8
from .decision_rule_tables import CRITICAL, INFO, INTERACTION, WARNING, Rule, RuleBook
from .rule_language import DRUG, Term

COLUMNS = ("DDInterID_A", "Drug_A", "DDInterID_B", "Drug_B", "Level")
LEVELS = {"major": CRITICAL, "moderate": WARNING, "minor": INFO, "unknown": INFO}
SOURCE, URL = "DDInter", "https://ddinter.scbdd.com/"


def read_ddinter(paths: Iterable[Path]) -> RuleBook:
    """Read DDInter's tables.

    paths (Iterable[Path]): Files such as ddinter_downloads_code_A.csv; pairs that stand in several
        are one.
    RETURNS (RuleBook): A rule each pair. Raises RuleError for another table.
    """
    members: dict[str, tuple[str, ...]] = {}
    rules: dict[frozenset[str], Rule] = {}
    for path in paths:
        with StringIO(read_utf8(path), newline="") as file:
            reader = csv.DictReader(file)
            if not set(COLUMNS) <= set(reader.fieldnames or ()):
                found = f"the columns {', '.join(reader.fieldnames or ())[:80]}"
                raise RuleError(Errors.SC969.format(path=path, what="DDInter", found=found))
            for row in reader:
                rule = _pair(path, reader.line_num, row, members)
                rules.setdefault(frozenset((rule.when.set, rule.also[0].set)), rule)
    return RuleBook(tuple(rules.values()), ConceptSets(members))


def _pair(path: Path, line: int, row: dict[str, str], members: dict[str, tuple[str, ...]]) -> Rule:
    terms = []
    for side in "AB":
        id, name = (row[f"{column}_{side}"] or "" for column in ("DDInterID", "Drug"))
        if not id or not name:
            found = f"line {line} without a drug"
            raise RuleError(Errors.SC969.format(path=path, what="DDInter", found=found))
        members[id] = (name.strip(),)
        terms.append(Term(DRUG, id))
    level = (row["Level"] or "").strip().casefold()
    if level not in LEVELS:
        found = f"the level '{level[:20]}' in line {line}"
        raise RuleError(Errors.SC969.format(path=path, what="DDInter", found=found))
    a, b = row["Drug_A"].strip(), row["Drug_B"].strip()
    message = f"{a} and {b}: interaction, level {level}."
    id = f"ddinter_{terms[0].set}_{terms[1].set}"
    place = f"'{path}', line {line}"
    return Rule(
        id, INTERACTION, terms[0], (terms[1],), (), 0, LEVELS[level], message, "", SOURCE, URL, "",
        place,
    )  # fmt: skip
