"""The tables that say what becomes what: TSV files that users may copy and edit."""

import csv
import io
import shutil
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

from ..errors import Errors, ExportError

Row = dict[str, str]


class Mappings:
    """The mapping tables, a user's own before the package's.

    folder (Path | None): A folder with edited tables; what it lacks is the package's.
    """

    def __init__(self, folder: Path | None = None):
        self.folder = folder

    def read(self, name: str) -> list[Row]:
        """Read a table.

        name (str): Its name, such as "fhir_labels".
        RETURNS (list[Row]): Its rows, without comments. Raises ExportError where one doesn't fit.
        """
        own = self.folder / f"{name}.tsv" if self.folder is not None else None
        packaged = files("spacy_clinical.exports") / "mappings" / f"{name}.tsv"
        source = own if own is not None and own.is_file() else packaged
        lines = source.read_text(encoding="utf-8").splitlines()
        expected = _header(packaged.read_text(encoding="utf-8").splitlines())
        if _header(lines) != expected:
            raise ExportError(Errors.SC750.format(path=source, columns=", ".join(expected)))
        return list(_rows(lines, str(source)))


def _rows(lines: list[str], path: str) -> Iterator[Row]:
    kept = [(number, line) for number, line in enumerate(lines, 1) if _counts(line)]
    header = kept[0][1].split("\t")
    for number, line in kept[1:]:
        cells = next(csv.reader(io.StringIO(line), delimiter="\t", quoting=csv.QUOTE_NONE))
        if len(cells) != len(header):
            message = Errors.SC751.format(
                path=path, line=number, found=len(cells), expected=len(header)
            )
            raise ExportError(message)
        yield dict(zip(header, cells, strict=True))


def _header(lines: list[str]) -> list[str]:
    return next((line.split("\t") for line in lines if _counts(line)), [])


def _counts(line: str) -> bool:
    return bool(line) and not line.startswith("#")


def write_mappings(folder: Path) -> None:
    """Copy the tables, to be edited.

    folder (Path): A new folder.
    """
    with as_file(files("spacy_clinical.exports") / "mappings") as source:
        shutil.copytree(source, folder)
