"""What may stand in the mapping tables that users edit, told before anything is exported."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..errors import Errors, ExportError

PATTERN, NUMBER = "a regular expression without named groups", "a whole number"
_LONGEST_NUMBER = 10  # digits
_SIDES = "before after"
_KINDS = "Condition Observation MedicationStatement Procedure AllergyIntolerance"
# By table and column: a form, or the words that are known. Value sets of FHIR are checked where
# they are used.
EXPECTED: dict[str, dict[str, str]] = {
    "allergy_phrases": {"phrase": PATTERN, "side": _SIDES, "type": "allergy intolerance refuted -"},
    "code_systems": {"pattern": PATTERN},
    "fhir_labels": {"resource": _KINDS},
    "fhir_relations": {
        "resource": _KINDS,
        "element": "reason reaction stopped dosage bodySite value evidence onset start performed"
        " effective",
    },
    "medication_status": {"phrase": PATTERN, "side": _SIDES},
    "medication_taken": {
        "phrase": PATTERN,
        "where": "beside earlier other but to behind harm sign cause past when avoid",
    },
    "observation_categories": {"pattern": PATTERN},
    "omop_assertions": {"term_exists": "Y N"},
    "omop_concepts": {"note_nlp_concept_id": NUMBER, "note_nlp_source_concept_id": NUMBER},
    "omop_sections": {"section_concept_id": NUMBER},
    "test_results": {"phrase": PATTERN},
    "test_orders": {"phrase": PATTERN, "side": _SIDES, "what": "done ordered again"},
}
# Tables that need a row for each of these that the shipped one has.
KEYS = {
    "fhir_assertions": ("resource", "assertion"),
    "fhir_systems": ("thing",),
    "omop_assertions": ("assertion",),
}
Row = Mapping[str, str]


def check_row(name: str, row: Row, line: int, path: Path) -> None:
    """Raise ExportError where a row has what isn't known in its column.

    name (str): The table.
    row (Row): Its cells by column.
    line (int): The row's line in the file.
    path (Path): The file.
    """
    for column, known in EXPECTED.get(name, {}).items():
        if not _fits(row[column], known):
            told = known if known in (PATTERN, NUMBER) else f"one of {', '.join(known.split())}"
            where = {"path": path, "line": line, "column": column}
            raise ExportError(Errors.SC755.format(**where, expected=told))


def check_keys(name: str, own: Iterable[Row], shipped: Iterable[Row], path: Path) -> None:
    """Raise ExportError where a table lacks a row that others build on.

    name (str): The table.
    own (Iterable[Row]): The user's rows.
    shipped (Iterable[Row]): The package's.
    path (Path): The user's file.
    """
    columns = KEYS.get(name, ())
    there = {tuple(row[column] for column in columns) for row in own}
    for row in shipped:
        key = tuple(row[column] for column in columns)
        if columns and key not in there:
            told = " and ".join(f"'{cell}'" for cell in key)
            raise ExportError(Errors.SC757.format(path=path, key=told))


def _fits(cell: str, known: str) -> bool:
    if known == NUMBER:
        return cell.isascii() and cell.isdecimal() and len(cell) <= _LONGEST_NUMBER
    if known == PATTERN:
        try:
            return not re.compile(f"(?:{cell})").groupindex
        except (re.error, OverflowError, RecursionError):
            return False
    return cell in known.split()
