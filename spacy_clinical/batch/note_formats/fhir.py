"""Notes in FHIR (R4, R5) as JSON: DocumentReference, DiagnosticReport, Composition, and Bundles.

What an attachment only points at (`url`) is never fetched: it is counted.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...errors import Errors
from .base64_and_charsets import UnreadableError
from .fhir_bundles import NOTES, is_gone, meta_of, read_text
from .json_lines import parse_strictly, split_lines
from .note_rows import Row, name_place


def read_fhir_lines(
    lines: Any, source: Path, text_field: str, passed_over: Counter[str]
) -> Iterator[Row]:
    """Read NDJSON, one resource a line.

    lines (TextIO): The open file, with its line ends as they are.
    source (Path): Its name.
    text_field (str): The field of the row that gets the text.
    passed_over (Counter[str]): Counts resources and attachments that aren't read, by kind.
    RETURNS (Iterator[Row]): One a note, with `patient`, `date`, `type`, `encounter`, `document`,
        `status` and `resource`, as far as they are there; with a fault for a bad line.
    """
    for number, line in enumerate(split_lines(lines), 1):
        if line.strip():
            yield from _read(line, name_place(source, number), source, text_field, passed_over)


def read_fhir(text: str, source: Path, text_field: str, passed_over: Counter[str]) -> Iterator[Row]:
    """Read one resource, see `read_fhir_lines`.

    text (str): The JSON.
    """
    yield from _read(text, name_place(source, 1), source, text_field, passed_over)


def _read(
    text: str, place: str, source: Path, text_field: str, passed_over: Counter[str]
) -> Iterator[Row]:
    try:
        resources = _resources(_parse(text), passed_over)
    except UnreadableError as error:
        yield Row(place, {}, Errors.SC574.format(path=source, place=place, found=error))
        return
    found_notes = list(_notes(resources, passed_over))
    for number, (one, note) in enumerate(found_notes, 1):
        inner = place + (f".{number}" if len(found_notes) > 1 else "")
        if isinstance(note, str):
            fields = {**meta_of(one), text_field: note}
            yield Row(inner, fields)
        else:
            message = Errors.SC574.format(path=source, place=inner, found=note)
            yield Row(inner, {}, message)


def _parse(text: str) -> dict[str, Any]:
    try:
        resource = parse_strictly(text)
    except (ValueError, RecursionError):
        resource = None
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        raise UnreadableError("no JSON object with `resourceType`, once each key")
    return resource


def _notes(
    resources: list[dict[str, Any]], passed_over: Counter[str]
) -> Iterator[tuple[dict[str, Any], str | UnreadableError]]:
    for one in resources:
        kind = str(one.get("resourceType"))
        if kind not in NOTES:
            shown = kind if kind.isascii() and kind.isalpha() and len(kind) < 40 else "another"
            passed_over[f"FHIR {shown}"] += 1
        elif is_gone(one):
            passed_over[f"FHIR {kind} of status entered-in-error or cancelled"] += 1
        else:
            yield from _texts(one, passed_over)


def _texts(
    one: dict[str, Any], passed_over: Counter[str]
) -> Iterator[tuple[dict[str, Any], str | UnreadableError]]:
    try:
        text = read_text(one, passed_over)
    except UnreadableError as error:
        yield one, error
    else:
        if text.strip():
            yield one, text
        else:
            passed_over[f"FHIR {one['resourceType']} without text"] += 1


def _resources(resource: dict[str, Any], passed_over: Counter[str]) -> list[dict[str, Any]]:
    """The resources of a Bundle, or the one that there is."""
    if resource.get("resourceType") != "Bundle":
        return [resource]
    entries = resource.get("entry") or []
    if not isinstance(entries, list):
        raise UnreadableError("a Bundle whose `entry` is no list")
    parts = [entry.get("resource") if isinstance(entry, dict) else None for entry in entries]
    found = [part for part in parts if isinstance(part, dict)]
    if len(found) < len(parts):
        passed_over["FHIR entries without resource"] += len(parts) - len(found)
    return found
