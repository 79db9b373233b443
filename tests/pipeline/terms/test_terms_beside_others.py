"""`clinical_terms` beside other components: what they found stays, and is a mention too."""

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from spacy_clinical.docs import get_spans, set_mentions, to_record
from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.terminology_facts import NAME, Fact
from spacy_clinical.pipeline.ner.clinical_ner import ClinicalNER

from ..ner.test_clinical_ner import make_ner

TEXT = "COPD, breast cancer treated, metformin, no hepatitis A now."
PATTERNS = [{"label": "SIGN", "pattern": "treated"}, {"label": "CONDITION", "pattern": "COPD"}]
TERMS = {
    ("COPD", "CONDITION", "D08"),
    ("breast cancer", "CONDITION", "D02"),
    ("metformin", "MEDICATION", "M01"),
    ("hepatitis A", "CONDITION", "D05"),
}
TREATED = ("treated", "SIGN", "")


class Silent(ClinicalNER):
    """A trained component that finds "breast cancer treated" only."""

    def predict(self, docs: Iterable[Doc]) -> Any:
        return None

    def set_annotations(self, docs: Iterable[Doc], scores: Any) -> None:
        for doc in docs:
            found = [Span(doc, 2, 5, "CONDITION")] if len(doc) > 5 else []
            set_mentions(doc, found, scores=[0.6] * len(found))


@pytest.fixture
def nlp(base: Path) -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_terms", config={"kb": str(base)})
    return nlp


def add_ruler(nlp: Language, **place: Any) -> None:
    nlp.add_pipe("entity_ruler", **place).add_patterns(PATTERNS)  # type: ignore[attr-defined]


def add_model(nlp: Language, **place: Any) -> None:
    nlp.add_pipe("clinical_ner", **place)
    index = nlp.component_names.index("clinical_ner")
    made = make_ner(["CONDITION"])
    settings: Any = {"spans_key": "clinical", "annotate_in_update": True, "scorer": None}
    silent = Silent(nlp.vocab, made.model, **settings)
    nlp._components[index] = ("clinical_ner", silent)


def rows(spans: Any) -> set[tuple[str, str, str]]:
    return {(span.text, span.label_, span.kb_id_) for span in spans}


def test_entities_of_a_ruler_are_mentions_wherever_it_stands(nlp: Language) -> None:
    nlp.add_pipe("clinical_context")
    add_ruler(nlp, first=True)
    assert rows(get_spans(nlp(TEXT))) == TERMS | {TREATED}
    nlp.remove_pipe("entity_ruler")
    add_ruler(nlp, after="clinical_terms")
    doc = nlp(TEXT)
    assert rows(get_spans(doc)) == TERMS | {TREATED}
    assert {ent.text: ent._.assertion for ent in doc.ents}["treated"] == "present"


def test_entities_of_a_ruler_behind_a_model(nlp: Language) -> None:
    add_model(nlp, first=True)
    add_ruler(nlp, after="clinical_ner")
    doc = nlp(TEXT)
    whole = ("breast cancer treated", "CONDITION", "")
    assert rows(get_spans(doc)) == TERMS | {whole}  # of what overlaps spaCy's ruler keeps the first
    assert [span._.score for span in get_spans(doc)][:2] == [0.6, None]


def test_concepts_of_others_stay(nlp: Language) -> None:
    doc = nlp.make_doc(TEXT)
    doc.ents = [Span(doc, 0, 1, "CONDITION", kb_id="Q1"), Span(doc, 2, 5, "CONDITION", kb_id="Q2")]
    doc = nlp.get_pipe("clinical_terms")(doc)
    known = {("COPD", "CONDITION", "Q1"), ("breast cancer treated", "CONDITION", "Q2")}
    assert known < rows(get_spans(doc)) and known < rows(doc.ents)
    doc = nlp.make_doc(TEXT)
    set_mentions(doc, [Span(doc, 0, 1, "CONDITION")])
    doc.ents = [Span(doc, 0, 1, "CONDITION", kb_id="Q1")]  # as `entity_linker`: in doc.ents alone
    assert nlp.get_pipe("clinical_terms")(doc).ents[0].kb_id_ == "Q1"


