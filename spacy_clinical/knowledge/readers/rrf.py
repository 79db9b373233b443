"""Rich Release Format, which UMLS and RxNorm share: bars after every column, no header.

Columns as in the UMLS Reference Manual (https://www.ncbi.nlm.nih.gov/books/NBK9685/).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..terminology_facts import CROSSREF, DEFINITION, NAME, PARENT, TYPE, Fact
from .lines import problem, read_lines

CONSO = (
    "CUI", "LAT", "TS", "LUI", "STT", "SUI", "ISPREF", "AUI", "SAUI", "SCUI", "SDUI", "SAB", "TTY",
    "CODE", "STR", "SRL", "SUPPRESS", "CVF",
)  # fmt: skip
STY = ("CUI", "TUI", "STN", "STY", "ATUI", "CVF")
DEF = ("CUI", "AUI", "ATUI", "SATUI", "SAB", "DEF", "SUPPRESS", "CVF")
REL = (
    "CUI1", "AUI1", "STYPE1", "REL", "CUI2", "AUI2", "STYPE2", "RELA", "RUI", "SRUI", "SAB", "SL",
    "RG", "DIR", "SUPPRESS", "CVF",
)  # fmt: skip
# UMLS names languages by three letters of its own.
LANGUAGES = {
    "BAQ": "eu", "CHI": "zh", "CZE": "cs", "DAN": "da", "DUT": "nl", "ENG": "en", "EST": "et",
    "FIN": "fi", "FRE": "fr", "GER": "de", "GRE": "el", "HEB": "he", "HUN": "hu", "ITA": "it",
    "JPN": "ja", "KOR": "ko", "LAV": "lv", "NOR": "no", "POL": "pl", "POR": "pt", "RUS": "ru",
    "SCR": "hr", "SPA": "es", "SWE": "sv", "TUR": "tr", "UKR": "uk",
}  # fmt: skip
# Codes that say only that a source has none of its own.
NO_CODE = frozenset(("", "NOCODE"))


def read_rrf(path: Path, columns: Sequence[str], encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Stream the rows of an RRF file.

    path (Path): The file.
    columns (Sequence[str]): Their names, of which each row must have all.
    encoding (str): Of the text.
    YIELDS (tuple[int, list[str]]): Line number and cells.
    """
    for number, line in read_lines(path, encoding):
        cells = line.split("|")
        if len(cells) != len(columns) + 1 or cells[-1]:
            found = f"{len(cells) - 1} columns that end with a bar"
            raise problem(path, number, found, f"{len(columns)}: {'|'.join(columns)}|")
        if not cells[0]:
            raise problem(path, number, "no identifier", f"a {columns[0]} in the first column")
        yield number, cells


def read_names(path: Path, encoding: str) -> Iterator[Fact]:
    """Read MRCONSO.RRF or RXNCONSO.RRF: names, and the codes of their sources.

    Suppressed names are left out. Canonical is the source's preferred string of the preferred
    term, else the first.

    path (Path): The file.
    encoding (str): Of the text.
    YIELDS (Fact): NAME and CROSSREF.
    """
    for _, cells in read_rrf(path, CONSO, encoding):
        concept, language, status, string_type = cells[0], cells[1], cells[2], cells[4]
        source, code, name, suppressed = cells[11], cells[13], cells[14], cells[16]
        if suppressed not in ("", "N"):
            continue
        preferred = (status or "P") == "P", (string_type or "PF") == "PF", cells[6] != "N"
        tongue = LANGUAGES.get(language, language.lower())
        yield Fact(concept, NAME, name, 3 - sum(preferred), source, tongue)
        if code not in NO_CODE:
            yield Fact(concept, CROSSREF, f"{source}:{code}", 0, source)


def read_types(path: Path, encoding: str) -> Iterator[Fact]:
    """Read MRSTY.RRF or RXNSTY.RRF. YIELDS (Fact): TYPE, the TUI."""
    for _, cells in read_rrf(path, STY, encoding):
        yield Fact(cells[0], TYPE, cells[1])


def read_definitions(path: Path, encoding: str) -> Iterator[Fact]:
    """Read MRDEF.RRF. YIELDS (Fact): DEFINITION, where not suppressed."""
    for _, cells in read_rrf(path, DEF, encoding):
        if cells[6] in ("", "N"):
            yield Fact(cells[0], DEFINITION, cells[5], 0, cells[4])


def read_parents(path: Path, encoding: str) -> Iterator[Fact]:
    """Read MRREL.RRF: which concept a source takes for another one's parent.

    REL says what the second concept is to the first; every PAR has its CHD, so one is enough.

    path (Path): The file.
    encoding (str): Of the text.
    YIELDS (Fact): PARENT, where not suppressed.
    """
    for _, cells in read_rrf(path, REL, encoding):
        child, related, parent, source, suppressed = (cells[i] for i in (0, 3, 4, 10, 14))
        if related == "PAR" and suppressed in ("", "N") and child != parent:
            yield Fact(child, PARENT, parent, 0, source)
