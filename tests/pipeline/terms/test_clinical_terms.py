"""`clinical_terms`: what it finds, stores and refuses, and how it is kept."""

import pickle
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

from spacy_clinical.docs import get_spans, set_mentions, set_relations, to_record
from spacy_clinical.errors import ContextError, PipelineError
from spacy_clinical.pipeline.terms.clinical_terms import ClinicalTerms

NOTE = (
    "MEDICATIONS: metformine 500 mg, MS 15 mg.\n\nShe has diabetes mellitus type II (T2DM), no "
    "gall stones. COPD; MS. Carcinomas of the breast, hand, foot and mouth disease."
)
Found = list[tuple[str, str, str]]


def make_nlp(base: Path | None, *, before: tuple[str, ...] = (), **config: Any) -> Language:
    nlp = spacy.blank("en")
    for name in before:
        nlp.add_pipe(name)
    nlp.add_pipe("clinical_terms", config={"kb": str(base) if base else None, **config})
    return nlp


def found(doc: Doc) -> Found:
    return [(span.text, span.label_, span.kb_id_) for span in get_spans(doc)]


@pytest.fixture(scope="module")
def nlp(base: Path) -> Language:
    return make_nlp(base, before=("clinical_sections", "clinical_abbreviations"))


def names(nlp: Language, text: str) -> list[str]:
    return [f"{text} {id}" for text, _, id in found(nlp(text))]


def test_a_heading_of_an_examination_is_no_disease(nlp: Language) -> None:
    assert names(nlp, "PHYSICAL EXAM: well.\nCOPD: none.\nMS: strength intact.") == ["COPD D08"]
    assert names(nlp, "ROS: well.\nMS: no weakness.") == []
    (known,) = names(nlp, "PMH: MS since 2010.")
    assert known.startswith("MS ")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Diabetes mellitus of type 2.", ["Diabetes mellitus of type 2 D01"]),
        ("Diabetes mellitus, type 2", ["Diabetes mellitus, type 2 D01"]),
        ("type II diabetes mellitus", ["type II diabetes mellitus D01"]),
        ("BREAST CANCERS", ["BREAST CANCERS D02"]),
        ("the breast's malignant tumors", ["breast's malignant tumors D02"]),
        ("Liver metastases.", ["Liver metastases D11"]),
        ("metastasis of the liver", ["metastasis of the liver D11"]),
        ("\u03b1-thalassaemia", ["\u03b1-thalassaemia D11"]),
        ("hepatitis A, hepatitis B", ["hepatitis A D05", "hepatitis D06"]),
        ("metformni and mettformin", ["metformni M01", "mettformin M01"]),
        ("nonhodgkin lymphoma", ["nonhodgkin lymphoma D09"]),
        ("gall stones, gall-stone", ["gall stones D10", "gall-stone D10"]),
        ("Hand, foot and mouth disease", ["Hand, foot and mouth disease D03"]),
        ("hand-foot-and-mouth disease", ["hand-foot-and-mouth disease D03"]),
        ("zzyzx fever", ["zzyzx fever Y01"]),
        ("cancer of the left breast", ["cancer of the left breast D02"]),
        ("Metastases in both lower lobes of the liver", []),
        ("Metastasis, left liver", []),
        ("pain in her left (upper) chest", []),
        ("pain of the R chest", ["pain of the R chest D11"]),
        ("chest pain in the left breast cancer", ["chest pain D11", "breast cancer D02"]),
        ("mouth, hand and foot disease", ["mouth, hand and foot disease D03"]),
        ("hand and chest, foot disease, mouth", []),
        ("tender chest, pain in the leg", []),
        ("chest\npain", ["chest\npain D11"]),
        ("pain in left chest, pain in leg", ["pain in left chest D11"]),
    ],
)  # fmt: skip
def test_found(nlp: Language, text: str, expected: list[str]) -> None:
    assert names(nlp, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "pain. Chest",  # another sentence
        "pain, chest",  # a list
        "pain and chest",
        "chest (left) pain",
        "chest\n\npain",
        "metfomrine",  # two errors
        "copt",  # too short for one
        "at night, a t",  # no ataxia telangiectasia
        "The cat ran.",
        "a severe chronic course",  # a type that is left out
        "cold water",  # counts in its context only
        "cancerous-breasted",
        "",
        " \n ",
    ],
)
def test_not_found(nlp: Language, text: str) -> None:
    assert names(nlp, text) == []


