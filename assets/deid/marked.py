"""The markup of the trap notes and of the generator's templates: `{NAME Ruth Okafor}`.

`{KEEP words}` marks clinical words that must stay; they are no entities of the Record, but stand in
its meta as [[start, end], ...] under "keep". A line "== name" begins a note, lines that begin with
"#" before the first one are comments.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from spacy_clinical.formats.jsonl import write_jsonl
from spacy_clinical.records import Entity, Record

MARK = re.compile(r"\{([A-Z_]+) ([^{}]*)\}")
KEEP = "KEEP"


def read_marked(source: str, id: str) -> Record:
    """The Record that a marked text describes.

    source (str): The text.
    id (str): The Record's id.
    RETURNS (Record): Raises ValueError where a brace is left.
    """
    text, at = "", 0
    entities: list[Entity] = []
    kept: list[list[int]] = []
    for match in MARK.finditer(source):
        text += source[at : match.start()]
        extent = len(text), len(text) + len(match[2])
        if match[1] == KEEP:
            kept.append([*extent])
        else:
            entities.append(Entity(f"T{len(entities) + 1}", match[1], (extent,)))
        text += match[2]
        at = match.end()
    text += source[at:]
    if "{" in text or "}" in text:
        raise ValueError(f"a brace in {id} belongs to no mark")
    return Record(id, text, tuple(entities), meta={"keep": kept} if kept else {})


def read_file(path: Path) -> list[Record]:
    """All notes of a file, in order."""
    _, *notes = re.split(r"^== ", path.read_text("utf8"), flags=re.MULTILINE)
    parts = [note.partition("\n") for note in notes]
    return [read_marked(text.strip(), name.strip()) for name, _, text in parts]


def write_notes(records: Sequence[Record], target: Path) -> None:
    """Write notes, and say how many, and how many identifiers they have."""
    target.parent.mkdir(parents=True, exist_ok=True)
    write_jsonl(records, target)
    n = sum(len(record.entities) for record in records)
    print(f"{target}: {len(records)} notes, {n} identifiers")
