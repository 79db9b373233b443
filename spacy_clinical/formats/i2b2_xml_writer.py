"""A Record given out as i2b2 2012 XML."""

import re
from collections import Counter
from typing import Any
from xml.sax.saxutils import escape

from ..errors import Errors, FormatError
from ..records import Record
from .file_reading import check_losses, covered_text, encode
from .format_capacity import Keeps, keep
from .i2b2_tags import HELD, LINK, ROOT

TITLE = "i2b2 2012 XML"
KEEPS = Keeps(relations=True, attributes=True, reserved=HELD, meta=("i2b2",), own="i2b2")
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def make_file(record: Record, left_out: Counter[str] | None) -> dict[str, bytes]:
    """Make the file of a document.

    record (Record): The document.
    left_out (Counter[str] | None): As for `keep`.
    RETURNS (dict[str, bytes]): The file by its name.
    """
    kept = keep(record, KEEPS, TITLE, left_out)
    lost: Counter[str] = Counter()
    root, links = _own(kept, lost)
    check_losses(record.id, TITLE, +lost, left_out)
    said: dict[str, list[tuple[str, str]]] = {}
    for attribute in kept.attributes:
        said.setdefault(attribute.target, []).append((attribute.name, attribute.value))
    covered = {e.id: covered_text(record.text, e.fragments) for e in kept.entities}
    lines = ['<?xml version="1.0" encoding="UTF-8" ?>', f"<{root}>", _text(record.text), "<TAGS>"]
    for e in kept.entities:
        fields = {"id": e.id, "start": str(e.start), "end": str(e.end), "text": covered[e.id]}
        lines.append(_tag(e.label, fields | dict(said.get(e.id, [])), kept))
    for number, (rel, (name, others)) in enumerate(zip(kept.relations, links, strict=True)):
        ends = {"fromID": rel.head, "fromText": covered[rel.head]}
        ends |= {"toID": rel.tail, "toText": covered[rel.tail], "type": rel.label}
        lines.append(_tag(name, {"id": f"TL{number}", **ends, **others}, kept))
    data = "\n".join([*lines, "</TAGS>", f"</{root}>", ""])
    if _FORBIDDEN.search(data):
        what, expected = "a character that XML can't hold", "text without control characters"
        raise FormatError(Errors.SC026.format(doc=record.id, what=what, expected=expected))
    return {f"{record.id}.xml": encode(data, record.id)}


def _own(record: Record, lost: Counter[str]) -> tuple[str, list[tuple[str, dict[str, str]]]]:
    """Take the root and the links' own tags from a meta, if they fit the document."""
    own = record.meta.get("i2b2", {})
    root, links = own.get("root", ROOT), own.get("links")
    if not isinstance(root, str) or not _NAME.fullmatch(root):
        root = ROOT
        lost["meta fields"] += 1
    fit = isinstance(links, list) and len(links) == len(record.relations)
    fit = fit and all(map(_is_link, links))
    lost["meta fields"] += len(own.keys() - {"root", "links"}) + (links is not None and not fit)
    return root, links if fit else [("TLINK", {})] * len(record.relations)


def _is_link(value: Any) -> bool:
    match value:
        case [str(), dict() as others]:
            return all(isinstance(v, str) and k not in LINK for k, v in others.items())
    return False


def _text(text: str) -> str:
    if "\r" in text:
        return f"<TEXT>{escape(text, {chr(13): '&#13;'})}</TEXT>"
    return f"<TEXT><![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]></TEXT>"


def _tag(name: str, fields: dict[str, str], record: Record) -> str:
    odd = [word for word in (name, *fields) if not _NAME.fullmatch(word)]
    if odd or ("type" in fields and "toID" in fields and not fields["type"]):
        what, advice = f"the name '{odd[0] if odd else ''}'", "Use letters, digits, '_', '-', '.'."
        message = Errors.SC020.format(doc=record.id, format=TITLE, what=what, advice=advice)
        raise FormatError(message)
    entities = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
    columns = (f'{key}="{escape(value, entities)}"' for key, value in fields.items())
    return f"<{name} {' '.join(columns)} />"