@pytest.mark.parametrize(
    "text, expected",
    [
        ("AT and A-T", ["AT D07", "A-T D07"]),
        ("A CAT scan", ["CAT T01"]),
        ("THE CAT RAN OVER THE ROAD", []),
        ("Copd today", ["Copd D08"]),
        ("Acute MS and ms", ["MS D04"]),
        ("Ms K. and Ms Green; hepatitis, MS", ["hepatitis D06", "MS D04"]),
        ("He takes metformin, MS and aspirin.", ["metformin M01", "MS M01"]),
        ("hepatitis, MS", ["hepatitis D06", "MS D04"]),
        ("hepatitis and cold", ["hepatitis D06"]),
        ("hepatitis, caught a cold", ["hepatitis D06", "cold D11"]),
        ("He has a cold; has a cold foot.", ["cold D11"]),
        ("MEDICATIONS: MS 15 mg", ["MS M01"]),
    ],
)
def test_short_names_by_context(nlp: Language, text: str, expected: list[str]) -> None:
    assert [f"{span} {id}" for span, _, id in found(nlp(text))] == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("MS 15 mg", ["MS M01"]),
        ("MS was 15 ml", ["MS M01"]),
        ("MS 2010", ["MS D04"]),
        ("MS tests: hepatitis", ["MS D04", "hepatitis D06"]),
        ("Ms. Gall and Ms Stone", []),
        ("A CAT 12", ["CAT T01"]),
        ("AT by drops", []),
        ("AT, both ears, drops", []),
        ("AT now. Drops", ["AT D07"]),
        ("AT one two three four drops", ["AT D07"]),
        ("on AT", []),
        ("AT on now, on an AT", ["AT D07", "AT D07"]),
        ("Ataxia telangiectasia (AT), ear drops", ["Ataxia telangiectasia D07", "AT D07"]),
    ],
)
def test_what_stands_beside_a_short_name(
    base: Path, tmp_path: Path, text: str, expected: list[str]
) -> None:
    rules = tmp_path / "own.tsv"
    rules.write_text("unless\tAT\tCONDITION|TEST: Drops on_\n")
    nlp = make_nlp(base, before=("clinical_abbreviations",), rules=["en", str(rules)])
    assert names(nlp, text) == expected


def test_abbreviations(nlp: Language) -> None:
    doc = nlp("Non-Hodgkin lymphoma (NHL). Her NHL. Mitral stenosis (MS). MS is mild.")
    assert found(doc) == [
        ("Non-Hodgkin lymphoma", "CONDITION", "D09"),
        ("NHL", "CONDITION", "D09"),
        ("NHL", "CONDITION", "D09"),
    ]
    doc = nlp("Glucose-6-phosphate dehydrogenase (G6PD) deficiency and G6PD deficiency.")
    assert [(text, id) for text, _, id in found(doc)] == [
        ("Glucose-6-phosphate dehydrogenase (G6PD) deficiency", "D12"),
        ("G6PD deficiency", "D12"),
    ]


def test_words_that_the_tokenizer_splits(base: Path) -> None:
    for tokenizer in ("spacy.Tokenizer.v1", "spacy-clinical.Tokenizer.v1"):
        nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": tokenizer}}})
        nlp.add_pipe("clinical_terms", config={"kb": str(base)})
        doc = nlp("HbA1c, hemoglobin A1c; metformin500mg")
        assert [ent.kb_id_ for ent in doc.ents][:2] == ["T02", "T02"]


def test_what_is_stored(nlp: Language) -> None:
    doc = nlp("metformin for carcinoma of the breast")
    assert [(e.text, e.label_, e.kb_id_) for e in doc.ents] == [
        ("metformin", "MEDICATION", "M01"),
        ("carcinoma of the breast", "CONDITION", "D02"),
    ]
    assert doc.ents[0]._.kb_ents == [("M01", 1.0)]
    assert doc.ents[1]._.kb_ents == [("D02", 0.99)]
    assert [ent._.score for ent in doc.ents] == [1.0, 0.99]
    (restored,) = DocBin(docs=[doc], store_user_data=True).get_docs(nlp.vocab)
    assert to_record(restored) == to_record(doc)
    assert [entity.concept for entity in to_record(doc).entities] == ["M01", "D02"]


def test_homonyms_of_one_label_are_all_kept(base: Path) -> None:
    nlp = make_nlp(base, k=1)
    assert nlp("MS").ents[0]._.kb_ents == [("D04", 1.0)]


def test_all_matches_are_kept_in_the_group(base: Path) -> None:
    doc = make_nlp(base, matches="all")("breast cancer, caught a viral cold")
    assert [span.text for span in get_spans(doc)] == [
        "breast cancer",
        "cancer",
        "viral cold",
        "cold",
    ]
    assert [ent.text for ent in doc.ents] == ["breast cancer", "viral cold"]


def test_settings(base: Path, tmp_path: Path) -> None:
    rules = tmp_path / "own.tsv"
    rules.write_text(
        "label\tdrug\tDRUG\nstop\tCOPD\tnever\nleast\ttypo\t0\nlabel\tqualifier value\tX\n"
    )
    text = "metformin, metfromin, COPD, breast cancer, severe chronic, zzyzx fever"
    doc = make_nlp(base, rules=["en", str(rules)], label=None)(text)
    assert [(text, label) for text, label, _ in found(doc)] == [
        ("metformin", "DRUG"),
        ("breast cancer", "CONDITION"),
        ("severe chronic", "X"),
    ]
    doc = make_nlp(base, labels=["MEDICATION"], threshold=0.99)("metformin metfromin breast cancer")
    assert [text for text, _, _ in found(doc)] == ["metformin"]
    assert make_nlp(base, longest=1)("breast cancer").ents[0].text == "cancer"


