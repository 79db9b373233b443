"""Components that stand where others undo what they do, or don't see it."""

import json
import logging
import pickle
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language

import spacy_clinical
from spacy_clinical.docs import get_spans
from spacy_clinical.note import Note

TEXT = "He has a cough. No sepsis."
Found = list[tuple[str, str, str]]


def make_nlp(*names: str) -> Language:
    """A pipeline of components by their names; "ruler" is the hospital's own, which finds sepsis,
    "cough" one that finds coughs."""
    nlp = spacy.blank("en")
    for name in names:
        if name in ("ruler", "cough"):
            word = "sepsis" if name == "ruler" else "cough"
            ruler: Any = nlp.add_pipe("entity_ruler", name, config={"overwrite_ents": True})
            ruler.add_patterns([{"label": "PROBLEM", "pattern": word}])
        elif name == "span_ruler":
            config = {"spans_key": "clinical", "annotate_ents": True}
            ruler = nlp.add_pipe("span_ruler", config=config)
            ruler.add_patterns([{"label": "PROBLEM", "pattern": "sepsis"}])
        else:
            nlp.add_pipe(name)
    return nlp


def annotated(nlp: Language, folder: Path) -> Found:
    """What `annotate` writes: text, label and assertion of each mention."""
    spacy_clinical.annotate(nlp, [Note("a", TEXT)], folder / "out.jsonl")
    row = json.loads((folder / "out.jsonl").read_text())
    said = {one["target"]: one["value"] for one in row.get("attributes", [])}
    return [
        (TEXT[slice(*one["fragments"][0])], one["label"], said.get(one["id"], ""))
        for one in row.get("entities", [])
    ]


COUGH, NO_SEPSIS = ("cough", "PROBLEM", "present"), ("sepsis", "PROBLEM", "absent")
UNSAID = [("cough", "PROBLEM", ""), ("sepsis", "PROBLEM", "")]


@pytest.mark.parametrize(
    ("names", "expected", "codes"),
    [
        (["cough", "ruler", "clinical_context"], [COUGH, NO_SEPSIS], []),
        (["cough", "clinical_context", "ruler"], [COUGH], ["SC334"]),  # would pass for present
        (["clinical_context", "cough", "ruler"], [], ["SC334", "SC334"]),
        (
            ["cough", "clinical_context", "ruler", "clinical_quantities"],
            [COUGH],
            ["SC334", "SC331"],
        ),
        (["cough", "clinical_context", "ruler", "clinical_context2"], [COUGH, NO_SEPSIS], []),
        (["cough", "ruler"], UNSAID, []),
        (["cough", "clinical_quantities", "ruler"], UNSAID, []),
    ],
)
def test_a_ruler(
    names: list[str],
    expected: Found,
    codes: list[str],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    nlp = make_nlp(*[name for name in names if name[-1] != "2"])
    if names[-1][-1] == "2":
        nlp.add_pipe("clinical_context", names[-1])
    with caplog.at_level(logging.WARNING, "spacy_clinical"):
        assert annotated(nlp, tmp_path) == expected
        nlp(TEXT)
    assert [message[1:6] for message in caplog.messages] == codes


def test_a_span_ruler_that_writes_mentions(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "spacy_clinical"):
        make_nlp("clinical_context", "span_ruler")(TEXT)
    assert [message[1:6] for message in caplog.messages] == ["SC331"]


def test_entities_before_a_model_that_finds_all_anew(
    whole: Language, caplog: pytest.LogCaptureFixture
) -> None:
    whole.add_pipe("entity_ruler", first=True)
    try:
        with caplog.at_level(logging.WARNING, "spacy_clinical"):
            spacy_clinical.installed.as_pipeline(whole)
    finally:
        whole.remove_pipe("entity_ruler")
    assert [message[1:6] for message in caplog.messages] == ["SC332"]


def test_plain_spacy_tells_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "spacy_clinical"):
        nlp = make_nlp("cough", "clinical_context", "ruler")
        docs = list(nlp.pipe([TEXT, TEXT]))
    assert [message[1:6] for message in caplog.messages] == ["SC334"]
    assert [ent.text for ent in docs[0].ents] == ["cough", "sepsis"]
    assert [span.text for span in get_spans(docs[0])] == ["cough"]


def test_components_of_another_pipeline(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    source = make_nlp("cough", "clinical_quantities", "clinical_context")
    nlp = make_nlp("cough")
    nlp.add_pipe("clinical_context", source=source)
    nlp.add_pipe("clinical_quantities", source=source)
    with caplog.at_level(logging.WARNING, "spacy_clinical"):
        annotated(nlp, tmp_path)
    assert [message[1:6] for message in caplog.messages] == ["SC331"]


def test_what_a_worker_gets_tells_too(caplog: pytest.LogCaptureFixture) -> None:
    nlp = pickle.loads(pickle.dumps(make_nlp("cough", "clinical_context", "ruler")))
    caplog.clear()
    with caplog.at_level(logging.WARNING, "spacy_clinical"):
        nlp(TEXT)
    assert [message[1:6] for message in caplog.messages] == ["SC334"]
