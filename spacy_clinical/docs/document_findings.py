"""The findings of a whole document: `doc.spans["findings"]`, whose spans are their evidence.

The group's attrs hold `extents` [[start_char, end_char], ...] in the order of its spans, `findings`
[[label, status, score, [positions of its evidence]], ...], `scope`, the sections that were asked,
empty for the whole document, and `unknown`, the mentions that count for nothing because nobody
knows the words of their assertion.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from spacy.tokens import Doc, Span, SpanGroup

from .extension_setters import refuse
from .mention_store import held_span

FINDINGS = "findings"
POSITIVE, NEGATIVE, UNCERTAIN = "positive", "negative", "uncertain"
NOT_MENTIONED = "not mentioned"
STATUSES = (POSITIVE, UNCERTAIN, NEGATIVE, NOT_MENTIONED)


class Finding(NamedTuple):
    """What a document says of one finding.

    label (str): The finding, such as "Edema".
    status (str): "positive", "negative", "uncertain" or "not mentioned".
    score (float | None): Confidence in 0..1, None where rules alone decided.
    evidence (tuple[Span, ...]): The mentions that decided, in text order; none where it isn't
        mentioned, or follows from the others.
    """

    label: str
    status: str
    score: float | None
    evidence: tuple[Span, ...]

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict): As JSON values; evidence as [start_char, end_char, text]."""
        places = [[span.start_char, span.end_char, span.text] for span in self.evidence]
        return {**self._asdict(), "evidence": places}


def set_findings(
    doc: Doc,
    findings: Sequence[Finding],
    *,
    scope: Sequence[str] = (),
    unknown: int = 0,
    key: str = FINDINGS,
) -> None:
    """Store findings; those stored before are replaced.

    doc (Doc): The document.
    findings (Sequence[Finding]): The findings, in the order of their table.
    scope (Sequence[str]): The sections that were asked; empty for the whole document.
    unknown (int): Mentions of which nobody knows what is said.
    key (str): The span group.
    """
    spans = _unique(span for finding in findings for span in finding.evidence)
    places = {_extent(span): i for i, span in enumerate(spans)}
    rows = [
        [f.label, f.status, f.score, [places[_extent(span)] for span in f.evidence]]
        for f in findings
    ]
    extents = [[span.start_char, span.end_char] for span in spans]
    attrs = {"extents": extents, "findings": rows, "scope": list(scope), "unknown": unknown}
    doc.spans[key] = SpanGroup(doc, name=key, spans=spans, attrs=attrs)


def has_findings(doc: Doc, key: str = FINDINGS) -> bool:
    """RETURNS (bool): Whether somebody looked for findings, and found some or none."""
    return key in doc.spans and "findings" in doc.spans[key].attrs


def get_findings(doc: Doc, key: str = FINDINGS) -> tuple[Finding, ...]:
    """Read the findings of a Doc. Raises StorageError where it was retokenised since.

    doc (Doc): The document.
    key (str): The span group.
    RETURNS (tuple[Finding, ...]): All labels of the table, mentioned or not; none where nobody
        looked.
    """
    if not has_findings(doc, key):
        return ()
    group = doc.spans[key]
    spans = [held_span(group, i, extent) for i, extent in enumerate(group.attrs["extents"])]
    return tuple(
        Finding(label, status, score, tuple(spans[i] for i in places))
        for label, status, score, places in group.attrs["findings"]
    )


def install_finding_extensions() -> None:
    """Set `doc._.findings`; one that somebody else has set is left alone."""
    if not Doc.has_extension("findings"):
        Doc.set_extension("findings", getter=get_findings, setter=refuse("doc._.findings"))


def _unique(spans: Iterable[Span]) -> list[Span]:
    return list({_extent(span): span for span in spans}.values())


def _extent(span: Span) -> tuple[int, int, int]:
    return span.start, span.end, span.label
