"""The findings of a report with what its relations say of them: place, size, change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc

from ..docs import RELATION, get_relation_rows, get_spans, has_mentions, role_of
from ..docs.findings import NOT_MENTIONED, Finding, get_findings
from ..docs.sections import get_sections

IMPRESSION = ("assessment",)
SITE, SIZE, CHANGE = "site", "size", "change"
MEASURED, CHANGED = "MEASURED_AS", "MODIFY"
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
    """What relations say: of which mention, what kind of thing, where it stands, its words."""
    spans = get_spans(doc)
    for head, tail, label, _ in get_relation_rows(doc):
        for own, other in ((spans[head], spans[tail]), (spans[tail], spans[head])):
            kind = _kind(label, other.label_)
            if kind:
                yield (own.start_char, own.end_char), kind, other.start_char, other.text


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
