"""The findings of a report with what its relations say of them: place, size, change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Span

from ..docs import (
    RELATION,
    Meanings,
    get_assertions,
    get_relation_rows,
    get_spans,
    has_mentions,
    meanings_of,
    role_of,
)
from ..docs.document_findings import NOT_MENTIONED, POSITIVE, Finding, get_findings
from ..docs.section_spans import get_sections
from ..quantities import find_quantities

IMPRESSION = ("assessment",)
SITE, SIZE, CHANGE = "site", "size", "change"
MEASURED, CHANGED = "MEASURED_AS", "MODIFY"
BEFORE, BEHIND = 30, 20  # characters beside a measurement in which "less than" may stand
Extent = tuple[int, int]


@dataclass(frozen=True)
class ReportFact:
    """A finding of a report.

    label (str): The finding.
    status (str): "positive", "negative" or "uncertain".
    score (float | None): Confidence in 0..1.
    fragments (tuple[Extent, ...]): The characters of its evidence.
    sites, sizes, changes (tuple[str, ...]): What relations tie to its evidence, in text order.
    """

    label: str
    status: str
    score: float | None
    fragments: tuple[Extent, ...]
    sites: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()

    @property
    def is_asserted(self) -> bool:
        """RETURNS (bool): Whether the report says that it is there."""
        return self.status == POSITIVE


def read_report(doc: Doc) -> tuple[ReportFact, ...]:
    """Read the findings that a report mentions.

    doc (Doc): The document.
    RETURNS (tuple[ReportFact, ...]): None where nobody looked for findings.
    """
    found = [f for f in get_findings(doc) if f.status != NOT_MENTIONED]
    ties = list(_ties(doc)) if found and has_mentions(doc) else []
    return tuple(_fact(finding, ties) for finding in found)


def read_conclusion(doc: Doc) -> str:
    """RETURNS (str): The impression of a report without its heading, "" where it has none."""
    parts = (
        doc.text[section.heading[1] : section.end].lstrip(": \n").strip()
        for section in get_sections(doc)
        if section.category in IMPRESSION
    )
    return "\n".join(filter(None, parts))


def _ties(doc: Doc) -> Iterator[tuple[Extent, str, int, str]]:
    """What relations say: of which mention, what kind of thing, where it stands, its words. What
    isn't asserted, or was so earlier, says nothing of a finding of now."""
    spans, said = get_spans(doc), [meanings_of(stated) for stated in get_assertions(doc)]
    for head, tail, label, _ in get_relation_rows(doc):
        for own, other in ((head, tail), (tail, head)):
            kind = _kind(label, spans[other].label_)
            if kind and _holds(said[other], said[own]):
                words = _measure(doc, spans[other]) if kind == SIZE else spans[other].text
                extent = spans[own].start_char, spans[own].end_char
                yield extent, kind, spans[other].start_char, words


def _holds(said: Meanings, of: Meanings) -> bool:
    return said.is_asserted and ("historical" not in said.values or "historical" in of.values)


def _measure(doc: Doc, span: Span) -> str:
    """A measurement with the words beside it that bound it: "less than 5 mm"."""
    start, end = max(0, span.start_char - BEFORE), span.end_char + BEHIND
    for found in find_quantities(doc.text[start:end]):
        bounded = found.quantity.comparator or found.quantity.approximate
        first, last = start + found.start, start + found.end
        if bounded and first <= span.start_char and span.end_char <= last:
            return doc.text[first:last]
    return span.text


def _kind(relation: str, label: str) -> str:
    """What the other end of a relation is."""
    if role_of(RELATION, relation) == "located" and label.upper() in ("ANATOMY", "BODY_SITE"):
        return SITE
    if relation.upper() == MEASURED and label.upper() == "MEASUREMENT":
        return SIZE
    return CHANGE if relation.upper() == CHANGED and label.upper() == "CHANGE" else ""


def _fact(finding: Finding, ties: Iterable[tuple[Extent, str, int, str]]) -> ReportFact:
    extents = tuple((span.start_char, span.end_char) for span in finding.evidence)
    said: dict[str, dict[str, int]] = {SITE: {}, SIZE: {}, CHANGE: {}}
    for own, kind, place, words in ties:
        if any(_overlap(own, extent) for extent in extents):
            said[kind].setdefault(" ".join(words.split()), place)
    sites, sizes, changes = (
        tuple(sorted(said[kind], key=lambda words: said[kind][words]))
        for kind in (SITE, SIZE, CHANGE)
    )
    return ReportFact(finding.label, finding.status, finding.score, extents, sites, sizes, changes)


def _overlap(one: Extent, other: Extent) -> bool:
    return one[0] < other[1] and other[0] < one[1]
