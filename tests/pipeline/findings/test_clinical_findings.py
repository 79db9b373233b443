"""Reports to findings: by phrases, by what a model found, by policy."""

from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from spacy_clinical.docs import (
    Assertion,
    get_assertions,
    set_assertions,
    set_links,
    set_mentions,
)
from spacy_clinical.docs.entity_links import get_all_links
from spacy_clinical.errors import ContextError, PipelineError

REPORT = """INDICATION: Rule out pneumothorax.
FINDINGS: The heart is mildly enlarged. Small left effusion. No pneumothorax.
IMPRESSION: Possible left effusion. Superimposed pneumonia would be a consideration."""


def make(policy: dict[str, Any] | None = None, tables: list[str] | None = None) -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sentences")
    nlp.add_pipe("clinical_sections", config={"rules": ["en", "radiology"]})
    own = {"tables": tables or ["chexpert"]}
    nlp.add_pipe("clinical_finding_mentions", config=own)
    nlp.add_pipe("clinical_context", config={"rules": ["en", "radiology"]})
    nlp.add_pipe("clinical_findings", config={**own, "policy": policy or {}})
    return nlp


@pytest.fixture(scope="module")
def nlp() -> Language:
    return make()


def statuses(doc: Doc) -> dict[str, str]:
    return {f.label: f.status for f in doc._.findings if f.status != "not mentioned"}


def test_a_report(nlp: Language) -> None:
    doc = nlp(REPORT)
    assert statuses(doc) == {
        "Enlarged Cardiomediastinum": "positive",  # follows its child
        "Cardiomegaly": "positive",
        "Lung Opacity": "uncertain",
        "Consolidation": "uncertain",
        "Pneumonia": "uncertain",
        "Pneumothorax": "negative",
        "Pleural Effusion": "uncertain",  # the impression decides
    }
    assert len(doc._.findings) == 14
    found = {f.label: [s.text for s in f.evidence] for f in doc._.findings}
    assert found["Enlarged Cardiomediastinum"] == found["Cardiomegaly"] == ["enlarged"]
    assert doc.spans["findings"].attrs["scope"] == ["assessment", "findings"]
    assert [e.label_ for e in doc.ents] == ["FINDING"] * len(doc.ents)


def test_policies() -> None:
    assert statuses(make({"first_wins": False})(REPORT))["Pleural Effusion"] == "positive"
    doubt = make({"positive": ["present", "possible"], "uncertain": []})(REPORT)
    assert statuses(doubt)["Pneumonia"] == "positive"
    only = statuses(make({"sections": ["assessment"]})(REPORT))
    assert set(only) == {"Lung Opacity", "Consolidation", "Pneumonia", "Pleural Effusion"}


def test_normal_reports(nlp: Language) -> None:
    normal = statuses(nlp("The heart is normal in size. No effusion. Sternotomy wires."))
    assert normal["No Finding"] == "positive"
    assert normal["Cardiomegaly"] == normal["Pleural Effusion"] == "negative"
    assert "No Finding" not in statuses(nlp("Possible edema."))
    assert nlp("").spans["findings"].attrs["scope"] == []


@pytest.mark.parametrize(
    "text", ["", " \n", "___", "FINDINGS:\nIMPRESSION: -", "INDICATION: Cough.\nFINDINGS:\n"]
)
def test_nothing_is_stated_of_empty_reports(nlp: Language, text: str) -> None:
    assert statuses(nlp(text)) == {}
    assert statuses(nlp(f"{text} IMPRESSION: Clear."))["No Finding"] == "positive"


