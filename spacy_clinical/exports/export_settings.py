"""What every export says of where its facts come from, and which of them it takes."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from spacy.language import Language
from typer import Option

from ..docs import check_language

POSTGRES = ("postgres://", "postgresql://")


@dataclass(frozen=True)
class ExportSettings:
    """Of one export.

    system (str): What annotated the notes.
    version (str): Its version.
    time (str): When the notes were annotated: ISO 8601, UTC, with seconds.
    only_asserted (bool): Leave out what a note denies, doubts, supposes, or says of somebody else.
    mappings (Path | None): Folder with edited mapping tables.
    code_system (str): What bare numbers are codes of: SNOMEDCT, RXNORM, ... or an address; they
        have no system where it isn't told.
    guard_formulas (bool): CSV: an apostrophe before texts that a spreadsheet would run as formulas.
    model (str): The pipeline's hash, by which a database knows its rows.
    language (str): Of the notes that don't tell theirs, such as en: numbers are read by it, and
        DICOM SR names it; undetermined unless it is told.
    database (str): A server's address, such as "postgres://host/name".
    schema (str): Of databases: the schema.
    omop (bool): Of databases: NOTE and NOTE_NLP of an OMOP CDM that is there.
    into (Path | None): A database file that is added to.
    kb (Path | None): FHIR: the knowledge base whose cross-references are codings too.
    """

    system: Annotated[str, Option("--system")] = "spacy-clinical"
    version: Annotated[str, Option("--system-version")] = ""
    time: str = "1970-01-01T00:00:00+00:00"
    only_asserted: Annotated[bool, Option("--only-asserted")] = False
    mappings: Path | None = None
    code_system: Annotated[str, Option("--code-system")] = ""
    guard_formulas: Annotated[bool, Option("--guard-formulas")] = False
    model: str = ""
    language: Annotated[str, Option("--language")] = ""
    database: str = field(default="", repr=False)
    schema: Annotated[str, Option("--schema")] = ""
    omop: Annotated[bool, Option("--omop")] = False
    into: Path | None = None
    kb: Annotated[Path | None, Option("--kb", exists=True, file_okay=False)] = None

    def __post_init__(self) -> None:
        check_language(self.language)

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