def test_a_linker_of_some_labels_keeps_the_concepts_of_others(nlp: Language, base: Path) -> None:
    nlp.add_pipe("clinical_linker", config={"kb": str(base), "labels": ["X"]})
    doc = nlp(TEXT)
    assert rows(get_spans(doc)) == TERMS == rows(doc.ents)
    assert doc.ents[0]._.kb_ents == [("D08", 1.0)]


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_linker_fills_and_erases_nothing(nlp: Language, tmp_path: Path, overwrite: bool) -> None:
    build_from_facts([Fact("H1", NAME, "hepatitis A")], tmp_path / "own")
    settings = {"kb": str(tmp_path / "own"), "overwrite": overwrite}
    nlp.add_pipe("clinical_linker", config=settings)
    found = {name: (id, label) for name, label, id in TERMS}
    doc = nlp(TEXT)
    said = {span.text: span.kb_id_ for span in get_spans(doc)}
    assert said == {
        name: "H1" if overwrite and name == "hepatitis A" else id for name, (id, _) in found.items()
    }
    assert {ent.text: ent.kb_id_ for ent in doc.ents} == said
    assert {span.text: span._.kb_ents[0][0] for span in get_spans(doc)} == said
    doc = nlp.make_doc("Fatigue.")
    doc.ents = [Span(doc, 0, 1, "CONDITION", kb_id="Q1")]  # in doc.ents alone
    assert nlp.get_pipe("clinical_linker")(doc).ents[0].kb_id_ == "Q1"


def test_a_span_group_of_spacys_spancat(nlp: Language) -> None:
    doc = nlp.make_doc(TEXT)
    scores = numpy.array([0.5, 0.25], "float32")
    spans = [Span(doc, 0, 1, "CONDITION"), Span(doc, 2, 5, "CONDITION")]
    doc.spans["clinical"] = SpanGroup(doc, name="clinical", spans=spans, attrs={"scores": scores})
    doc = nlp.get_pipe("clinical_terms")(doc)
    attrs = doc.spans["clinical"].attrs
    assert json.loads(json.dumps(attrs))["scores"] == [0.5, 0.25, 1.0, 1.0, 1.0]
    assert rows(doc.ents) == TERMS  # the mention that a term agrees with too
    assert to_record(Doc(nlp.vocab).from_bytes(doc.to_bytes())) == to_record(doc)


def test_one_bad_document_alone_is_left_out(nlp: Language) -> None:
    docs = [nlp.make_doc(TEXT) for _ in range(3)]
    set_mentions(docs[1], [docs[1][0:1]])
    docs[1].spans["clinical"].append(docs[1][2:3])
    told: list[Any] = []
    nlp.set_error_handler(lambda name, pipe, bad, error: told.append((bad, str(error)[:7])))
    assert list(nlp.pipe(docs)) == [docs[0], docs[2]]
    assert rows(docs[0].ents) == rows(docs[2].ents) == TERMS
    assert told == [([docs[1]], "[SC105]")]


def test_the_last_word_of_a_sentence_is_the_letter_a(nlp: Language) -> None:
    doc = nlp("He has hepatitis A. No COPD.")
    assert [ent.kb_id_ for ent in doc.ents] == ["D05", "D08"]


@pytest.mark.parametrize("name", ["clinical_terms", "clinical_quantities"])
def test_the_wrong_place_is_told_once(
    base: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_context")
    nlp.add_pipe(name, config={"kb": str(base)} if name == "clinical_terms" else {})
    add_model(nlp)
    with caplog.at_level(logging.WARNING, "spacy_clinical"):
        list(nlp.pipe([TEXT, TEXT]))
    told = [message[:7] for message in caplog.messages]
    assert told == ["[SC331]", "[SC332]"]
    assert "before='clinical_context'" in caplog.text and "after='clinical_ner'" in caplog.text


@pytest.mark.parametrize("rules", [False, True])
def test_labels_that_the_assertion_does_not_know(
    base: Path, whole: Language, tmp_path: Path, rules: bool, caplog: pytest.LogCaptureFixture
) -> None:
    whole.to_disk(tmp_path / "model")
    nlp = spacy.load(tmp_path / "model")
    nlp.add_pipe("clinical_terms", config={"kb": str(base)}, after="clinical_ner")
    if rules:
        nlp.add_pipe("clinical_context", after="clinical_assertion")
    with caplog.at_level(logging.WARNING, "spacy_clinical"):
        doc = nlp(TEXT)
    told = {span.text: span._.assertion for span in get_spans(doc)}
    assert told["hepatitis A"] == ("absent" if rules else None)
    assert [message[:7] for message in caplog.messages] == ([] if rules else ["[SC333]"])
    assert rules or "CONDITION" in caplog.text


def test_the_right_place_is_not_told_of(nlp: Language, caplog: pytest.LogCaptureFixture) -> None:
    nlp.add_pipe("clinical_context")
    add_model(nlp, first=True)
    nlp.add_pipe("clinical_quantities", before="clinical_context")
    with caplog.at_level(logging.WARNING, "spacy_clinical"):
        assert len(get_spans(nlp(TEXT))) == 5
        with nlp.select_pipes(disable=["clinical_ner"]):
            assert rows(get_spans(nlp(TEXT))) == TERMS
        with nlp.select_pipes(enable=["clinical_ner"]):
            assert len(get_spans(nlp(TEXT))) == 1
    assert caplog.messages == []