@pytest.mark.parametrize(
    ("text", "effusion"),
    [
        ("Left effusion.\n\nIMPRESSION: Edema.", "positive"),
        ("MRI OF THE CHEST\n\nLeft effusion.\n\nIMPRESSION: Edema.", "positive"),
        ("COMPARISON: 3 May 2024.\n\nLeft effusion.\n\nIMPRESSION: Edema.", "positive"),
        ("COMPARISON: Effusion in May.\n\nIMPRESSION: Edema.", "not mentioned"),
        ("COMPARISON:\n\nEffusion in May.\n\nIMPRESSION: Edema.", "not mentioned"),
        ("INDICATION: Effusion.\n\nWheeze.\n\nIMPRESSION: Edema.", "not mentioned"),
        ("Effusion?\n\nFINDINGS: Edema.\n\nIMPRESSION: Edema.", "not mentioned"),
        ("SCAN OF THE CHEST\nLeft effusion.\nTECHNIQUE: Supine.\nEdema.", "positive"),
    ],
)
def test_a_body_without_a_heading(nlp: Language, text: str, effusion: str) -> None:
    """It counts as findings where the report has an impression and no findings."""
    found = {f.label: f.status for f in nlp(text)._.findings}
    assert (found["Pleural Effusion"], found["Edema"]) == (effusion, "positive")


def test_where_nobody_looked_for_mentions() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_findings")
    assert statuses(nlp("The chest is clear.")) == {}


@pytest.mark.parametrize(
    "said, unknown, edema, pneumonia, nothing",
    [
        ("mayhaps", 2, "positive", "not mentioned", "not mentioned"),
        ("absent", 0, "negative", "negative", "positive"),
    ],
)
def test_words_of_assertion_that_nobody_knows(
    nlp: Language, said: str, unknown: int, edema: str, pneumonia: str, nothing: str
) -> None:
    """They are counted, decide nothing, and leave open whether there is a finding."""
    doc = nlp("FINDINGS: Edema.\nIMPRESSION: Edema. Pneumonia.\nINDICATION: Edema.")
    words = ["present", said, said, said]
    set_assertions(doc, [[Assertion("assertion", word)] for word in words])
    nlp.get_pipe("clinical_findings")(doc)
    found = {f.label: f.status for f in doc._.findings}
    assert doc.spans["findings"].attrs["unknown"] == unknown
    assert (found["Edema"], found["Pneumonia"]) == (edema, pneumonia)
    assert found["No Finding"] == ("not mentioned" if edema == "positive" else nothing)


@pytest.mark.parametrize("name", ["clinical_finding_mentions", "clinical_findings"])
def test_english_phrases_read_english_only(name: str, tmp_path: Any) -> None:
    for lang in ("de", "zh", "xx"):
        nlp = spacy.blank(lang)
        with pytest.raises(PipelineError, match=f"SC985.*'{lang}'.*'nih'"):
            nlp.add_pipe(name, config={"tables": ["nih"]})
    (tmp_path / "own.tsv").write_text("Ödem\tÖdem\n", encoding="utf-8")
    pipe: Any = nlp.add_pipe(name, config={"tables": [str(tmp_path / "own.tsv")]})
    assert pipe.rules[0].label == "Ödem"
    with pytest.raises(PipelineError, match="SC985"):
        pipe.add_rules("chexpert")


