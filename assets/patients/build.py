"""Writes the patients' notes: `python assets/patients/build.py OUT_FOLDER`.

notes.jsonl holds all notes of the eight invented patients, annotated in the sample's markup (see
../sample/GUIDELINES.md) and linked to terminology.csv by their words; kb/ is that terminology as a
knowledge base.
"""

import argparse
import csv
import sys
from dataclasses import replace
from pathlib import Path

from spacy_clinical.formats.jsonl import write_jsonl
from spacy_clinical.knowledge.terminology_bases import build_base
from spacy_clinical.records import Entity, Record

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "sample"))

from markup import read_note  # noqa: E402

LINKED = ("CONDITION", "SYMPTOM", "MEDICATION", "TEST", "PROCEDURE")
TERMINOLOGY = HERE / "terminology.csv"


def read_patients(*, linked: bool = True) -> list[Record]:
    """The notes of all patients.

    linked (bool): Link mentions to the terminology's identifiers.
    RETURNS (list[Record]): In the order of patients and dates. Raises KeyError for a mention that
        the terminology lacks.
    """
    ids = read_names()
    notes = [
        read_note(path.read_text("utf8"), path.stem, str(path))
        for path in sorted((HERE / "notes").glob("*.txt"))
    ]
    return [link(note, ids) for note in notes] if linked else notes


def read_situations() -> list[Record]:
    """The short notes of the patients of situations/, linked as far as the terminology goes.

    RETURNS (list[Record]): In the order of patients and dates.
    """
    ids = read_names()
    paths = sorted((HERE / "situations").glob("*.txt"))
    notes = [read_note(path.read_text("utf8"), path.stem, str(path)) for path in paths]
    return [link(note, {**dict.fromkeys(_linked_words(note), ""), **ids}) for note in notes]


def _linked_words(record: Record) -> list[str]:
    return [_words(record, entity) for entity in record.entities if entity.label in LINKED]


def _words(record: Record, entity: Entity) -> str:
    return " ".join(record.text[entity.start : entity.end].split()).casefold()


def read_names() -> dict[str, str]:
    """The terminology's names, without case, and whose each is."""
    with TERMINOLOGY.open(encoding="utf8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row["name"].casefold(): row["id"] for row in rows}
    for row in rows:
        for alias in filter(None, row["aliases"].split("|")):
            names.setdefault(alias.casefold(), row["id"])
    return names


def link(record: Record, ids: dict[str, str]) -> Record:
    """A note with its mentions' identifiers."""
    entities = []
    for entity in record.entities:
        concept = ids[_words(record, entity)] if entity.label in LINKED else ""
        entities.append(replace(entity, concept=concept))
    return replace(record, entities=tuple(entities))


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write the patients' notes and terminology.")
    parser.add_argument("out_folder", type=Path)
    folder = parser.parse_args(arguments).out_folder
    folder.mkdir(parents=True, exist_ok=True)
    records = read_patients()
    write_jsonl(records, folder / "notes.jsonl")
    build_base([TERMINOLOGY], folder / "kb")
    print(f"{folder}: {len(records)} notes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
