"""The component: what it stores, what it knows of the person, how it is saved."""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.docs import set_mentions
from spacy_clinical.docs.phi import Identifier, get_identifiers, set_identifiers, set_meta

NOTE = "Fenwright (MRN 0048-12-276) has asthma. SMITH,JOHN on 14MAR22."


def pipeline(**config: object) -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_deid", config=dict(config))
    return nlp


def words(doc: Doc) -> list[tuple[str, str]]:
    return [(doc.text[i.start : i.end], i.label) for i in get_identifiers(doc)]


def test_identifiers_are_a_group_and_no_entities() -> None:
    doc = pipeline()(NOTE)
    assert words(doc) == [("0048-12-276", "MRN"), ("SMITH,JOHN", "NAME"), ("14MAR22", "DATE")]
    assert not doc.ents
    group = doc.spans["phi"]
    assert len(group.attrs["scores"]) == len(group.attrs["sources"]) == len(group) == 3
    assert all(0 < score <= 1 for score in group.attrs["scores"])


def test_characters_may_lie_inside_tokens() -> None:
    nlp = spacy.blank("en")
    doc = Doc(nlp.vocab, words=["x14MAR22y"], spaces=[False])
    set_identifiers(doc, [get_identifiers(pipeline()("14MAR22"))[0]._replace(start=1, end=8)])
    assert doc.spans["phi"][0].text == "x14MAR22y"
    assert get_identifiers(Doc(nlp.vocab).from_bytes(doc.to_bytes()))[0][:2] == (1, 8)


def test_what_is_known_is_found_whatever_it_looks_like() -> None:
    nlp = pipeline()
    doc = nlp.make_doc("quorvex may sleep; May quorvex, file 00 48-12276, sees 7 Elm.")
    set_meta(doc, {"patient_name": "May Quorvex", "mrn": "00-4812276", "color": "sees"})
    for _, pipe in nlp.pipeline:
        doc = pipe(doc)
    assert words(doc) == [
        ("quorvex", "PATIENT"),
        ("May quorvex", "PATIENT"),
        ("00 48-12276", "MRN"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "text", "found"),
    [
        ("phone", "208-555-2133", "Ring (208) 555-2133 now", "208) 555-2133"),
        ("telephone", "2085552133", "Ring 208 555 21 33 now", "208 555 21 33"),
        ("phone", "208-555-2133", "Ring 555.2133 now", "555.2133"),
        ("mobile", "+49 30 1234567", "Ring 030/123 45 67 now", "030/123 45 67"),
        ("fax", "020 7946 0321", "Ring +44 20 7946 0321 now", "20 7946 0321"),
        ("mrn", "KQ-771204", "See scan_kq_771204_2.pdf there", "kq_771204"),
        ("mrn", "0044718", "See no 44718 there", "44718"),
    ],
)
def test_known_codes_whatever_signs_are_between(
    field: str, value: str, text: str, found: str
) -> None:
    nlp = pipeline(rules=None)
    doc = nlp.make_doc(text)
    set_meta(doc, {field: value})
    one, *others = get_identifiers(nlp.get_pipe("clinical_deid")(doc))
    assert text[one.start : one.end] == found and not others


def test_a_code_is_found_again_with_other_signs_in_it() -> None:
    nlp = pipeline()
    doc = nlp("MRN: 48-12276 was given. The label says 4812276, the scan x_48_12276.pdf.")
    assert [word for word, _ in words(doc)] == ["48-12276", "4812276", "48_12276"]
    assert [word for word, _ in words(nlp("MRN: 12345 was given. Iron 123.45."))] == ["12345"]


def test_meta_of_a_stored_note_is_known_too() -> None:
    nlp = pipeline()
    doc = nlp.make_doc("Quorvex slept.")
    set_mentions(doc, [])
    doc.spans["clinical"].attrs["doc"] = {"id": "n", "meta": {"last_name": "Quorvex"}}
    assert words(nlp.get_pipe("clinical_deid")(doc)) == [("Quorvex", "PATIENT")]


def test_saved_with_the_tables_of_a_user(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "names.tsv").write_text("Quorvex\ts\n", encoding="utf-8")
    nlp = pipeline(
        rules={"@misc": "spacy-clinical.DeidRules.v1", "locales": ["en"], "tables": str(tables)}
    )
    nlp.to_disk(tmp_path / "model")
    (tables / "names.tsv").unlink()
    tables.rmdir()
    assert words(spacy.load(tmp_path / "model")("Quorvex slept.")) == [("Quorvex", "NAME")]
    loaded = pipeline(rules={"@misc": "spacy-clinical.DeidRules.v1", "locales": ["en"]})
    assert words(loaded.from_bytes(nlp.to_bytes())("Quorvex slept.")) == [("Quorvex", "NAME")]


def test_the_same_alone_and_in_a_batch() -> None:
    nlp, texts = pipeline(), [NOTE, "", "Dr. Helga Brandt called."]
    assert [words(doc) for doc in nlp.pipe(texts)] == [words(nlp(text)) for text in texts]


def test_what_is_known_is_found_without_rules_too() -> None:
    nlp = pipeline(rules=None)
    doc = nlp.make_doc("Quorvex ate. Dr. Brandt left.")
    set_meta(doc, {"Last_Name": "Quorvex"})
    assert words(nlp.get_pipe("clinical_deid")(doc)) == [("Quorvex", "PATIENT")]


def test_what_a_model_found_once_is_found_again_without_rules() -> None:
    nlp = pipeline(rules=None)
    finder = nlp.get_pipe("clinical_deid").finder  # type: ignore[attr-defined]
    doc = nlp.make_doc("Quorvex ate; quorvex slept.")
    seen = [Identifier(0, 7, "NAME", 0.9, "model")]
    assert [one[:2] for one in finder.find(doc, seen)] == [(0, 7), (13, 20)]
