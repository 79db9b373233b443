"""Findings of a Doc: plain data that survive whatever a Doc does."""

import pickle

import pytest
import spacy
from spacy.tokens import Doc, DocBin

from spacy_clinical.docs.document_findings import (
    Finding,
    get_findings,
    has_findings,
    install_finding_extensions,
    set_findings,
)
from spacy_clinical.errors import StorageError


@pytest.fixture()
def doc() -> Doc:
    install_finding_extensions()
    doc = spacy.blank("en")("No effusion. Mild edema, edema.")
    found = [
        Finding("Effusion", "negative", None, (doc[1:2],)),
        Finding("Edema", "positive", 0.5, (doc[4:5], doc[6:7])),
        Finding("Mass", "not mentioned", None, ()),
    ]
    set_findings(doc, found, scope=["findings"])
    return doc


def said(doc: Doc) -> list[dict[str, object]]:
    return [finding.to_dict() for finding in doc._.findings]


def test_round_trips(doc: Doc) -> None:
    ways = [
        Doc(doc.vocab).from_bytes(doc.to_bytes(exclude=["user_data"])),
        next(DocBin(docs=[doc]).get_docs(doc.vocab)),
        pickle.loads(pickle.dumps(doc)),
        doc.copy(),
    ]
    assert said(doc)[1] == {
        "label": "Edema", "status": "positive", "score": 0.5,
        "evidence": [[18, 23, "edema"], [25, 30, "edema"]],
    }  # fmt: skip
    assert all(said(way) == said(doc) for way in ways)
    assert doc.spans["findings"].attrs["scope"] == ["findings"]


def test_none_and_moved(doc: Doc) -> None:
    other = spacy.blank("en")("nothing")
    assert not has_findings(other) and get_findings(other) == ()
    with pytest.raises(StorageError, match="SC111"):
        other._.findings = ()
    with doc.retokenize() as retokenizer:
        retokenizer.merge(doc[4:7])
    with pytest.raises(StorageError, match="SC104"):
        get_findings(doc)
