"""ASQ-PHI's text file: queries, each with the identifiers in it as strings, without offsets.

A query follows a line ===QUERY===, its identifiers, one JSON object a line with `identifier_type`
and `value`, a line ===PHI_TAGS===. Each is placed at its first occurrence that no other one has,
the longest first; one that isn't in the query is left out.
"""

import json
import re
from pathlib import Path
from typing import Any

from spacy_clinical.records import Entity, Record

QUERY, TAGS = "===QUERY===", "===PHI_TAGS==="


def holds_asq_phi(path: Path) -> bool:
    """Whether a file is one of these."""
    if not path.is_file() or path.suffix != ".txt":
        return False
    with path.open(encoding="utf-8-sig") as file:
        return file.readline().strip() == QUERY


def read_asq_phi(path: Path) -> list[Record]:
    """The queries of a file, in order."""
    _, *parts = path.read_text(encoding="utf-8-sig").split(QUERY)
    return [_read_query(part, f"q{i:04}") for i, part in enumerate(parts)]


def _read_query(part: str, name: str) -> Record:
    query, _, tags = part.partition(TAGS)
    text = query.strip()
    given = [json.loads(line) for line in tags.splitlines() if line.strip()]
    return Record(name, text, tuple(_place(text, given)))


def _place(text: str, given: list[dict[str, Any]]) -> list[Entity]:
    """The mentions of a query, in text order."""
    free = text
    found: list[tuple[int, int, str]] = []
    for one in sorted(given, key=lambda one: -len(one["value"])):
        match = re.search(re.escape(one["value"]), free) if one["value"] else None
        if match:
            start, end = match.span()
            free = free[:start] + "\0" * (end - start) + free[end:]
            found.append((start, end, one["identifier_type"]))
    return [Entity(f"T{i}", label, ((s, e),)) for i, (s, e, label) in enumerate(sorted(found), 1)]
