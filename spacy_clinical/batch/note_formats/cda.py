"""HL7 CDA R2 and C-CDA: the narrative of all sections, which is what a person signed.

Where the body isn't XML, it is read if it is plain text, HTML or RTF.
Entries, the coded part, aren't read. A document type declaration is refused, so that no entity and
no file of another place can come in.
"""

from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from ...installed import need_extra
from .base64_and_charsets import UnreadableError, decode_base64, decode_text, iso_time
from .html_to_text import PlainText, html_to_text, is_unseen
from .rtf import rtf_to_text

_NAMESPACE = "{urn:hl7-org:v3}"
_MAX_DEPTH = 200
_BODIES: dict[str, Callable[[str], str]] = {
    "text/plain": str,
    "text/html": html_to_text,
    "text/rtf": rtf_to_text,
    "application/rtf": rtf_to_text,
}


def read_cda(data: bytes) -> tuple[str, dict[str, str]]:
    """Read a ClinicalDocument.

    data (bytes): The XML.
    RETURNS (tuple[str, dict[str, str]]): The text, and what the header says: `patient`, `date`,
        `type`, `encounter`, `document`, `title`. Raises UnreadableError where it is no such
        document, or has no text.
    """
    root = _parse(data)
    text = "\n\n".join(_parts(root)) or _other_body(root)
    if not text:
        raise UnreadableError("no section with text" + _body_of(root))
    return text, {key: value for key, value in _header(root) if value}


def cda_to_text(data: bytes) -> str:
    """RETURNS (str): The text alone. Raises UnreadableError as `read_cda` does."""
    return read_cda(data)[0]


def _parse(data: bytes) -> Element:
    etree = need_extra("defusedxml.ElementTree", "CDA", "notes")
    common = need_extra("defusedxml.common", "CDA", "notes")
    try:
        root: Element = etree.fromstring(data, forbid_dtd=True)
    except ParseError as error:
        raise UnreadableError(f"XML that breaks at line {error.position[0]}") from None
    except common.DTDForbidden:
        raise UnreadableError("a document type declaration, which CDA hasn't") from None
    except (common.DefusedXmlException, ValueError, LookupError) as error:
        raise UnreadableError(f"XML that can't be used ({type(error).__name__})") from None
    if root.tag != f"{_NAMESPACE}ClinicalDocument":
        raise UnreadableError("another root than ClinicalDocument of urn:hl7-org:v3")
    return root


def _find(element: Element, *names: str) -> Element | None:
    return element.find("/".join(_NAMESPACE + name for name in names))


def _value(element: Element, key: str, *names: str) -> str:
    found = _find(element, *names)
    return "" if found is None or found.get("nullFlavor") else (found.get(key) or "").strip()


def _header(root: Element) -> Iterator[tuple[str, str]]:
    stay = ("componentOf", "encompassingEncounter")
    yield "patient", _value(root, "extension", "recordTarget", "patientRole", "id")
    yield "date", iso_time(_value(root, "value", "effectiveTime"))
    yield "type", _value(root, "displayName", "code") or _value(root, "code", "code")
    yield "encounter", _value(root, "extension", *stay, "id")
    yield "document", _value(root, "extension", "id") or _value(root, "root", "id")
    yield "title", " ".join(_text_of(_find(root, "title")).split())


def _text_of(element: Element | None) -> str:
    return "" if element is None else "".join(element.itertext())


def _parts(root: Element) -> Iterator[str]:
    """Each section's title and text, in order, those within sections after them."""
    body = _find(root, "component", "structuredBody")
    sections = [] if body is None else [(1, section) for section in _sections(body)][::-1]
    while sections:
        depth, section = sections.pop()
        if depth > _MAX_DEPTH:
            raise UnreadableError(f"sections more than {_MAX_DEPTH} deep")
        title = " ".join(_text_of(_find(section, "title")).split())
        text = _narrative(_find(section, "text"))
        if text:
            yield "\n".join(filter(None, (title, text)))
        elif title:
            yield title
        sections += [(depth + 1, inner) for inner in _sections(section)][::-1]


def _sections(element: Element) -> list[Element]:
    return element.findall(f"{_NAMESPACE}component/{_NAMESPACE}section")


def _narrative(element: Element | None) -> str:
    if element is None:
        return ""
    if len(element) == 0:  # lines that somebody wrote, no blocks
        lines = (" ".join(line.split()) for line in (element.text or "").splitlines())
        return "\n".join(filter(None, lines))
    plain = PlainText(xml=True)
    stack: list[Any] = [element]
    while stack:
        part = stack.pop()
        if isinstance(part, Element):
            _begin(part, plain, stack)
        elif part[0]:
            plain.data(part[1])
        else:
            plain.end(part[1])
    return plain.text()


def _begin(element: Element, plain: PlainText, stack: list[Any]) -> None:
    """Begin an element, and put what follows on the stack: (True, text) or (False, end of tag)."""
    name = str(element.tag).rpartition("}")[2]
    plain.start(name, is_unseen(element.attrib))
    plain.data(element.text or "")
    stack.append((False, name))
    for child in reversed(element):
        stack += [(True, child.tail or ""), child]


def _other_body(root: Element) -> str:
    """A body that isn't XML (nonXMLBody), where it is a text; "" where it is none."""
    body = _find(root, "component", "nonXMLBody", "text")
    read = None if body is None else _BODIES.get(body.get("mediaType", "text/plain").lower())
    if body is None or read is None or body.get("compression"):
        return ""
    text = body.text or ""
    if body.get("representation") == "B64":
        text = decode_text(decode_base64(text))
    return read(text).strip()


def _body_of(root: Element) -> str:
    body = _find(root, "component", "nonXMLBody", "text")
    if body is None:
        return ""
    kind = ascii(body.get("mediaType") or "none")[1:-1][:40]
    return f", but a body of the kind {kind}"