@pytest.mark.parametrize(
    "beside, expected", [("union", ["D08", "", "M01"]), ("fill", ["D08", "", "M01"])]
)
def test_beside_another_component(base: Path, beside: str, expected: list[str]) -> None:
    nlp = make_nlp(base, beside=beside)
    doc = nlp.make_doc("COPD, breast cancer treated, metformin")
    spans = [Span(doc, 0, 1, "CONDITION"), Span(doc, 2, 5, "CONDITION")]
    set_mentions(doc, spans, scores=[0.5, 0.6])
    set_relations(doc, [(0, 1, "SAME", 0.5)])
    terms = nlp.get_pipe("clinical_terms")
    assert isinstance(terms, ClinicalTerms)
    doc = terms(doc)
    ids = [id for _, _, id in found(doc)]
    assert ids == (["D08", "", "D02", "M01"] if beside == "union" else expected)
    assert doc.spans["clinical"].attrs["scores"][:2] == [0.5, 0.6]
    assert doc.spans["clinical"].attrs["relations"] == [[0, 1, "SAME", 0.5]]
    assert [e.text for e in doc.ents] == ["COPD", "breast cancer treated", "metformin"]


def test_alone_in_a_batch_and_in_two_processes(nlp: Language) -> None:
    texts = [NOTE, "", "MS", NOTE.upper(), "breast cancer " * 50]
    alone = [to_record(nlp(text)) for text in texts]
    assert [to_record(doc) for doc in nlp.pipe(texts, batch_size=3)] == alone
    assert [to_record(doc) for doc in nlp.pipe(texts, n_process=2, batch_size=2)] == alone
    assert len(alone[0].entities) == 9


@given(st.lists(st.sampled_from([*NOTE.split(), "\n", "(", "breast", "A", "\x85"]), max_size=30))
@settings(max_examples=25, deadline=None)
def test_any_text(nlp: Language, words: list[str]) -> None:
    doc = nlp(" ".join(words))
    assert all(ent.kb_id_ for ent in doc.ents)
    assert [e.text for e in nlp(doc.text).ents] == [e.text for e in doc.ents]


def test_saved_and_loaded(nlp: Language, base: Path, tmp_path: Path) -> None:
    expected = found(nlp(NOTE))
    nlp.to_disk(tmp_path / "model")
    assert found(spacy.load(tmp_path / "model")(NOTE)) == expected
    assert not (tmp_path / "model/clinical_terms/kb").exists()
    assert found(pickle.loads(pickle.dumps(nlp))(NOTE)) == expected
    again = make_nlp(None, before=("clinical_sections", "clinical_abbreviations"), rules=[])
    assert found(again.from_bytes(nlp.to_bytes())(NOTE)) == expected
    own = (tmp_path / "model/clinical_terms").iterdir()
    assert not any(b"metformine" in path.read_bytes() for path in own)


def test_saved_with_its_base_and_tables(base: Path, tmp_path: Path) -> None:
    own, rules = tmp_path / "own", tmp_path / "own.tsv"
    shutil.copytree(base, own)
    rules.write_text("stop\tCOPD\tnever\n")
    make_nlp(own, save_kb=True, rules=["en", str(rules)]).to_disk(tmp_path / "model")
    shutil.rmtree(own)
    rules.unlink()
    (tmp_path / "model").rename(tmp_path / "moved")
    doc = spacy.load(tmp_path / "moved")("COPD, metformin")
    assert [text for text, _, _ in found(doc)] == ["metformin"]


def test_errors(base: Path, tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="SC613"):
        make_nlp(None)("COPD")
    for setting in ("matches", "beside"):
        with pytest.raises(PipelineError, match=f"SC330.*{setting} = 'some'"):
            make_nlp(base, **{setting: "some"})
    for setting, value in {"threshold": 2, "k": -1, "longest": 0}.items():
        with pytest.raises(PipelineError, match=f"SC330.*{setting} = '{value}"):
            make_nlp(base, **{setting: value})
    with pytest.raises(ContextError, match="SC320"):
        make_nlp(base, rules=[str(tmp_path / "none.tsv")])("COPD")
    with pytest.raises(ContextError, match="SC323"):
        make_nlp(base, rules=["xx"])
    nlp = make_nlp(None)
    nlp.config["initialize"]["components"] = {"clinical_terms": {"kb": str(base)}}
    nlp.initialize()
    assert names(nlp, "COPD") == ["COPD D08"]


def test_labels_that_no_type_has_are_told(base: Path, caplog: pytest.LogCaptureFixture) -> None:
    nlp = make_nlp(base, labels=["DRUG", "CONDITION"])
    nlp("COPD")
    nlp("COPD")
    (record,) = caplog.records
    assert re.search(r"\[SC335\].* has: DRUG\. Known: .*CONDITION", record.getMessage())
