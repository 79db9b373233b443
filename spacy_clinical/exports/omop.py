"""OMOP CDM v5.4: the table NOTE_NLP, one row a mention."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from ..docs import Meanings
from ..errors import Errors, ExportError
from ..files import new_folder
from .csv_cells import guard_row
from .document_facts import Fact, Facts, read_all
from .export_settings import ExportSettings
from .mapping_tables import Mappings

# ohdsi.github.io/CommonDataModel/cdm54.html#note_nlp: columns in the CDM's order, and their types.
COLUMNS = {
    "note_nlp_id": "integer NOT NULL",
    "note_id": "integer NOT NULL",
    "section_concept_id": "integer NULL",
    "snippet": "varchar(250) NULL",
    "offset": "varchar(50) NULL",
    "lexical_variant": "varchar(250) NOT NULL",
    "note_nlp_concept_id": "integer NULL",
    "note_nlp_source_concept_id": "integer NULL",
    "nlp_system": "varchar(250) NULL",
    "nlp_date": "date NOT NULL",
    "nlp_datetime": "datetime NULL",
    "term_exists": "varchar(1) NULL",
    "term_temporal": "varchar(50) NULL",
    "term_modifiers": "varchar(2000) NULL",
}
TERMS = ("term_exists", "term_temporal", "term_modifiers")
VARCHAR = 250
CONTEXT = 80  # characters of a snippet on each side of the mention
LARGEST = 2**31 - 1
Row = dict[str, Any]


def write_omop(docs: Iterable[Doc], path: Path, settings: ExportSettings) -> Counter[str]:
    """Write NOTE_NLP.csv, and NOTE_ID.csv, which says which note has which number.

    A note's number is its meta's `note_id`, or its id if that is a number. If the first note has
    none, all are numbered in order.

    docs (Iterable[Doc]): The documents.
    path (Path): A new folder.
    settings (ExportSettings): Of the export.
    RETURNS (Counter[str]): What was left out or cut, and how often.
    """
    left_out: Counter[str] = Counter()
    mapping = OmopMapping(Mappings(settings.mappings))
    numbers = NoteNumbers()
    with (
        new_folder(path) as folder,
        (folder / "NOTE_NLP.csv").open("w", encoding="utf-8", newline="") as table,
        (folder / "NOTE_ID.csv").open("w", encoding="utf-8", newline="") as ids,
    ):
        writer = csv.DictWriter(table, COLUMNS)
        names = csv.DictWriter(ids, ("note_id", "note_source_value"))
        writer.writeheader()
        names.writeheader()
        row_id = 0
        for facts in read_all(docs, settings, left_out):
            cut = sum(len(fact.text) > VARCHAR for fact in facts.mentions)
            left_out.update({"mentions cut to 250 characters": cut} if cut else {})
            note_id = numbers.number(facts)
            names.writerow(_cells({"note_id": note_id, "note_source_value": facts.id}, settings))
            for row in mapping.rows(facts, note_id, settings):
                row_id += 1
                writer.writerow({"note_nlp_id": row_id, **_cells(row, settings)})
    return left_out


def _cells(row: Row, settings: ExportSettings) -> Row:
    return guard_row(row, VARCHAR) if settings.guard_formulas else row


class NoteNumbers:
    """Gives notes the whole numbers that the CDM wants: their own if the first has one.

    own_only (bool): Take no others: counted ones may be those of other notes in a table that is
        there.
    """

    def __init__(self, *, own_only: bool = False) -> None:
        self.given: set[int] = set()
        self.counted = False
        self._own_only = own_only

    def number(self, facts: Facts) -> int:
        """RETURNS (int): The note's number. Raises ExportError where two have one, or one none."""
        own = next(filter(None, map(_as_number, (facts.meta.get("note_id"), facts.id))), 0)
        self.counted = self.counted or not (own or self.given or self._own_only)
        number = len(self.given) + 1 if self.counted else own
        if not number or number in self.given:
            raise ExportError(Errors.SC753.format(id=facts.id))
        self.given.add(number)
        return number


def _as_number(value: Any) -> int:
    text = str(value)
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 11 else 0
    return number if number <= LARGEST else 0


class OmopMapping:
    """The tables for OMOP.

    mappings (Mappings): Where they are.
    """

    def __init__(self, mappings: Mappings):
        self.assertions = {row["assertion"]: row for row in mappings.read("omop_assertions")}
        self.concepts = {row["code"]: row for row in mappings.read("omop_concepts")}
        sections = mappings.read("omop_sections")
        self.sections = {row["section"]: int(row["section_concept_id"]) for row in sections}

    def rows(self, facts: Facts, note_id: int, settings: ExportSettings) -> Iterator[Row]:
        """Lay a document out in rows of NOTE_NLP.

        facts (Facts): The document.
        note_id (int): Its number.
        settings (ExportSettings): Names the system and the time.
        YIELDS (Row): All columns but note_nlp_id.
        """
        for fact in facts.mentions:
            concept = next((self.concepts[c] for c in fact.concepts if c in self.concepts), {})
            yield {
                "note_id": note_id,
                "section_concept_id": self.sections.get(fact.section, 0),
                "snippet": snippet(facts.text, fact),
                "offset": str(fact.start),
                "lexical_variant": fact.text[:VARCHAR],
                "note_nlp_concept_id": int(concept.get("note_nlp_concept_id", 0)),
                "note_nlp_source_concept_id": int(concept.get("note_nlp_source_concept_id", 0)),
                "nlp_system": settings.name[:VARCHAR],
                "nlp_date": settings.time[:10],
                "nlp_datetime": settings.time[:19].replace("T", " "),
                **self.terms(fact.said, fact.result.words if fact.result else ""),
            }

    def terms(self, said: Meanings, result: str = "") -> Row:
        """RETURNS (Row): The columns that tell what holds of a mention, and what words say that a
        test came to."""
        if not said.values:
            return {name: self.assertions[""][name] for name in TERMS}
        rows = [self.assertions[value] for value in ("present", *said.values)]
        pairs = (pair for row in rows for pair in row["term_modifiers"].split(";"))
        modifiers = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        if result:
            modifiers["Result"] = " ".join(result.replace(";", ",").split())
        return {
            "term_exists": min(row["term_exists"] for row in rows),
            "term_temporal": min(filter(None, (row["term_temporal"] for row in rows)), default=""),
            "term_modifiers": ";".join(f"{name}={value}" for name, value in modifiers.items()),
        }


def snippet(text: str, fact: Fact) -> str:
    """RETURNS (str): The mention with what stands around it, 250 characters at most."""
    start = max(0, fact.start - CONTEXT)
    return text[start : min(fact.end + CONTEXT, start + VARCHAR)]
