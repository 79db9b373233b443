"""What every export says of where its facts come from, and which of them it takes."""

from dataclasses import dataclass, field
from pathlib import Path

from spacy.language import Language

POSTGRES = ("postgres://", "postgresql://")


@dataclass(frozen=True)
class ExportSettings:
    """Of one export.

    system (str): The pipeline's name, such as "en_clinical_sample".
    version (str): Its version.
    time (str): When the notes were annotated: ISO 8601, UTC, with seconds.
    only_asserted (bool): Leave out mentions that the note denies, doubts, supposes, or says of
        somebody else.
    mappings (Path | None): A folder with edited mapping tables.
    code_system (str): What bare numbers are codes of: a name of the table of code systems, such as
        "SNOMEDCT", or an address; "" if that isn't known: they have no system then.
    guard_formulas (bool): In CSV, put an apostrophe before texts that a spreadsheet would run as
        formulas.
    model (str): The pipeline's hash, by which a database knows its rows.
    language (str): Of the notes, such as "en".
    database (str): A server's address, such as "postgres://host/name".
    schema (str): The database's schema, "" for the default one.
    omop (bool): Write the tables of an OMOP CDM that is there.
    into (Path | None): A database file that is added to.
    """

    system: str = "spacy-clinical"
    version: str = ""
    time: str = "1970-01-01T00:00:00+00:00"
    only_asserted: bool = False
    mappings: Path | None = None
    code_system: str = ""
    guard_formulas: bool = False
    model: str = ""
    language: str = ""
    database: str = field(default="", repr=False)
    schema: str = ""
    omop: bool = False
    into: Path | None = None

    @property
    def name(self) -> str:
        """RETURNS (str): System and version."""
        return f"{self.system} {self.version}".strip()


def name_system(nlp: Language) -> tuple[str, str]:
    """RETURNS (tuple[str, str]): A pipeline's name and version, for `ExportSettings`."""
    parts = (nlp.lang, nlp.meta.get("name", ""))
    return "_".join(part for part in parts if part), nlp.meta.get("version", "")


def address_of(output: str | None) -> str:
    """RETURNS (str): The server's address, if an output is one: "postgres" is the one that libpq's
    own settings name."""
    if output == "postgres":
        return "postgres://"
    return output if output is not None and output.startswith(POSTGRES) else ""
