"""What stands beside a finding: the words that say so, and their sentence."""

import json
from typing import Any

import spacy
from spacy.tokens import Doc

from spacy_clinical.batch.findings_run import pack_findings
from spacy_clinical.docs.document_findings import Finding, set_findings

from ..growth import growth

VOCAB = spacy.blank("en").vocab


def make_report(phrases: int, starts: bool | None = None) -> Doc:
    """Findings without an end, in one sentence or in one each."""
    flags = None if starts is None else [True, *[False, starts] * phrases][: 2 * phrases]
    doc = Doc(VOCAB, words=["effusion", "and"] * phrases, sent_starts=flags)
    evidence = tuple(doc[i : i + 1] for i in range(0, len(doc), 2))
    set_findings(doc, [Finding("Effusion", "positive", None, evidence)])
    return doc


def cited(doc: Doc) -> list[Any]:
    (finding,) = json.loads(pack_findings(doc))[0]
    return [row[3] for row in finding["evidence"]]


def test_the_sentence_of_each() -> None:
    assert cited(make_report(3, starts=True)) == ["effusion and"] * 3
    assert cited(make_report(3, starts=False)) == ["effusion and effusion and effusion and"] * 3
    assert cited(make_report(3)) == ["effusion"] * 3


def test_of_an_endless_sentence_what_is_near() -> None:
    rows = cited(make_report(5000, starts=False))
    assert {len(row.split()) for row in rows[40:-40]} == {121}
    assert growth(lambda n: make_report(n, starts=False), pack_findings, 1000) < 9
