"""Words of corpora and of other software, by the table that all parts share."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.docs import Meanings, meanings_of
from spacy_clinical.docs.assertion_vocabulary import (
    HEADER,
    NOT_ASSERTED,
    TABLE,
    VARIABLE,
    WEIGHTS,
    Vocabulary,
    fold,
    get_vocabulary,
    read_words,
)
from spacy_clinical.errors import StorageError

# What each system writes of a mention, and what it says by that.
SAID = {
    "i2b2 2010": [
        ([("assertion", "present")], "present"),
        ([("assertion", "absent")], "absent"),
        ([("assertion", "possible")], "possible"),
        ([("assertion", "conditional")], "hypothetical"),
        ([("assertion", "hypothetical")], "hypothetical"),
        ([("assertion", "associated_with_someone_else")], "family"),
    ],
    "i2b2 2012": [
        ([("Modality", "PROPOSED"), ("Polarity", "POS")], "hypothetical"),
        ([("Modality", "FACTUAL"), ("Polarity", "NEG")], "absent"),
        ([("Modality", "CONDITIONAL"), ("Polarity", "NEG")], "hypothetical absent"),
    ],
    "n2c2 2022": [
        ([("Negation", "NotNegated"), ("Certainty", "Certain"), ("Temporality", "Past")],
         "historical"),
        ([("Negation", "Negated"), ("Action", "Start"), ("Actor", "Patient")], "absent"),
        ([("StatusTimeVal", "none")], "absent"),
        ([("StatusTimeVal", "current")], "present"),
    ],
    "ShARe": [
        ([("Negation_Indicator", "yes"), ("Subject_Class", "family_member")], "absent family"),
        ([("Uncertainty_Indicator", "no"), ("Subject_Class", "patient"), ("Severity", "slight")],
         ""),
        ([("Subject_Class", "donor_other")], "family"),
    ],
    "brat": [
        ([("Negation", "")], "absent"),
        ([("Speculation", "")], "possible"),
        ([("Negated", ""), ("Historical", "")], "absent historical"),
        ([("NotPatient", "")], "family"),
        ([("Conditional", "")], "hypothetical"),
    ],
    "medspaCy": [
        ([("is_negated", "False"), ("is_uncertain", "True")], "possible"),
        ([("is_family", "True"), ("is_historical", "True")], "family historical"),
        ([("is_hypothetical", "False")], ""),
    ],
    "negspacy": [([("negex", "True")], "absent"), ([("negex", "False")], "")],
    "ConText": [
        ([("assertion", "DEFINITE_NEGATED_EXISTENCE")], "absent"),
        ([("assertion", "PROBABLE_NEGATED_EXISTENCE")], "possible"),
        ([("Experiencer", "Other"), ("Temporality", "Recent")], "family"),
    ],
    "EDS-NLP": [
        ([("negation", "true"), ("hypothesis", "false")], "absent"),
        ([("hypothesis", "HYP"), ("negation", "AFF")], "possible"),
        ([("history", "ATCD"), ("family", "PATIENT")], "historical"),
        ([("family", "FAMILY"), ("reported_speech", "true")], "family"),
    ],
    "MetaCAT": [
        ([("Presence", "Not present (False)"), ("Subject", "Patient")], "absent"),
        ([("Presence", "True"), ("Time", "Past"), ("Subject", "Family")], "family historical"),
        ([("Presence", "Hypothetical (N/A)"), ("Time", "Future")], "hypothetical"),
        ([("Status", "Affirmed"), ("Experiencer", "Patient")], "present"),
    ],
    "cTAKES": [
        ([("polarity", "-1"), ("historyOf", "1"), ("subject", "patient")], "absent historical"),
        ([("polarity", "1"), ("uncertainty", "0"), ("conditional", "false")], "present"),
        ([("polarity", "1.0"), ("generic", "true")], "hypothetical"),
    ],
    "Azure": [
        ([("certainty", "negativePossible")], "possible"),
        ([("association", "other"), ("temporality", "current")], "family"),
    ],
    "Google": [
        ([("certaintyAssessment", "SOMEWHAT_LIKELY")], "possible"),
        ([("temporalAssessment", "FAMILY_HISTORY"), ("certaintyAssessment", "LIKELY")], "family"),
    ],
    "Amazon": [([("PERTAINS_TO_FAMILY", ""), ("DIAGNOSIS", "")], "family")],
}  # fmt: skip
CASES = [(system, *row) for system, rows in SAID.items() for row in rows]


@pytest.mark.parametrize(("system", "pairs", "meaning"), CASES)
def test_what_systems_say(system: str, pairs: list[tuple[str, str]], meaning: str) -> None:
    found = meanings_of(pairs)
    assert found == Meanings(tuple(meaning.split()))
    assert found.is_asserted == NOT_ASSERTED.isdisjoint(found.values)
    assert found.main == meaning.partition(" ")[0]


@pytest.mark.parametrize(
    ("pair", "unknown"),
    [
        (("assertion", "meh"), "assertion=meh"),
        (("Polarity", "up"), "Polarity=up"),
        (("Status", "Other"), "Status=Other"),
        (("Negation", "sort of"), "Negation=sort of"),
        (("Perhapsy", ""), "Perhapsy"),
        (("perhapsy", "yes"), "perhapsy=yes"),
        (("assertion", "m" * 100), "assertion=" + "m" * 50),
    ],
)
def test_words_that_nobody_knows(pair: tuple[str, str], unknown: str) -> None:
    found = meanings_of([("assertion", "present"), pair])
    assert found == Meanings(("present",), (unknown,))
    assert not found.is_asserted


@pytest.mark.parametrize(
    "pair", [("dose", "mild"), ("severity", ""), ("DocTimeRel", "BEFORE"), ("result", "negative")]
)
def test_attributes_of_another_kind_say_nothing(pair: tuple[str, str]) -> None:
    assert meanings_of([pair]) == Meanings() and Meanings().is_asserted


def test_own_words_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own.tsv"
    rows = ("# ours", "\t".join(HEADER), "Aussage\tverneint\tabsent", "assertion\tpossible\t-")
    own.write_text("\n".join(rows), encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(own))
    assert meanings_of([("aussage", "Verneint")]).values == ("absent",)
    assert meanings_of([("Aussage", "bejaht")]).unknown == ("Aussage=bejaht",)
    assert meanings_of([("assertion", "possible")]) == Meanings()
    assert meanings_of([("assertion", "absent")]).values == ("absent",)
    monkeypatch.delenv(VARIABLE)
    assert meanings_of([("assertion", "possible")]).values == ("possible",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("assertion\tmaybe", "line 1: found 2 cells"),
        ("# one\nassertion\tmaybe\tperhaps", "line 2: found the meaning 'perhaps'"),
        ("assertion\tmaybe\t", "line 1: found the meaning ''"),
        (None, "no UTF-8 file"),
    ],
)
def test_tables_that_do_not_fit(tmp_path: Path, text: str | None, message: str) -> None:
    path = tmp_path / "words.tsv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(StorageError, match="SC109") as error:
        read_words(path)
    assert message in str(error.value)


def test_no_row_hides_another() -> None:
    rows = read_words(TABLE)
    words = [(fold(name), fold(value)) for name, value, _ in rows]
    assert sorted({word for word in words if words.count(word) > 1}) == []
    assert {x for _, _, meaning in rows for x in meaning.split()} == {*WEIGHTS, "-"}


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), max_size=4))
def test_whatever_is_said(pairs: list[tuple[str, str]]) -> None:
    found = meanings_of(pairs)
    assert list(found.values) == [value for value in WEIGHTS if value in found.values]
    assert "present" not in found.values or found.values == ("present",)
    assert meanings_of([*pairs, ("assertion", "absent")]).is_asserted is False


@given(st.sampled_from(read_words(TABLE)), st.sampled_from([str.upper, str.title, str.lower]))
def test_case_and_separators_do_not_count(row: tuple[str, str, str], change: object) -> None:
    name, value, _ = row
    vocabulary: Vocabulary = get_vocabulary()
    assert callable(change)
    for separator in "_- ":
        written = [change(word).replace(" ", separator) for word in (name, value)]
        assert vocabulary.means(*written) == vocabulary.means(name, value)
