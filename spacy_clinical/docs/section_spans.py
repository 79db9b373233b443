"""The sections of a Doc: `doc.spans["sections"]`, whose labels are their categories.

The group's attrs hold, in the order of its spans: `headings` [[start_char, end_char], ...] and
`assertions` [str, ...], what holds in each section where no words say otherwise, "" for nothing.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import numpy
from spacy.attrs import IDX, LENGTH
from spacy.tokens import Doc, Span, SpanGroup

from .extension_setters import refuse
from .text_order import first_from

SECTIONS = "sections"


class DocSection(NamedTuple):
    """A section of a Doc.

    category (str): Its kind, such as "family_history".
    start, end (int): Its characters, heading included.
    heading (tuple[int, int]): Those of the heading.
    assertion (str): What holds in it where no words say otherwise, "" for nothing.
    """

    category: str
    start: int
    end: int
    heading: tuple[int, int]
    assertion: str


def set_sections(doc: Doc, sections: Sequence[DocSection], key: str = SECTIONS) -> None:
    """Store sections; a border that falls inside a token, as in ",PLAN", moves to its begin.

    doc (Doc): The document.
    sections (Sequence[DocSection]): In text order, none overlapping another.
    key (str): The span group.
    """
    ends = doc.to_array([IDX, LENGTH]).reshape(-1, 2).sum(axis=1).astype("int64")
    extents = numpy.array([[s.start, s.end] for s in sections], dtype="int64").reshape(-1, 2)
    borders = numpy.searchsorted(ends, extents, side="right")
    held = [i for i, (start, end) in enumerate(borders.tolist()) if start < end]
    spans = [
        Span(doc, int(borders[i][0]), int(borders[i][1]), label=sections[i].category) for i in held
    ]
    attrs = {
        "headings": [list(sections[i].heading) for i in held],
        "assertions": [sections[i].assertion for i in held],
    }
    doc.spans[key] = SpanGroup(doc, name=key, spans=spans, attrs=attrs)


def get_sections(doc: Doc, key: str = SECTIONS) -> list[DocSection]:
    """RETURNS (list[DocSection]): The sections in text order, none where nobody looked for them."""
    if key not in doc.spans:
        return []
    group = doc.spans[key]
    headings = group.attrs.get("headings") or [[s.start_char, s.start_char] for s in group]
    assertions = group.attrs.get("assertions") or [""] * len(group)
    return [
        DocSection(span.label_, span.start_char, span.end_char, (heading[0], heading[1]), assertion)
        for span, heading, assertion in zip(group, headings, assertions, strict=True)
    ]


def find_section(sections: Sequence[DocSection], place: int) -> DocSection | None:
    """Find the section of a character.

    sections (Sequence[DocSection]): In text order.
    place (int): The character.
    RETURNS (DocSection | None): None before the first heading.
    """
    i = bisect_right(sections, place, key=lambda section: section.start) - 1
    return sections[i] if i >= 0 and place < sections[i].end else None


def install_section_extensions() -> None:
    """Set `span._.section_category`; one that somebody else has set is left alone."""
    if not Span.has_extension("section_category"):
        setter = refuse("span._.section_category")
        Span.set_extension("section_category", getter=get_section_category, setter=setter)


def get_section_category(span: Span) -> str | None:
    """RETURNS (str | None): The category of the section in which a span begins."""
    if SECTIONS not in span.doc.spans:
        return None
    group, place = span.doc.spans[SECTIONS], span.start_char
    i = first_from(group, place + 1) - 1
    section = group[i] if i >= 0 else None
    return section.label_ if section is not None and place < section.end_char else None
