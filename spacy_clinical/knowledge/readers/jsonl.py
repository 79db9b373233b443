"""scispaCy's knowledge bases: a JSON object a line, with concept_id, canonical_name, aliases..."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..terminology_facts import CROSSREF, DEFINITION, NAME, PARENT, TYPE, Fact
from .lines import problem, read_lines

LISTS = {"aliases": NAME, "types": TYPE, "xrefs": CROSSREF, "parents": PARENT}
EXPECTED = (
    "a JSON object with the strings concept_id and canonical_name, and perhaps lists of strings "
    "aliases, types, xrefs and parents, and a string definition"
)


def read_jsonl(path: Path, *, encoding: str = "utf-8") -> Iterator[Fact]:
    """Read a knowledge base in scispaCy's form, of which `xrefs` and `parents` are extensions.

    path (Path): The file.
    encoding (str): Of the text.
    YIELDS (Fact): What it says.
    """
    for number, line in read_lines(path, encoding):
        if line.strip():
            row = _parse(line)
            if row is None:
                raise problem(path, number, "something else", EXPECTED)
            yield from _facts(row)


def _facts(row: dict[str, Any]) -> Iterator[Fact]:
    concept = row["concept_id"]
    yield Fact(concept, NAME, row["canonical_name"])
    for key, field in LISTS.items():
        for value in row.get(key) or ():
            yield Fact(concept, field, value, int(field == NAME))
    if row.get("definition"):
        yield Fact(concept, DEFINITION, row["definition"])


def _parse(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict):
        return None
    texts = [row.get("concept_id"), row.get("canonical_name"), row.get("definition") or ""]
    lists = [row.get(key) or [] for key in LISTS]
    if not all(isinstance(values, list) for values in lists):
        return None
    texts += [value for values in lists for value in values]
    return row if all(isinstance(text, str) for text in texts) and row["concept_id"] else None
