"""HL7 v2 messages with reports: ORU (a note for each OBR) and MDM (one), chapters 2, 7 and 9.

The common readers part the texts of OBX-5 at "^" and "&", which TX and FT don't have (2.A.78,
2.A.31) and people write; here they are text.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from ...errors import Errors
from .base64_and_charsets import UnreadableError
from .hl7_messages import Message, Segment, read_messages
from .hl7_reports import Report, report_text
from .note_rows import Row, name_place

_STARTS = {"ORU": "OBR", "MDM": "TXA"}
_GONE = ("CA", "OB")  # TXA-19, table 0273: cancelled, obsolete


def read_hl7(
    lines: Iterable[str], source: Path, text_field: str, passed_over: Counter[str]
) -> Iterator[Row]:
    """Read the reports of a file of messages, of a batch, or of what MLLP sent.

    lines (Iterable[str]): Its lines, whichever their ends; bytes that aren't UTF-8 as
        `surrogateescape` reads them.
    source (Path): Its name.
    text_field (str): The field of the row that gets the text.
    passed_over (Counter[str]): Counts what isn't read, by kind.
    RETURNS (Iterator[Row]): One a report, with `patient`, `date`, `type`, `encounter`, `document`,
        `status` and `message`, as far as they are there; with a fault for a bad message.
    """
    number = 0
    for lines_of_one in read_messages(lines):
        number += 1
        try:
            rows = list(_reports(Message.read(lines_of_one), passed_over))
        except UnreadableError as error:
            place = name_place(source, number)
            yield Row(place, {}, Errors.SC572.format(path=source, number=number, found=error))
            continue
        for part, (text, meta) in enumerate(rows, 1):
            inner = f".{part}" if len(rows) > 1 else ""
            place = name_place(source, number) + inner
            if isinstance(text, str):
                yield Row(place, {**meta, text_field: text})
            else:
                found = Errors.SC572.format(path=source, number=f"{number}{inner}", found=text)
                yield Row(place, {}, found)


def _reports(
    message: Message, passed_over: Counter[str]
) -> Iterator[tuple[str | UnreadableError, dict[str, str]]]:
    """The reports, each with its meta; of one that can't be read why."""
    start = _STARTS.get(message.kind)
    if start is None:
        passed_over[f"HL7 messages {message.kind}"] += 1
        return
    reports = list(_parts(message, start))
    if not reports:
        passed_over["HL7 messages without report"] += 1
    for report in reports:
        if report.head is not None and report.head.value(19) in _GONE and start == "TXA":
            passed_over[f"HL7 documents of status {report.head.value(19)}"] += 1
        elif text := _text(report, passed_over):
            yield text, {key: value for key, value in _meta(message, report) if value}
        else:
            passed_over["HL7 reports without text"] += 1


def _text(report: Report, passed_over: Counter[str]) -> str | UnreadableError:
    try:
        return report_text(report, passed_over)
    except UnreadableError as error:
        return error


def _parts(message: Message, start: str) -> Iterator[Report]:
    """The segments of each report, with those of the patient and the visit that it belongs to."""
    patient: Segment | None = None
    visit: Segment | None = None
    report: Report | None = None
    for segment in message.segments[1:]:
        if segment.name in ("PID", start) and report is not None:
            yield report
            report = None
        if segment.name == "PID":
            patient, visit = segment, None
        elif segment.name == "PV1":
            visit = segment
        elif segment.name == start:
            report = Report(message, segment, patient, visit, [])
        elif segment.name in ("OBX", "NTE"):
            report = report or Report(message, None, patient, visit, [])
            report.results.append(segment)
    if report is not None:
        yield report


def _meta(message: Message, report: Report) -> Iterator[tuple[str, str]]:
    head, patient, visit = report.head, report.patient, report.visit
    yield "patient", patient.value(3) if patient else ""
    yield "encounter", visit.value(19) if visit else ""
    yield "message", message.segments[0].value(10)
    if head is not None and head.name == "OBR":
        yield "date", head.time(7) or head.time(22)
        yield "type", head.value(4, 2) or head.value(4)
        yield "document", head.value(3)
        yield "status", head.value(25)
    elif head is not None:
        yield "date", head.time(4) or head.time(6)
        yield "type", head.value(2, 2) or head.value(2)
        yield "document", head.value(12)
        yield "status", head.value(17)
