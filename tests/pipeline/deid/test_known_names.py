"""Names that are known, beside words that look like them."""

import pytest

from spacy_clinical.deid.deidentify import patient_of
from spacy_clinical.deid.leak_search import SecondSearch
from spacy_clinical.pipeline.deid.known_person import ELSEWHERE, FoundElsewhere, make_known_person
from spacy_clinical.pipeline.deid.locale_rules import DeidRules
from spacy_clinical.pipeline.deid.text_words import Words

RULES = DeidRules(["en"])


def found(name: str, text: str) -> list[str]:
    """What of a text is the patient of this name, overlaps aside."""
    words = Words(text)
    known = make_known_person().find(words, {"patient_name": name}, RULES.lexicon)
    return [text[f.start : f.end] for f in RULES.find(words, known) if f.source == "known"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("No", "No edema. There is no rash. NO WHEEZE. Bed No. 12, wheeze No", []),
        ("No", "Mr. No came with her. Spoke with No today.", ["No", "No"]),
        ("Not", "Not in pain, not pale. NOT SEEN.", []),
        ("Never", "Never smoked; never drank", []),
        ("Will", "He will rest. PATIENT WILL REST. Later Will slept.", ["Will"]),
        ("WILL", "she will rest; WILL REST; Later Will slept", ["Will"]),
        ("Long", "a long stay, LONG HISTORY; Ms. Long ate", ["Long"]),
        ("Ng", "5 ng by NG tube. Later Ng slept.", ["Ng"]),
        ("Thi No", "Thi No came. thi no longer eats.\nNo edema", ["Thi No"]),
        ("May Quorvex", "MAY QUORVEX, may quorvex; she may", ["MAY QUORVEX", "may quorvex"]),
        ("May No", "may no longer walk", []),
        ("Quorvex", "quorvex and QUORVEX and quorvexes", ["quorvex", "QUORVEX"]),
        ("Le", "a la mode, Le slept", ["Le"]),
        ("Ada von Quorvex", "von hier, Quorvex", ["Quorvex"]),
        ("陈晓东", "患者陈晓东好转", ["陈晓东"]),
    ],
)
def test_a_name_is_no_ordinary_word(name: str, text: str, expected: list[str]) -> None:
    assert found(name, text) == expected


@pytest.mark.parametrize(
    "text", ["Rene\u0301e Qu\u00adorvex", "RENÉE QUOR\u200bVEX", "Renée Quorvex"]
)
@pytest.mark.parametrize("name", ["Renée Quorvex", "Rene\u0301e Quorvex"])
def test_one_name_in_several_spellings(name: str, text: str) -> None:
    assert found(name, f"Then {text} ate.") == [text]


def test_marks_and_unseen_characters_are_in_words() -> None:
    words = Words("Zoe\u0308, cough\u00ading, O\u2019Dell, Ana\u2011Mae")
    assert [word.lower for word in words.list] == ["zoë", "coughing", "o'dell", "ana-mae"]


def test_a_city_that_is_a_word() -> None:
    words = Words("She was reading long in Long.")
    known = make_known_person().find(words, {"city": "Long"}, RULES.lexicon)
    assert [words.text[f.start : f.end] for f in known] == ["Long"]


def test_the_second_search_agrees() -> None:
    search = SecondSearch.of(["en"])
    text = "No edema, no rash. She will rest, PATIENT WILL REST. Never smoked."
    assert not search.find(text, [("PATIENT", "No"), ("PATIENT", "Will"), ("NAME", "Never")])
    assert [x.start for x in search.find("Later Will ate.", [("PATIENT", "Will")])] == [6]
    assert [x.rule for x in search.find("Qu\u00adorvex ate", [("NAME", "Quorvex")])] == [
        "known:NAME"
    ]


def test_meta_values_are_texts() -> None:
    known = make_known_person()
    meta = {
        "MRN": 48812.0,
        "Name": float("nan"),
        "contact": ["Ada", {"last": "Quorvex"}],
        "dob": None,
    }
    assert known.values(meta) == [("MRN", "48812"), ("NAME", "Ada"), ("NAME", "Quorvex")]


@pytest.mark.parametrize(
    ("field", "value", "text", "expected"),
    [
        ("physician", "abc12", "Seen by abc12, not abc121.", ["abc12"]),
        ("patient_name", "889977", "Patient 889977 came.", ["889977"]),
        ("mrn", "ABCDQ", "AB-CDQ, ABC DQ, abcdq", ["AB-CDQ", "ABC DQ", "abcdq"]),
        ("mrn", "QXZB", "see qxzb", ["qxzb"]),
        ("mrn", "0001234", "no. 1234, CRP 12.34, 000-1234", ["1234", "000-1234"]),
        ("patient_id", "Will", "She will rest. Later Will ate.", ["Will"]),
        ("patient_id", "PT", "pt has pain", []),
    ],
)
def test_values_without_a_word_or_a_digit(
    field: str, value: str, text: str, expected: list[str]
) -> None:
    known = make_known_person()
    found = known.find(Words(text), {field: value}, RULES.lexicon)
    assert [text[f.start : f.end] for f in found] == expected
    left = SecondSearch.of(["en"]).find(text, known.values({field: value}))
    assert [text[x.start : x.end] for x in left] == expected


def test_only_names_and_codes_are_taken_from_other_notes() -> None:
    found = FoundElsewhere({"NAME": ["Quandt"], "MRN": ["KQ-12"], "asthma of": ["fever"]})
    known = make_known_person()
    assert known.values({ELSEWHERE: found}) == [("NAME", "Quandt"), ("MRN", "KQ-12")]
    assert known.values({ELSEWHERE: dict(found)}) == []


def test_what_a_fhir_element_says_of_itself_is_no_value() -> None:
    name = {"use": "official", "family": "Quandt", "given": ["Ada"], "prefix": ["Mrs."], "id": "n"}
    number = {"use": "usual", "type": {"text": "MR"}, "system": "urn:x", "value": "KQ-12"}
    meta = {"name": name, "mrn": number, "patient_id": {"id": "p-77"}}
    assert make_known_person().values(meta) == [
        ("PATIENT", "Quandt"),
        ("PATIENT", "Ada"),
        ("MRN", "KQ-12"),
        ("ID", "p-77"),
    ]
    person = {"patient_id": {"id": "p-77", "site": "B 4"}}
    assert make_known_person().values(person) == [("ID", "p-77"), ("ID", "B 4")]
    assert patient_of({"mrn": number}, "mrn") == "kq12"
