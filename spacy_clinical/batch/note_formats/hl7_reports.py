"""The text of a report in HL7 v2: its OBX of the types TX, FT and ST, and ED with a text in it."""

import re
from collections import Counter
from typing import NamedTuple

from .attachments import attachment_text, rank_of
from .base64_and_charsets import UnreadableError, decode_base64
from .hl7_escapes import unescape
from .hl7_messages import Message, Segment
from .rtf import is_rtf, rtf_to_text

_TEXTS = ("TX", "FT", "ST")
# OBX-11, table 0085: deleted, wrong, can't be had, not asked for, pending, described only.
_WITHDRAWN = ("D", "W", "X", "N", "I", "O")
# What XML says of its bytes, which its text hasn't any more.
_DECLARED = re.compile(r"\A\s*<\?xml\s[^>]*\?>")
_TYPE = re.compile(r"[A-Z]{2,3}")


class Report(NamedTuple):
    """What belongs to one report.

    message (Message): The message.
    head (Segment | None): OBR or TXA.
    patient, visit (Segment | None): PID, PV1.
    results (list[Segment]): OBX and NTE, in order.
    """

    message: Message
    head: Segment | None
    patient: Segment | None
    visit: Segment | None
    results: list[Segment]


class _Part(NamedTuple):
    id: str
    name: str
    text: str
    short: bool


def report_text(report: Report, passed_over: Counter[str]) -> str:
    """Join a report's texts.

    report (Report): The report.
    passed_over (Counter[str]): Counts segments without text, and withdrawn ones, by kind.
    RETURNS (str): A line for each OBX and each repetition in it. Where they answer different
        questions (OBX-3), each is named before its answer. Raises UnreadableError where a text that
        is encoded can't be decoded.
    """
    parts = [part for segment in report.results for part in _read(segment, passed_over)]
    several = len({part.id for part in parts}) > 1
    lines: list[str] = []
    last = None
    for part in parts:
        if several and part.id != last and part.name:
            lines.append(f"{part.name}: {part.text}" if part.short else f"{part.name}:")
            lines += [] if part.short else [part.text]
        else:
            lines.append(part.text)
        last = part.id
    text = "\n".join(lines).strip()
    return rtf_to_text(text) if _is_rtf(text) else text


def _is_rtf(text: str) -> bool:
    return is_rtf(text[:10].encode("utf-8", "replace"))


def _read(segment: Segment, passed_over: Counter[str]) -> list[_Part]:
    kind, status = segment.value(2), segment.value(11)
    if segment.name == "NTE":
        passed_over["HL7 NTE segments"] += 1
    elif status in _WITHDRAWN:
        passed_over[f"HL7 OBX of status {status}"] += 1
    elif kind in _TEXTS:
        text = "\n".join(segment.texts(5))
        return [_named(segment, text, kind == "ST" and "\n" not in text)]
    elif kind == "ED" and (text := _encapsulated(segment)):
        return [_named(segment, text, short=False)]
    else:
        shown = kind if _TYPE.fullmatch(kind) else "another"
        passed_over[f"HL7 OBX of type {shown}"] += 1
    return []


def _named(segment: Segment, text: str, short: bool) -> _Part:
    return _Part(segment.raw(3), segment.value(3, 2) or segment.value(3), text, short)


def _encapsulated(segment: Segment) -> str:
    """ED: source, type, subtype, encoding (A, Hex, Base64) and data; "" where it is no text."""
    parts = segment.raw(5).split(segment.marks.component)
    if len(parts) < 5:
        return ""
    kind = segment.value(5, 2).lower().replace("tx", "text")
    mime = f"{kind}/{segment.value(5, 3).lower() or 'plain'}"
    if rank_of(mime) is None:
        return ""
    data, encoding = segment.marks.component.join(parts[4:]), segment.value(5, 4).lower()
    if encoding in ("base64", "hex"):
        return attachment_text(_decode(data, encoding), mime)
    text = unescape(data, segment.marks, segment.charset)
    if _is_rtf(text):
        return rtf_to_text(text)
    text = _DECLARED.sub("", text)
    return attachment_text(text.encode("utf-8", "surrogateescape"), mime)


def _decode(data: str, encoding: str) -> bytes:
    if encoding == "base64":
        return decode_base64(data)
    try:
        return bytes.fromhex(data)
    except ValueError:
        raise UnreadableError("data that isn't hexadecimal") from None