@pytest.mark.parametrize(
    "sentence, label, status",
    [
        ("Oedema would be another possibility.", "Edema", "uncertain"),
        ("Correlate clinically for infection; lung infection.", "Pneumonia", "positive"),
        ("The effusion has resolved.", "Pleural Effusion", "negative"),
        ("Hard to entirely rule out a small effusion.", "Pleural Effusion", "uncertain"),
        ("Density favored to represent collapse, atelectasis.", "Atelectasis", "uncertain"),
        ("The bones have the appearance of old fractures.", "Fracture", "uncertain"),
        ("No interval change in the left effusion.", "Pleural Effusion", "positive"),
        ("Father had pneumonia.", "Pneumonia", "not mentioned"),
        ("Pericardial effusion.", "Pleural Effusion", "not mentioned"),
        ("Interval removal of the endotracheal tube.", "Support Devices", "negative"),
        ("Removal of the left chest tube. Small effusion.", "Support Devices", "negative"),
        ("Interval removal of chest tube with small pneumothorax", "Pneumothorax", "positive"),
        ("Removal of drain and new effusion.", "Pleural Effusion", "positive"),
        ("Two views fail to identify a fracture.", "Fracture", "negative"),
        ("An effusion is not definitively demonstrated.", "Pleural Effusion", "uncertain"),
        ("Edema is not clearly visible, pneumonia is.", "Pneumonia", "positive"),
        ("Effusions absent bilaterally.", "Pleural Effusion", "negative"),
        ("Prior pneumothorax, no longer visible.", "Pneumothorax", "negative"),
        ("Possible edema before, but it is no longer seen.", "Edema", "negative"),
        ("No edema; effusion; nor fracture.", "Pleural Effusion", "negative"),
        ("No edema; effusion; or fracture.", "Fracture", "negative"),
        ("No edema; effusion is small.", "Pleural Effusion", "positive"),
        ("No edema; there is an effusion; or so it seems.", "Pleural Effusion", "positive"),
        ("Partial clearing of the left effusion.", "Pleural Effusion", "positive"),
        ("Band most consistent with atelectasis.", "Atelectasis", "uncertain"),
        ("Edema rather than pneumonia.", "Pneumonia", "uncertain"),
        ("Edema; pneumonia much less likely.", "Pneumonia", "uncertain"),
        ("Haze, not diagnostic for pneumonia.", "Pneumonia", "uncertain"),
        ("Ought to be regarded as pneumonia.", "Pneumonia", "uncertain"),
        ("No Kerley lines to suggest edema.", "Edema", "negative"),
        ("No effusion. Widened vessels to suggest edema.", "Edema", "uncertain"),
    ],
)
def test_cues_of_radiology(nlp: Language, sentence: str, label: str, status: str) -> None:
    found = {f.label: f.status for f in nlp(sentence)._.findings}
    assert found[label] == status


def test_every_way_gives_the_same(nlp: Language) -> None:
    once = [f.to_dict() for f in nlp(REPORT)._.findings]
    for doc in (*nlp.pipe([REPORT] * 2), *nlp.pipe([REPORT] * 2, n_process=2)):
        assert [f.to_dict() for f in doc._.findings] == once


def test_a_saved_pipeline_holds_its_table(nlp: Language, tmp_path: Any) -> None:
    table = tmp_path / "own.tsv"
    table.write_text("Stone\t{gallstone|gallstones}\tGallbladder\n", encoding="utf-8")
    own = make(tables=[str(table)])
    own.to_disk(tmp_path / "model")
    table.unlink()
    doc = spacy.load(tmp_path / "model")("Two gallstones.")
    assert statuses(doc) == {"Gallbladder": "positive", "Stone": "positive"}
    with pytest.raises(ContextError, match="SC320"):
        make(tables=[str(table)])("x")


def test_mentions_of_a_model_count() -> None:
    """By label or by phrase; with the product of the scores; unknown words never count."""
    nlp = spacy.blank("en")
    findings = nlp.add_pipe("clinical_findings", config={"tables": ["nih"]})
    doc = nlp.make_doc("pleural thickening effusion mass edema")
    spans = [doc[0:2], doc[2:3], doc[3:4], doc[4:5]]
    for span, label in zip(spans, ("PLEURAL_THICKENING", "X", "X", "X"), strict=True):
        span.label_ = label
    set_mentions(doc, spans, scores=[0.5, 0.5, None, 0.9])
    rows = [("present", 0.5), ("possible", 0.8), ("absent", None), ("perhaps-ish", 0.9)]
    set_assertions(doc, [[Assertion("assertion", v, s)] for v, s in rows])
    found = {f.label: (f.status, f.score) for f in findings(doc)._.findings if f.evidence}
    assert found == {
        "Effusion": ("uncertain", pytest.approx(0.4)),
        "Mass": ("negative", None),
        "Pleural_Thickening": ("positive", pytest.approx(0.25)),
    }


def test_mentions_are_added_beside_others() -> None:
    nlp = spacy.blank("en")
    adder = nlp.add_pipe("clinical_finding_mentions", config={"tables": ["nih"]})
    doc = nlp.make_doc("left effusion and edema")
    span = doc[1:2]
    span.label_ = "OBSERVATION"
    set_mentions(doc, [span], scores=[0.75])
    set_assertions(doc, [[Assertion("assertion", "possible", 0.5)]])
    adder(adder(doc))
    group = doc.spans["clinical"]
    assert [(s.text, s.label_) for s in group] == [
        ("effusion", "OBSERVATION"),
        ("edema", "FINDING"),
    ]
    assert group.attrs["scores"] == [0.75, None]
    assert [[(a.name, a.value) for a in row] for row in get_assertions(doc)] == [
        [("assertion", "possible"), ("finding", "Effusion")], [("finding", "Edema")]
    ]  # fmt: skip


