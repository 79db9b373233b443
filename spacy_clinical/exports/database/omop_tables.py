"""An OMOP CDM v5.4 in a database: rows of NOTE_NLP, and of NOTE where a note isn't there yet.

ohdsi.github.io/CommonDataModel/cdm54.html: NOTE wants a person and a date, NOTE_NLP a number of its
own for each row. The CDM's own DDL has made the tables; nothing else of it is touched.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from spacy.tokens import Doc

from ...docs.iso_dates import iso_date
from ...errors import Errors, ExportError
from ..document_facts import Facts, read_all
from ..export_settings import ExportSettings
from ..fhir import note_date
from ..flat_tables import Row
from ..mapping_tables import Mappings
from ..omop import COLUMNS, LARGEST, NoteNumbers, OmopMapping
from .sessions import Session
from .tables import CHUNK, clean, listed, quoted

NOTE = {
    "note_id": "integer",
    "person_id": "integer",
    "note_date": "date",
    "note_type_concept_id": "integer",
    "note_class_concept_id": "integer",
    "note_text": "text",
    "encoding_concept_id": "integer",
    "language_concept_id": "integer",
    "note_source_value": "varchar(50)",
}
NLP = {name: kind.split(" ")[0].replace("datetime", "timestamp") for name, kind in COLUMNS.items()}
EHR = 32817  # "EHR", the type concept of what comes from a health record
UTF8 = 32678  # "UTF-8", OMOP's concept of that encoding
ENGLISH = 4180186  # "English language"
OTHER_PERSON = "notes whose number in NOTE is that of another person's note: no row"
NO_PERSON = "notes that aren't in NOTE and have no person_id and date: no row"


def write_cdm(
    session: Session, docs: Iterable[Doc], settings: ExportSettings, place: str
) -> Counter[str]:
    """Write NOTE_NLP, and NOTE where it lacks a note. What this model wrote of these notes before
    is replaced; other systems' rows stay.

    session (Session): The database.
    docs (Iterable[Doc]): The documents; a note's number is its meta's `note_id`, or its id if
        that is a number. Raises ExportError for a note with none.
    settings (ExportSettings): Of the export.
    place (str): The schema with its dot, quoted.
    RETURNS (Counter[str]): What was left out, and how often.
    """
    cdm = Cdm(session, settings, place)
    chunk: list[Facts] = []
    for facts in read_all(docs, settings, cdm.left_out):
        chunk.append(facts)
        if len(chunk) == CHUNK:
            cdm.write(chunk)
            chunk = []
    cdm.write(chunk)
    return cdm.left_out


class Cdm:
    """A CDM's two tables.

    session (Session): The database.
    settings (ExportSettings): Of the export.
    place (str): The schema with its dot, quoted.
    """

    def __init__(self, session: Session, settings: ExportSettings, place: str):
        self.left_out: Counter[str] = Counter()
        self._session, self._settings = session, settings
        self._note, self._nlp = (place + quoted(name) for name in ("note", "note_nlp"))
        self._mapping = OmopMapping(Mappings(settings.mappings))
        self._numbers = NoteNumbers(own_only=True)
        self._system = clean(f"{settings.name} {settings.model}".strip())[:250]
        self._check(place)
        session.run(self._lock())
        ((last,),) = session.run(f"SELECT coalesce(max(note_nlp_id), 0) FROM {self._nlp}")
        self._last = int(last)

    def _lock(self) -> str:
        """Numbers are given by hand, so two writers must come one after the other."""
        ((version,),) = self._session.run("SELECT version()")
        if str(version).startswith("PostgreSQL"):
            return f"LOCK TABLE {self._nlp} IN SHARE ROW EXCLUSIVE MODE"
        return "SELECT 1"

    def _check(self, place: str) -> None:
        """Raise ExportError where the schema has no such tables."""
        schema = self._settings.schema
        where = "lower(table_schema) = lower(%s)" if schema else "table_schema = current_schema()"
        for name, wanted in (("note", NOTE), ("note_nlp", NLP)):
            found = self._session.run(
                "SELECT lower(column_name) FROM information_schema.columns "
                f"WHERE lower(table_name) = '{name}' AND {where}",
                [schema] if schema else [],
            )
            missing = sorted(set(wanted) - {row[0] for row in found})
            if missing:
                told = ", ".join(missing) if found else "the whole table"
                raise ExportError(Errors.SC958.format(table=f"{place}{name}", missing=told))

    def write(self, notes: list[Facts]) -> None:
        """Write some notes.

        notes (list[Facts]): The documents.
        """
        numbered = [(self._numbers.number(facts), facts) for facts in notes]
        persons = self._persons([number for number, _ in numbered])
        numbered = [row for row in numbered if not self._is_of_another(row[1], persons.get(row[0]))]
        ids = [number for number, _ in numbered]
        if not ids:
            return
        holders = ", ".join(["%s"] * len(ids))
        known = set(persons)
        new = [
            row
            for number, facts in numbered
            if number not in known
            for row in self._new(number, facts)
        ]
        self._insert("staged_note", self._note, NOTE, new)
        known |= {row["note_id"] for row in new}
        self._session.run(
            f"DELETE FROM {self._nlp} WHERE nlp_system = %s AND note_id IN ({holders})",
            [self._system, *ids],
        )
        rows = [
            row
            for number, facts in numbered
            if number in known
            for row in self._rows(number, facts)
        ]
        self._insert("staged_note_nlp", self._nlp, NLP, rows)

    def _persons(self, ids: list[int]) -> dict[int, int]:
        """The persons of the notes that NOTE has, by number."""
        if not ids:
            return {}
        holders = ", ".join(["%s"] * len(ids))
        asked = f"SELECT note_id, person_id FROM {self._note} WHERE note_id IN ({holders})"
        return dict(self._session.run(asked, ids))

    def _is_of_another(self, facts: Facts, person: int | None) -> bool:
        """Whether NOTE has a note's number for a note of somebody else, by their person_id."""
        own = _person(facts)
        another = None not in (own, person) and own != person
        self.left_out.update([OTHER_PERSON] if another else [])
        return another

    def _new(self, number: int, facts: Facts) -> list[Row]:
        person, date = _person(facts), note_date(facts)
        if person is None or len(date) != 10:
            self.left_out[NO_PERSON] += 1
            return []
        row: dict[str, Any] = {
            "note_id": number,
            "person_id": person,
            "note_date": iso_date(date),
            "note_type_concept_id": EHR,
            "note_class_concept_id": 0,
            "note_text": clean(facts.text),
            "encoding_concept_id": UTF8,
            "language_concept_id": ENGLISH if self._settings.language == "en" else 0,
            "note_source_value": clean(facts.id)[:50],
        }
        return [row]

    def _rows(self, number: int, facts: Facts) -> list[Row]:
        rows = []
        for row in self._mapping.rows(facts, number, self._settings):
            self._last += 1
            texts = {name: clean(x) if isinstance(x, str) else x for name, x in row.items()}
            rows.append({**texts, "note_nlp_id": self._last, "nlp_system": self._system})
        return rows

    def _insert(self, stage: str, table: str, columns: dict[str, str], rows: list[Row]) -> None:
        if rows:
            self._session.stage(stage, columns, rows)
            names = listed(columns)
            self._session.run(f"INSERT INTO {table} ({names}) SELECT {names} FROM {stage}")


def _person(facts: Facts) -> int | None:
    """The number of a note's person, None where its meta has none."""
    person = str(facts.meta.get("person_id") or "")
    known = person.isascii() and person.isdecimal() and int(person) <= LARGEST
    return int(person) if known else None
