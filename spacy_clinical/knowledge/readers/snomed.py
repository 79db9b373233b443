"""SNOMED CT in Release Format 2: the snapshot's concepts, descriptions, definitions, parents
and maps.

Columns and identifiers as in the SNOMED CT Release File Specification (https://docs.snomed.org).
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ..terminology_facts import CROSSREF, DEFINITION, NAME, PARENT, RETIRED, TYPE, Fact
from .lines import Row, find_file, find_files, read_table, require

FULL_NAME = "900000000000003001"
IS_A = "116680003"
ACTIVE = "1"
# The semantic tag at the end of a fully specified name: "Myocardial infarction (disorder)".
TAG = re.compile(r"(?P<name>.+\S)\s+\((?P<tag>[^()]+)\)")
DESCRIPTION = ("active", "conceptId", "languageCode", "typeId", "term")
RELATIONSHIP = ("active", "sourceId", "destinationId", "typeId")
MAP = ("active", "refsetId", "referencedComponentId", "mapTarget")
# Extended map reference sets and the system that their targets are of: the International Edition's
# (docs.snomed.org) and the US Edition's (nlm.nih.gov/research/umls/mapping_projects).
MAPS = {"447562003": "ICD10", "6011000124106": "ICD10CM"}


def read_snomed(path: Path, *, encoding: str = "utf-8") -> Iterator[Fact]:
    """Read a SNOMED CT release.

    A concept's canonical name is its fully specified name without the semantic tag, which is its
    type. Inactive concepts and descriptions are left out; "is a" relationships tell parents.
    Targets of a map that isn't known have its reference set's number as their system.

    path (Path): The release's folder or its Snapshot, or the description file, the others beside.
    encoding (str): Of the text.
    YIELDS (Fact): What it says; languages are those of the descriptions.
    """
    find_file(path, "sct2_Description_*Snapshot*.txt*", "descriptions")
    for file in find_files(path, "sct2_Concept_*Snapshot*.txt*"):
        for line, row in _rows(file, ("id", "active"), encoding):
            if row["active"] != ACTIVE:
                yield Fact(require(row, "id", file, line), RETIRED, "")
    for file in find_files(path, "sct2_Description_*Snapshot*.txt*"):
        for line, row in _active(file, DESCRIPTION, encoding):
            yield from _name(require(row, "conceptId", file, line), row)
    for file in find_files(path, "sct2_TextDefinition_*Snapshot*.txt*"):
        for line, row in _active(file, DESCRIPTION, encoding):
            concept = require(row, "conceptId", file, line)
            yield Fact(concept, DEFINITION, row["term"], language=row["languageCode"])
    for file in find_files(path, "sct2_Relationship_*Snapshot*.txt*"):
        for line, row in _active(file, RELATIONSHIP, encoding):
            if row["typeId"] == IS_A:
                child = require(row, "sourceId", file, line)
                yield Fact(child, PARENT, row["destinationId"])
    for file in find_files(path, "der2_*ExtendedMap*Snapshot*.txt*"):
        for line, row in _active(file, MAP, encoding):
            concept, target = require(row, "referencedComponentId", file, line), row["mapTarget"]
            if target:
                system = MAPS.get(row["refsetId"], row["refsetId"])
                yield Fact(concept, CROSSREF, f"{system}:{target}")


def _name(concept: str, row: dict[str, str]) -> Iterator[Fact]:
    name, language = row["term"], row["languageCode"]
    if row["typeId"] != FULL_NAME:
        yield Fact(concept, NAME, name, 1, language=language)
        return
    match = TAG.fullmatch(name)
    yield Fact(concept, NAME, match["name"] if match else name, language=language)
    yield Fact(concept, CROSSREF, f"SNOMEDCT:{concept}")
    if match:
        yield Fact(concept, TYPE, match["tag"])


def _active(path: Path, columns: tuple[str, ...], encoding: str) -> Iterator[Row]:
    return (row for row in _rows(path, columns, encoding) if row[1]["active"] == ACTIVE)


def _rows(path: Path, columns: tuple[str, ...], encoding: str) -> Iterator[Row]:
    return read_table(path, columns, delimiter="\t", quoted=False, encoding=encoding)