def test_the_longest_of_entities_and_phrases(tmp_path: Any) -> None:
    """What lies in a phrase is no mention of its own, what runs into one ends before it."""
    table = tmp_path / "own.tsv"
    table.write_text("Fluid\tpleural fluid\nNodule\t{solid |}nodule\n", encoding="utf8")
    nlp = spacy.blank("en")
    words = ["left pleural", "pleural", "nodule", "upper lobe nodule cluster", "lung"]
    ruler: Any = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PLACE", "pattern": word} for word in words])
    own = {"tables": [str(table)], "beside": "longest"}
    nlp.add_pipe("clinical_finding_mentions", config=own)
    doc = nlp("left pleural fluid, solid nodule, nodule of the lung, upper lobe nodule cluster")
    group = sorted((span.start, span.text, span.label_) for span in doc.spans["clinical"])
    assert [said for _, *said in group] == [
        ["left", "PLACE"],
        ["pleural fluid", "FINDING"],
        ["solid nodule", "FINDING"],
        ["nodule", "PLACE"],
        ["lung", "PLACE"],
        ["upper lobe nodule cluster", "PLACE"],
        ["nodule", "FINDING"],
    ]
    assert [ent.text for ent in doc.ents][:3] == ["left", "pleural fluid", "solid nodule"]
    with pytest.raises(PipelineError, match=r"SC330.*longest"):
        nlp.add_pipe("clinical_finding_mentions", "other", config=own | {"beside": "fill"})


def test_what_is_known_of_other_mentions_stays() -> None:
    """Links, sources, names, events, and entities of others: nothing is written anew."""
    nlp = spacy.blank("en")
    adder = nlp.add_pipe("clinical_finding_mentions", config={"tables": ["nih"]})
    doc = nlp.make_doc("Bipap for edema and left effusion , Zurich")
    set_mentions(doc, [Span(doc, 0, 1, "DEVICE"), Span(doc, 2, 5, "SIGN")], scores=[None, 0.1])
    set_links(doc, [[("D1", 0.5)], []])
    own = {"sources": ["llm", "rules"], "ids": ["T7", "T9"], "events": {"events": []}}
    doc.spans["clinical"].attrs.update(own)
    doc.set_ents([*doc.ents, Span(doc, 7, 8, "PLACE")])
    attrs = adder(doc).spans["clinical"].attrs
    assert [s.text for s in doc.spans["clinical"]][2:] == ["edema", "effusion"]
    assert get_all_links(doc) == [[("D1", 0.5)], [], [], []]
    assert attrs["sources"] == ["llm", "rules", "", ""]
    assert attrs["ids"] == ["T7", "T9", "finding-2", "finding-3"]
    assert attrs["events"] == {"events": []}
    assert [(e.label_, e.text, e.kb_id_) for e in doc.ents] == [
        ("DEVICE", "Bipap", "D1"),
        ("SIGN", "edema and left", ""),
        ("FINDING", "effusion", ""),
        ("PLACE", "Zurich", ""),
    ]


@pytest.mark.parametrize(
    ("text", "status"),
    [("IMPRESSION: Mass.", "positive"), ("FINDINGS: No effusion.\nMass.", "positive")],
)
def test_a_phrase_within_a_token(text: str, status: str) -> None:
    """spaCy 3.8's English has "Mass." as one token: Massachusetts, a state."""
    nlp = make({}, tables=["nih"])
    assert "Mass." in [token.text for token in nlp.make_doc(text)]
    assert {f.label: f.status for f in nlp(text)._.findings}["Mass"] == status


@pytest.mark.parametrize(
    "policy", [{"sure": []}, {"positive": ["present"], "negative": ["present"]}]
)
def test_policies_that_cannot_be(policy: dict[str, Any]) -> None:
    with pytest.raises(PipelineError, match="SC980"):
        make(policy)
