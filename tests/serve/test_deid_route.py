"""Notes without what identifies: the text of `deidentify`, and no original word."""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.deid import deidentify
from spacy_clinical.docs.phi import get_identifiers, set_identifiers
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


@Language.component("test_forget_later")
def forget_later(doc: Doc) -> Doc:
    """Keeps the first identifier alone, as a recogniser that misses the others."""
    set_identifiers(doc, get_identifiers(doc)[:1])
    return doc


@pytest.mark.parametrize(
    ("text", "meta"),
    [
        ("Mr. Otto Quandt came. Later Quandt left.", {"patient_name": "Otto Quandt"}),
        ("Mr. Otto Quandt, MRN 4471823, came.", {"mrn": "4471823"}),
        ("Mr. Otto Quandt came. Mail: otto.q@mail.example.", {}),
    ],
)
def test_what_a_second_search_finds_stays_here(text: str, meta: dict[str, str]) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_deid")
    nlp.add_pipe("test_forget_later")
    with run_live(create_app(nlp, policy="mask")) as live:
        answer = live.post("/deidentify", json={"text": text, "meta": meta})
    assert (answer.status_code, answer.json()["code"]) == (422, "SC909")
    assert not [word for word in ("Quandt", "4471823", "otto.q") if word in answer.text]


def test_a_pipeline_whose_identifiers_nobody_knows() -> None:
    """Some other component names identifiers, but nothing looks for those of our rules."""
    nlp = spacy.blank("en")
    nlp.add_pipe("test_forget_all")
    with run_live(create_app(nlp, policy="mask")) as live:
        answer = live.post("/deidentify", json={"text": TEXT})
    assert (answer.status_code, answer.json()["code"]) == (501, "SC914")


@Language.component("test_forget_all")
def forget_all(doc: Doc) -> Doc:
    """Says that there are no identifiers."""
    set_identifiers(doc, [])
    return doc
