"""Attachments, with the kind that is said of them, as text."""

import re

from .base64_and_charsets import decode_text
from .cda import cda_to_text
from .html_to_text import html_to_text
from .rtf import is_rtf, rtf_to_text

_PLAIN, _HTML, _RTF, _CDA = range(4)
_KINDS = {
    "text/plain": _PLAIN,
    "text/html": _HTML,
    "application/xhtml+xml": _HTML,
    "text/rtf": _RTF,
    "application/rtf": _RTF,
    "text/xml": _CDA,
    "application/xml": _CDA,
    "application/hl7-v3+xml": _CDA,
    "application/hl7-cda+xml": _CDA,
}
_CHARSET = re.compile(r"charset\s*=\s*\"?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


def rank_of(content_type: str) -> int | None:
    """RETURNS (int | None): How good a MIME type's text is, 0 for plain text; None where none can
    be read."""
    return _KINDS.get(content_type.partition(";")[0].strip().lower())


def attachment_text(data: bytes, content_type: str) -> str:
    """Take the text of an attachment.

    data (bytes): What it holds.
    content_type (str): Its MIME type, one that `rank_of` knows.
    RETURNS (str): The text. Raises UnreadableError where it is damaged.
    """
    kind = rank_of(content_type)
    if kind == _CDA:
        return cda_to_text(data)
    if kind == _RTF or is_rtf(data):
        return rtf_to_text(data)
    found = _CHARSET.search(content_type)
    text = decode_text(data, found[1] if found else "utf-8")
    return html_to_text(text) if kind == _HTML else text
