"""Annotated documents to files, by the name of the output."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from spacy.tokens import Doc, DocBin

from ..corpus.corpus_files import Corpus, read_annotated
from ..docs import to_record
from ..errors import CommandError, Errors
from ..exports.database.writing import write_duckdb, write_postgres
from ..exports.dicom_sr import write_dicom_sr
from ..exports.export_settings import ExportSettings, address_of
from ..exports.fhir import write_bundles, write_ndjson
from ..exports.flat_table_columns import COLUMNS
from ..exports.flat_tables import need, write_csv, write_parquet
from ..exports.omop import write_omop
from ..files import check_outputs, new_file, place_folder, refuse_address, working_folder
from ..formats import write

Writer = Callable[[Iterable[Doc], Path, ExportSettings], Counter[str]]
_TABLES = "|".join(COLUMNS)
_OWN = {  # the names of files that an export leaves in its folder
    "parquet": re.compile(rf"(?:{_TABLES})\.parquet"),
    "csv": re.compile(rf"(?:{_TABLES})\.csv"),
    "omop": re.compile(r"NOTE_(?:NLP|ID)\.csv"),
    "fhir-bundles": re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.json"),
    "dicom-sr": re.compile(r"[0-9.]+\.dcm"),
}
_MODULES = {  # and the extras that bring them
    "parquet": ("pyarrow", "parquet"),
    "fhir": ("fhir", "fhir"),
    "fhir-bundles": ("fhir", "fhir"),
    "dicom-sr": ("highdicom", "dicom"),
    "duckdb": ("duckdb", "duckdb"),
    "postgres": ("psycopg", "postgres"),
}
_SUFFIXES = {
    ".jsonl": "jsonl",
    ".spacy": "spacy",
    ".ndjson": "fhir",
    ".duckdb": "duckdb",
    "": "brat",
}


def find_output(target: Path, name: str | None = None) -> str:
    """Tell the kind of output.

    target (Path): What is to be written.
    name (str | None): The kind, None to go by the suffix.
    RETURNS (str): A name in OUTPUTS. Raises CommandError if there is none, FormatError if the
        target is a server's address.
    """
    refuse_address(target)
    if address_of(name):
        return "postgres"
    if name is not None and name not in OUTPUTS:
        known = ", ".join(OUTPUTS)
        raise CommandError(Errors.SC519.format(what="output", name=_shown(name), known=known))
    if name is None and target.suffix not in _SUFFIXES:
        raise CommandError(Errors.SC502.format(path=target))
    return name or _SUFFIXES[target.suffix]


def check_extra(name: str) -> None:
    """Look for the module that an output needs, before the work. Raises ExportError without it.

    name (str): A name in OUTPUTS.
    """
    module, extra = _MODULES.get(name, ("", ""))
    if module and find_spec(module) is None:
        need(module, extra)  # tells what to install


def _shown(name: str) -> str:
    """A name without what stands behind "://": it may be a password."""
    scheme, mark, _ = name.partition("://")
    return scheme + mark


def _write_jsonl(docs: Iterable[Doc], path: Path, settings: ExportSettings) -> Counter[str]:
    return _write_format(docs, path, "jsonl")


def _write_brat(docs: Iterable[Doc], path: Path, settings: ExportSettings) -> Counter[str]:
    return _write_format(docs, path, "brat")


def _write_format(docs: Iterable[Doc], path: Path, name: str) -> Counter[str]:
    left_out: Counter[str] = Counter()
    write(map(to_record, docs), path, name, left_out=left_out)
    return left_out


def _write_spacy(docs: Iterable[Doc], path: Path, settings: ExportSettings) -> Counter[str]:
    store = DocBin()
    for doc in docs:
        store.add(doc)
    with new_file(path) as file:
        file.write(store.to_bytes())
    return Counter()


def export(
    source: Corpus,
    target: str | Path,
    to: str | None = None,
    settings: ExportSettings | None = None,
    *,
    force: bool = False,
) -> Counter[str]:
    """Export annotated notes as FHIR, DICOM SR, OMOP or flat tables.

    source (str | Path | Iterable[Doc | Record]): Annotated notes.
    target (str | Path): A new folder, or NAME.ndjson for FHIR.
    to (str | None): A name in EXPORTS, None to go by the target's suffix.
    settings (ExportSettings | None): What annotated the notes, and which facts are taken; None for
        all of them, annotated now.
    force (bool): Replace a file, or a folder that an export left, once the new one is whole.
    RETURNS (Counter[str]): What was left out. Raises CommandError for an output that is no export,
        for a file that is there, and with `force` for a folder that holds anything else.
    """
    name = find_output(Path(target), to)
    if name not in EXPORTS:
        raise CommandError(Errors.SC522.format(name=_shown(name), known=", ".join(EXPORTS)))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    settings = replace(settings or ExportSettings(time=now), database=address_of(to))
    if name in FOLDERS and force:
        return _replace_folder(name, read_annotated(source), Path(target), settings)
    if name not in ADDED_TO:
        if name not in FOLDERS:
            read = [Path(source)] if isinstance(source, str | Path) else []
            check_outputs(Path(target), force=force, sources=read)
        return EXPORTS[name](read_annotated(source), Path(target), settings)
    settings = replace(settings, into=Path(target))
    with working_folder(Path(target)) as folder:
        left_out = EXPORTS[name](read_annotated(source), folder / "new", settings)
        os.replace(folder / "new", target)
    return left_out


def _replace_folder(
    name: str, docs: Iterable[Doc], target: Path, settings: ExportSettings
) -> Counter[str]:
    _refuse_others(target, name)
    with working_folder(target) as folder:
        new = folder / "new"
        left_out = EXPORTS[name](docs, new, settings)
        _refuse_others(target, name)
        place_folder(new, target)
    return left_out


def _refuse_others(target: Path, name: str) -> None:
    """Refuse to take the place of what is no earlier export, or holds anything else."""
    if not os.path.lexists(target):
        return
    is_folder = target.is_dir() and not target.is_symlink()
    if not is_folder or not all(_is_own(path, name) for path in target.iterdir()):
        raise CommandError(Errors.SC022.format(path=target))


def _is_own(path: Path, name: str) -> bool:
    return path.is_file() and bool(_OWN[name].fullmatch(path.name))


EXPORTS: dict[str, Writer] = {
    "parquet": write_parquet,
    "csv": write_csv,
    "fhir": write_ndjson,
    "fhir-bundles": write_bundles,
    "dicom-sr": write_dicom_sr,
    "omop": write_omop,
    "duckdb": write_duckdb,
    "postgres": write_postgres,
}
OUTPUTS: dict[str, Writer] = {
    "jsonl": _write_jsonl,
    "brat": _write_brat,
    "spacy": _write_spacy,
    **EXPORTS,
}
ADDED_TO = ("duckdb",)
DATABASES = (*ADDED_TO, "postgres")
FOLDERS = ("brat", "parquet", "csv", "fhir-bundles", "dicom-sr", "omop")
