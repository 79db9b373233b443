"""Text and circumstances of the three resources of FHIR that hold notes."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from .attachments import attachment_text, rank_of
from .base64_and_charsets import UnreadableError, decode_base64
from .html_to_text import html_to_text

GONE = ("entered-in-error", "cancelled")
NOTES = ("DocumentReference", "DiagnosticReport", "Composition")
_MAX_DEPTH = 50


def texts_of(resource: dict[str, Any], passed_over: Counter[str]) -> str:
    """Take the text of a resource.

    resource (dict[str, Any]): One of NOTES.
    passed_over (Counter[str]): Counts attachments that aren't read, by kind.
    RETURNS (str): The text, "" where there is none. Raises UnreadableError where the one that would
        be read is damaged.
    """
    if resource["resourceType"] == "Composition":
        return "\n\n".join(_sections(resource.get("section") or [], 1))
    if resource["resourceType"] == "DocumentReference":
        content = resource.get("content") or []
        return _best([part.get("attachment") or {} for part in content], passed_over)
    text = _best(resource.get("presentedForm") or [], passed_over)
    return text or "\n".join(filter(None, (_div(resource), resource.get("conclusion"))))


def read_text(resource: dict[str, Any], passed_over: Counter[str]) -> str:
    """RETURNS (str): As `texts_of`. Raises UnreadableError also where parts are of other types."""
    try:
        return texts_of(resource, passed_over)
    except (AttributeError, TypeError, KeyError):
        raise UnreadableError("parts of other types than FHIR gives them") from None


def is_gone(resource: dict[str, Any]) -> bool:
    """RETURNS (bool): Whether its sender withdrew a resource."""
    return resource.get("status") in GONE or resource.get("docStatus") in GONE


def _best(attachments: list[dict[str, Any]], passed_over: Counter[str]) -> str:
    """The one whose text is read best: several are the same in other forms, the standard says."""
    there: list[tuple[int, int, str, Any]] = []
    for attachment in attachments:
        kind = str(attachment.get("contentType") or "none")
        rank = rank_of(kind)
        shown = kind.partition(";")[0].strip().lower()
        shown = shown if shown.isascii() and shown.isprintable() and len(shown) < 80 else "another"
        if "data" not in attachment:
            passed_over[f"FHIR attachments by url ({shown})"] += 1
        elif rank is None:
            passed_over[f"FHIR attachments of type {shown}"] += 1
        else:
            there.append((rank, len(there), kind, attachment["data"]))
    if not there:
        return ""
    if len(there) > 1:
        passed_over["FHIR attachments that repeat another"] += len(there) - 1
    _, _, kind, data = min(there, key=lambda found: found[:2])
    if not isinstance(data, str):
        raise UnreadableError("attachment data that is no string")
    return attachment_text(decode_base64(data), kind)


def _sections(sections: list[dict[str, Any]], depth: int) -> Iterator[str]:
    if depth > _MAX_DEPTH:
        raise UnreadableError(f"sections more than {_MAX_DEPTH} deep")
    for section in sections:
        title = " ".join(str(section.get("title") or "").split())
        if found := "\n".join(filter(None, (title, _div(section)))):
            yield found
        yield from _sections(section.get("section") or [], depth + 1)


def _div(part: dict[str, Any]) -> str:
    """The narrative (XHTML) of a resource or a section."""
    div = (part.get("text") or {}).get("div")
    return html_to_text(div) if isinstance(div, str) else ""


def meta_of(resource: dict[str, Any]) -> dict[str, str]:
    """Take what a resource says around its text.

    resource (dict[str, Any]): One of NOTES.
    RETURNS (dict[str, str]): `patient`, `date`, `type`, `encounter`, `document`, `status` and
        `resource`, as far as they are there.
    """
    return {key: value for key, value in _meta(resource) if isinstance(value, str) and value}


def _meta(resource: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    context = _first(resource.get("context"))
    period = resource.get("period") or context.get("period") or resource.get("effectivePeriod")
    start = period.get("start") if isinstance(period, dict) else None
    written = resource.get("date") or resource.get("issued")
    encounter = resource.get("encounter") or context.get("encounter") or context
    yield "patient", _reference(resource.get("subject"))
    yield "date", resource.get("effectiveDateTime") or start or written
    yield "type", _concept(resource.get("type") or resource.get("code"))
    yield "encounter", _reference(encounter)
    yield "document", resource.get("id")
    yield "status", resource.get("status")
    yield "resource", resource.get("resourceType")


def _first(value: Any) -> dict[str, Any]:
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, dict) else {}


def _reference(value: Any) -> str:
    """A reference's id, without its type, or its identifier."""
    found = _first(value)
    reference = found.get("reference")
    if isinstance(reference, str):
        return reference.rpartition("/")[2]
    identifier = _first(found.get("identifier")).get("value")
    return identifier if isinstance(identifier, str) else ""


def _concept(value: Any) -> str:
    found = _first(value)
    coding = _first(found.get("coding"))
    named = (found.get("text"), coding.get("display"), coding.get("code"))
    return next((name for name in named if isinstance(name, str) and name), "")
