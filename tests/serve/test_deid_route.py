"""Notes without what identifies: the text of `deidentify`, and no original word."""

from pathlib import Path

import pytest
import spacy

from spacy_clinical.deid import deidentify
from spacy_clinical.serve import Client, create_app

from .live import Live, run_live

TEXT = "Mr. Otto Quandt, MRN 4471823, was seen on 03/14/2021. Call (555) 201-9988."
ORIGINALS = ("Quandt", "4471823", "201-9988")


def test_a_note_without_identifiers(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_deid")
    with run_live(create_app(nlp, policy="mask")) as live, Client(live.url) as client:
        row = client.deidentify(TEXT, "a")
    wanted = deidentify(nlp(TEXT), "mask")
    assert row["text"] == wanted.text
    assert [tuple(change.values()) for change in row["changes"]] == [*wanted.changes]
    assert not [word for word in ORIGINALS if word in str(row)]


def test_a_policy_that_needs_a_key(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_deid")
    with run_live(create_app(nlp, policy="gdpr")) as live:
        assert live.post("/deidentify", json={"text": TEXT}).status_code == 501
    (tmp_path / "key").write_bytes(bytes(range(32)))
    with run_live(create_app(nlp, policy="gdpr", deid_key=tmp_path / "key")) as live:
        found = live.post("/deidentify", json={"text": TEXT}).json()["text"]
    assert not [word for word in ORIGINALS if word in found]


def test_a_pipeline_that_looks_for_none(live: Live) -> None:
    """It fails closed: no text goes out where nobody looked."""
    answer = live.post("/deidentify", json={"text": TEXT})
    assert answer.status_code in (422, 501)
    assert not [word for word in ORIGINALS if word in answer.text]


@pytest.mark.parametrize("policy", ["nowhere"])
def test_no_policy(policy: str) -> None:
    with pytest.raises(ValueError, match="SC9"):
        create_app(spacy.blank("en"), policy=policy)
