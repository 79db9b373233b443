"""`clinical_findings`: what a report says of each finding of a table."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from ...context.finding_phrases import DENIES, NOTHING, labels_of
from ...doc_text import text_of
from ...docs import KEY, Assertion, get_assertions, get_spans, has_mentions, meanings_of
from ...docs.document_findings import (
    FINDINGS,
    NEGATIVE,
    POSITIVE,
    install_finding_extensions,
    set_findings,
)
from ...docs.section_spans import DocSection, find_section, get_sections
from .finding_policy import UNKNOWN, Policy, Said, combine
from .finding_table import FINDING, FindingTablePipe


@Language.factory(
    "clinical_findings",
    assigns=["doc.spans", "doc._.findings"],
    default_config={
        "tables": ["chexpert"],
        "policy": {},
        "labels": None,
        "spans_key": KEY,
        "findings_key": FINDINGS,
    },
)
def make_clinical_findings(
    nlp: Language,
    name: str,
    tables: list[str],
    policy: dict[str, Any],
    labels: list[str] | None,
    spans_key: str,
    findings_key: str,
) -> "ClinicalFindings":
    """Make the component that sums up a report. It stands behind the one that asserts.

    tables (list[str]): Packaged schemes ("chexpert", "nih") and files, see `context.findings`.
    policy (dict[str, Any]): See `Policy`; what isn't given is as there.
    labels (list[str] | None): The entity labels that count, None for all.
    spans_key (str): The span group of the mentions.
    findings_key (str): The span group to write; `doc._.findings` reads "findings".
    """
    return ClinicalFindings(
        name,
        tables=tables,
        policy=policy,
        labels=labels,
        spans_key=spans_key,
        findings_key=findings_key,
        lang=nlp.lang or "",
    )


class ClinicalFindings(FindingTablePipe):
    """Sum up what a report says of each finding.

    A mention stands for the findings that its attributes "finding" name; else for those whose
    phrases it holds; else for the one that its entity label names.

    See `make_clinical_findings` for the settings; `lang` is the pipeline's language.
    """

    def __init__(
        self,
        name: str = "clinical_findings",
        *,
        tables: list[str],
        policy: dict[str, Any],
        labels: list[str] | None,
        spans_key: str,
        findings_key: str,
        lang: str = "en",
    ):
        self.policy = Policy.of(policy)
        self.only = None if labels is None else frozenset(labels)
        self.key, self.findings_key = spans_key, findings_key
        super().__init__(name, tables, lang)
        install_finding_extensions()

    @property
    def labels(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): The findings, in the order of the table."""
        return labels_of(self._rules)

    def __call__(self, doc: Doc) -> Doc:
        """Sum up a document.

        doc (Doc): The document.
        RETURNS (Doc): The same, with `doc._.findings`.
        """
        sections = self.policy.named(get_sections(doc))
        asked = {section.category for section in sections} & set(self.policy.sections)
        said = list(self._said(doc, sections)) if has_mentions(doc, self.key) else []
        counted = [one for one in said if not asked or one.section in asked]
        scope = [name for name in self.policy.sections if name in asked]
        was_read = has_mentions(doc, self.key) and _has_words(doc, sections, asked)
        found = combine(counted, self.rules, self.policy, was_read=was_read)
        unknown = len({one.span for one in counted if one.status == UNKNOWN})
        set_findings(doc, found, scope=scope, unknown=unknown, key=self.findings_key)
        return doc

    def _said(self, doc: Doc, sections: Sequence[DocSection]) -> Iterator[Said]:
        """What each mention says, in text order, sections aside."""
        spans, rows = get_spans(doc, self.key), get_assertions(doc, self.key)
        scores = doc.spans[self.key].attrs.get("scores") or [None] * len(spans)
        for i in sorted(range(len(spans)), key=lambda i: (spans[i].start, spans[i].end)):
            span = spans[i]
            if self.only is not None and span.label_ not in self.only:
                continue
            meanings = meanings_of(row for row in rows[i] if row.name != FINDING)
            status = UNKNOWN if meanings.unknown else self.policy.status_of(meanings.values)
            names = self._names(span, rows[i]) if status else []
            if names:
                section = find_section(sections, span.start_char)
                category = section.category if section is not None else ""
                score = _times(scores[i], _asserted(rows[i]))
                for name in names:
                    label = name.removeprefix(DENIES)
                    if label == name or status == UNKNOWN:
                        yield Said(label, status, category, score, span)
                    elif status == POSITIVE:
                        yield Said(label, NEGATIVE, category, score, span)

    def _names(self, span: Span, row: Sequence[Assertion]) -> list[str]:
        """The findings that a mention stands for."""
        known = self.finder.labels
        if named := [a.value for a in row if a.name == FINDING]:
            return [name for name in named if name.removeprefix(DENIES) in known]
        hits = self.finder.find(span.text, [0])
        if names := dict.fromkeys(hit.label for hit in hits if hit.label != NOTHING):
            return list(names)
        folded = span.label_.casefold().replace("_", " ")
        return [name for name in known if name.casefold().replace("_", " ") == folded]


def _has_words(doc: Doc, sections: Sequence[DocSection], asked: Collection[str]) -> bool:
    """Whether something is written in the sections that are asked, beside their headings; without
    any asked, in the whole document."""
    text = text_of(doc)
    if asked:
        parts = [text[s.heading[1] : s.end] for s in sections if s.category in asked]
    else:
        starts = [0, *(section.heading[1] for section in sections)]
        ends = [*(section.heading[0] for section in sections), len(text)]
        parts = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    return any(any(map(str.isalpha, part)) for part in parts)


def _asserted(row: Sequence[Assertion]) -> float | None:
    """The confidence of what is said of a mention."""
    return min((a.score for a in row if a.score is not None), default=None)


def _times(*scores: float | None) -> float | None:
    known = [score for score in scores if score is not None]
    product = 1.0
    for score in known:
        product *= score
    return product if known else None
