"""The findings of a report with what its relations say of them: place, size, change."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from spacy.tokens import Doc, Span

from ..doc_text import text_of
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
from ..quantities import find_quantities, number_formats

IMPRESSION = ("assessment",)
SITE, SIZE, CHANGE = "site", "size", "change"
MEASURED, CHANGED = "MEASURED_AS", "MODIFY"
NOT_TOLD = "places, sizes and changes of which other than of their finding is said"
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


class Tie(NamedTuple):
    """What a relation ties to a mention.

    own (Extent): The characters of the mention.
    kind (str): "site", "size" or "change".
    place (int): Where what is tied stands.
    words (str): Its words.
    holds (bool): Whether it says something of the finding.
    """

    own: Extent
    kind: str
    place: int
    words: str
    holds: bool


def read_report(doc: Doc, left_out: Counter[str], language: str = "") -> tuple[ReportFact, ...]:
    """Read the findings that a report mentions.

    doc (Doc): The document.
    left_out (Counter[str]): Counts what is tied to their evidence, but not told of them.
    language (str): Of the report, "" if it isn't known.
    RETURNS (tuple[ReportFact, ...]): None where nobody looked for findings.
    """
    found = [f for f in get_findings(doc) if f.status != NOT_MENTIONED]
    ties = list(_ties(doc, language)) if found and has_mentions(doc) else []
    extents = [extent for finding in found for extent in _extents(finding)]
    dropped = [tie.own for tie in ties if not tie.holds]
    left_out.update(NOT_TOLD for own in dropped if any(_overlap(own, x) for x in extents))
    return tuple(_fact(finding, [tie for tie in ties if tie.holds]) for finding in found)


def read_conclusion(doc: Doc) -> str:
    """RETURNS (str): The impression of a report without its heading, "" where it has none."""
    parts = (
        text_of(doc)[section.heading[1] : section.end].lstrip(": \n").strip()
        for section in get_sections(doc)
        if section.category in IMPRESSION
    )
    return "\n".join(filter(None, parts))


def _ties(doc: Doc, language: str) -> Iterator[Tie]:
    spans, said = get_spans(doc), [meanings_of(stated) for stated in get_assertions(doc)]
    for head, tail, label, _ in get_relation_rows(doc):
        for own, other in ((head, tail), (tail, head)):
            kind = _kind(label, spans[other].label_)
            if kind:
                sized = kind == SIZE
                words = _measure(doc, spans[other], language) if sized else spans[other].text
                extent = spans[own].start_char, spans[own].end_char
                holds = _holds(said[other], said[own])
                yield Tie(extent, kind, spans[other].start_char, words, holds)


def _holds(said: Meanings, of: Meanings) -> bool:
    """Whether a place, size or change is told of its finding: it shares what is said of that, as
    in "no nodule in the left lung", and nothing else is said of it, as in "not 7 mm but 9 mm"."""
    return not said.unknown and set(said.values) - {"present"} <= set(of.values)


def _measure(doc: Doc, span: Span, language: str) -> str:
    """A measurement with the words beside it that bound it: "less than 5 mm"."""
    start, end = max(0, span.start_char - BEFORE), span.end_char + BEHIND
    forms, around = number_formats(language), text_of(doc)[start:end]
    for found in (one for form in forms for one in find_quantities(around, form)):
        bounded = found.quantity.comparator or found.quantity.approximate
        first, last = start + found.start, start + found.end
        if bounded and first <= span.start_char and span.end_char <= last:
            return text_of(doc)[first:last]
    return span.text


def _kind(relation: str, label: str) -> str:
    """What the other end of a relation is."""
    if role_of(RELATION, relation) == "located" and label.upper() in ("ANATOMY", "BODY_SITE"):
        return SITE
    if relation.upper() == MEASURED and label.upper() == "MEASUREMENT":
        return SIZE
    return CHANGE if relation.upper() == CHANGED and label.upper() == "CHANGE" else ""


def _extents(finding: Finding) -> tuple[Extent, ...]:
    return tuple((span.start_char, span.end_char) for span in finding.evidence)


def _fact(finding: Finding, ties: Iterable[Tie]) -> ReportFact:
    extents = _extents(finding)
    said: dict[str, dict[str, int]] = {SITE: {}, SIZE: {}, CHANGE: {}}
    for own, kind, place, words, _ in ties:
        if any(_overlap(own, extent) for extent in extents):
            said[kind].setdefault(" ".join(words.split()), place)
    sites, sizes, changes = (
        tuple(sorted(said[kind], key=lambda words: said[kind][words]))
        for kind in (SITE, SIZE, CHANGE)
    )
    return ReportFact(finding.label, finding.status, finding.score, extents, sites, sizes, changes)


def _overlap(one: Extent, other: Extent) -> bool:
    return one[0] < other[1] and other[0] < one[1]
