"""The tables that say what becomes what: TSV files that users may copy and edit."""

from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

from ..errors import Errors, ExportError
from ..files import copy_folder, new_folder
from ..tsv import read_utf8
from .mapping_checks import check_keys, check_row

Row = dict[str, str]


class Mappings:
    """The mapping tables, a user's own before the package's.

    folder (Path | None): A folder with edited tables; what it lacks is the package's. Raises
        ExportError where it is none.
    """

    def __init__(self, folder: Path | None = None):
        if folder is not None and not folder.is_dir():
            raise ExportError(Errors.SC758.format(path=folder))
        self.folder = folder

    def read(self, name: str) -> list[Row]:
        """Read a table.

        name (str): Its name, such as "fhir_labels".
        RETURNS (list[Row]): Its rows, without comments. Raises ExportError where one doesn't fit,
            FormatError where it isn't UTF-8.
        """
        own = self.folder / f"{name}.tsv" if self.folder is not None else None
        packaged = files("spacy_clinical.exports") / "mappings" / f"{name}.tsv"
        lines = packaged.read_text(encoding="utf-8").splitlines()
        shipped = [row for _, row in _rows(lines, str(packaged))]
        if own is None or not own.exists():
            return shipped
        header, lines = _header(lines), read_utf8(own).splitlines()
        if _header(lines) != header:
            raise ExportError(Errors.SC750.format(path=own, columns=", ".join(header)))
        rows = dict(_rows(lines, str(own)))
        for line, row in rows.items():
            check_row(name, row, line, own)
        check_keys(name, rows.values(), shipped, own)
        return list(rows.values())


def _rows(lines: list[str], path: str) -> Iterator[tuple[int, Row]]:
    kept = [(number, line) for number, line in enumerate(lines, 1) if _counts(line)]
    header = kept[0][1].split("\t")
    for number, line in kept[1:]:
        cells = line.split("\t")
        if len(cells) != len(header):
            message = Errors.SC751.format(
                path=path, line=number, found=len(cells), expected=len(header)
            )
            raise ExportError(message)
        yield number, dict(zip(header, cells, strict=True))


def _header(lines: list[str]) -> list[str]:
    return next((line.split("\t") for line in lines if _counts(line)), [])


def _counts(line: str) -> bool:
    return bool(line) and not line.startswith("#")


def check_mappings(folder: Path | None) -> None:
    """Read all tables, so that what is wrong with one is told before the work.

    folder (Path | None): A user's. Raises what `Mappings` raises.
    """
    tables = Mappings(folder)
    for entry in (files("spacy_clinical.exports") / "mappings").iterdir():
        tables.read(entry.name.removesuffix(".tsv"))


def write_mappings(folder: Path) -> None:
    """Copy the tables, to be edited.

    folder (Path): A new folder.
    """
    tables = files("spacy_clinical.exports") / "mappings"
    with as_file(tables) as source, new_folder(folder) as new:
        copy_folder(source, new)
