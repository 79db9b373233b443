"""Files for tests, written as each tool writes them, and what their records say in short."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from spacy_clinical.formats import read
from spacy_clinical.records import Record


def put(path: Path, *values: Any) -> Path:
    """Write JSON lines, or the text that is given."""
    lines = [value if isinstance(value, str) else json.dumps(value) for value in values]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def mentions(record: Record) -> list[tuple[str, str]]:
    """Covered text, fragments joined by "...", and label of each mention."""
    return [
        ("...".join(record.text[start:end] for start, end in e.fragments), e.label)
        for e in record.entities
    ]


def relations(record: Record) -> list[tuple[str, str, str]]:
    """Covered texts of head and tail around the label of each relation."""
    covered = {e.id: record.text[e.start : e.end] for e in record.entities}
    return [(covered[rel.head], rel.label, covered[rel.tail]) for rel in record.relations]


def said(record: Record) -> list[tuple[str, str, str]]:
    """Covered text, name and value of each attribute."""
    covered = {e.id: record.text[e.start : e.end] for e in record.entities}
    return [(covered[a.target], a.name, a.value) for a in record.attributes]


def read_counted(path: Path, format: str | None = None) -> tuple[list[Record], dict[str, int]]:
    """Read a corpus, and count what is left out."""
    left_out: Counter[str] = Counter()
    return list(read(path, format, left_out=left_out)), dict(+left_out)
