"""Surrogates: one a value and patient, written like the original, the same after an upgrade."""

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Span

import spacy_clinical.deid
from spacy_clinical.deid import Policy, Surrogates
from spacy_clinical.deid.code_surrogates import replace_code
from spacy_clinical.deid.date_shifting import DateShifter, offset_of
from spacy_clinical.deid.deidentify import calendars, deidentify, patient_of
from spacy_clinical.deid.name_surrogates import PersonNames
from spacy_clinical.deid.place_surrogates import replace_place
from spacy_clinical.deid.replacements import Replacements
from spacy_clinical.deid.surrogate_lists import names, places
from spacy_clinical.docs.phi import get_meta, set_meta
from spacy_clinical.errors import DeidError
from spacy_clinical.pipeline.deid.check_digits import CHECKS

from ..growth import growth

KEY = Surrogates.keyed(b"a key of a test, 16 bytes or more")
DATA = Path(spacy_clinical.deid.__file__).parent / "data"


def person(*written: str) -> PersonNames:
    return PersonNames(KEY, "p1", written)


def test_one_person_however_it_is_written() -> None:
    named = person("Ruth Okafor")
    first, last = named.replace("Ruth Okafor").split()
    assert named.replace("RUTH OKAFOR") == f"{first} {last}".upper()
    assert named.replace("Okafor, Ruth") == f"{last}, {first}"
    assert named.replace("ruth") == first.lower()
    assert named.replace("R. Okafor") == f"{first[0]}. {last}"
    assert named.replace("Ruth’s") in (f"{first}’s", f"{first}'s")
    assert names().kinds[first.lower()] == "f"
    assert {first, last}.isdisjoint({"Ruth", "Okafor"})


def test_another_patient_or_key_gives_others() -> None:
    values = ["Ruth", "Walter", "Okafor", "Brandt", "Delgado", "Kessler"]
    given_names = [
        [PersonNames(s, p, ()).replace(v) for v in values]
        for s, p in ((KEY, "p1"), (KEY, "p2"), (Surrogates.keyed(b"another key of 16 bytes"), "p1"))
    ]
    assert len({tuple(row) for row in given_names}) == 3


def test_the_lists_are_what_they_were() -> None:
    """An edited list would give the same key other names after an upgrade."""
    digests = {
        path.name: hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
        for path in sorted(DATA.glob("*_v1.tsv"))
    }
    assert digests == {"names_v1.tsv": "99d4da2f08e33916", "places_v1.tsv": "aab46ea676a23dd9"}
    assert person().replace("Ruth Okafor") == "Beatrice Wilkinson"


def test_the_same_key_gives_what_it_gave() -> None:
    """Another version that gives others would part the notes of one patient."""
    assert replace_code(KEY, "p1", "MRN", "KQ-771204") == "HV-923893"
    assert replace_place(KEY, "p1", "CITY", "Boise") == "Ashgrove"
    assert (offset_of(KEY, "p1"), offset_of(KEY, "p1", weeks=True)) == (292, 308)
    doc = spacy.blank("en")("Ruth Okafor")
    doc.spans["phi"] = [Span(doc, 0, 2, "PATIENT")]
    set_meta(doc, {"Person": "KQ 12"})
    patient = patient_of(get_meta(doc), "person")
    assert patient == "kq12"
    assert deidentify(doc, "i2b2", KEY, patient=patient).text == "Chloe Holcomb"


@pytest.mark.parametrize(
    ("text", "days", "expected"),
    [
        ("14MAR22", 3, "17MAR22"),
        ("Tues 8/2", 3, "Fri 8/5"),
        ("May 3, 2021", 30, "June 2, 2021"),
        ("Sept. 9th, 2020", -8, "Sept. 1st, 2020"),
        ("2021-12-30", 3, "2022-01-02"),
        ("02/28/2020", 2, "03/01/2020"),
        ("the summer of 2015", 200, "the winter of 2016"),
        ("October", 40, "November"),
        ("10/2018", 30, "11/2018"),
        ("3. Februar 2028", 1, "4. Februar 2028"),
        ("12 de marzo de 2016", -12, "29 de febrero de 2016"),
        ("2021年3月5日", 30, "2021年4月4日"),
        ("June 2-5", 3, "June 5-8"),
        ("June 2nd to 5th, 2020", 3, "June 5th to 8th, 2020"),
        ("May 28th to 30th", 1, "May 29th to 31st"),
        ("June 25-28", 4, None),
        ("the ninth of April", 3, None),
        ("Oct/14/17", 20, "Nov/03/17"),
        ("Thanksgiving", 3, None),
        ("2/30/2021", 3, None),
        ("soon", 3, None),
    ],
)
def test_dates_keep_form_and_precision(text: str, days: int, expected: str | None) -> None:
    assert DateShifter(calendars(), days, ["January 5, 2021", "1/2/2021"]).shift(text) == expected


def test_a_date_that_shows_an_age_over_89_is_masked() -> None:
    shifter = DateShifter(calendars(), 3, ["May 3, 2021"])
    assert shifter.shift("07/14/1931") is None
    assert shifter.shift("07/14/1932") == "07/17/1932"


@settings(max_examples=40, deadline=None)
@given(
    st.dates(date(1990, 1, 1), date(2029, 1, 1)),
    st.dates(date(1990, 1, 1), date(2029, 1, 1)),
    st.integers(-365, 365).filter(bool),
    st.sampled_from(["%m/%d/%Y", "%Y-%m-%d", "%B %d, %Y", "%d %b %Y", "%d.%m.%Y", "%d%b%y"]),
)
def test_intervals_are_kept_to_the_day(first: date, second: date, days: int, form: str) -> None:
    shifter = DateShifter(calendars(), days, ["1/2/2050"])
    moved = []
    for day in (first, second):
        new = shifter.shift(day.strftime(form))
        assert new is not None
        read = shifter.read(new)
        assert read is not None and read.year and read.month and read.day
        moved.append(date(read.year, read.month, read.day))
        assert new != day.strftime(form)
    assert moved[1] - moved[0] == second - first


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=12))
def test_offsets_are_never_none(patient: str) -> None:
    assert 1 <= abs(offset_of(KEY, patient)) <= 365
    weeks = offset_of(KEY, patient, weeks=True)
    assert weeks and weeks % 7 == 0 and abs(weeks) <= 364


@settings(max_examples=60, deadline=None)
@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 ./-]{0,14}[A-Za-z0-9]", fullmatch=True))
def test_codes_keep_length_and_classes(code: str) -> None:
    new = replace_code(KEY, "p1", "MRN", code)
    assert new != code and len(new) == len(code)
    for old_sign, sign in zip(code, new, strict=True):
        assert old_sign.isdigit() == sign.isdigit()
        assert old_sign.isupper() == sign.isupper()
        assert old_sign.isalnum() or old_sign == sign
    bare = replace_code(KEY, "p1", "MRN", code.replace("-", ""))
    assert [s for s in new if s.isalnum()] == [s for s in bare if s.isalnum()]


@pytest.mark.parametrize(
    ("label", "code", "check"),
    [
        ("ACCOUNT", "4111 1111 1111 1111", "luhn"),
        ("ID", "943 476 5919", "nhs"),
        ("ID", "11010519491231002X", "zh_id"),
    ],
)
def test_check_digits_are_redone(label: str, code: str, check: str) -> None:
    new = replace_code(KEY, "p1", label, code)
    assert new != code and CHECKS[check](new)


def test_numbers_that_are_given_to_nobody() -> None:
    assert replace_code(KEY, "p1", "SSN", "219-09-9999").startswith("9")
    new = replace_code(KEY, "p1", "PHONE", "(503) 867-5309")
    assert new[6:9] == "555" and new[10:12] == "01"
    assert replace_code(KEY, "p1", "PHONE", "+44 20 7946 0321").startswith("+44 ")


def test_places_keep_their_own_words_of_kind() -> None:
    new = replace_place(KEY, "p1", "HOSPITAL", "Lakewood Memorial Hospital")
    assert new.endswith(" Memorial Hospital") and "Lakewood" not in new
    street = replace_place(KEY, "p1", "STREET", "1184 Larkspur Lane Apt 3B")
    assert " Lane Apt " in street and "Larkspur" not in street and len(street.split()[0]) == 4
    assert replace_place(KEY, "p1", "HOSPITAL", "江城市中心医院").endswith("医院")


def test_a_vault_gives_the_same_later_and_is_private(tmp_path: Path) -> None:
    vault = tmp_path / "vault.jsonl"
    first = PersonNames(Surrogates.random(vault), "p1", ()).replace("Ruth Okafor")
    assert PersonNames(Surrogates.random(vault), "p1", ()).replace("Ruth Okafor") == first
    assert vault.stat().st_mode & 0o777 == 0o600
    assert all(len(json.loads(line)) == 4 for line in vault.read_text().splitlines())
    other = Surrogates.random(tmp_path / "other.jsonl")
    drawn = {PersonNames(other, str(i), ()).replace("Ruth Okafor") for i in range(5)}
    assert len(drawn) > 1


def test_bad_keys_and_vaults_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DeidError, match="SC905"):
        Surrogates.keyed(b"short")
    with pytest.raises(DeidError, match="SC907"):
        Surrogates.keyed(tmp_path / "gone")
    for content in ("not a vault", '["a"]\n[', '[{"a": 1}]', "{}\n", "\n\n"):
        (tmp_path / "v").write_text(content)
        with pytest.raises(DeidError, match="SC906"):
            Surrogates.random(tmp_path / "v")
        assert (tmp_path / "v").read_text() == content


@pytest.mark.parametrize("lost", [1, 2, 20, 60])
def test_a_vault_whose_last_row_was_cut(lost: int, tmp_path: Path) -> None:
    vault = tmp_path / "vault.jsonl"
    known = Surrogates.random(vault)
    first = [known.seed("p1", "name", value) for value in ("a", "b")]
    whole = vault.read_bytes()
    vault.write_bytes(whole[:-lost])
    again = Surrogates.random(vault)
    assert again.seed("p1", "name", "a") == first[0]
    assert (again.seed("p1", "name", "b") == first[1]) == (lost == 1)
    assert Surrogates.random(vault).seed("p1", "name", "b") == again.seed("p1", "name", "b")
    assert len(vault.read_bytes()) == len(whole)


def test_small_words_of_names_stay_in_longer_names_only() -> None:
    named = person()
    assert named.replace("Ada von der Quorvex").split()[1:3] == ["von", "der"]
    for name in ("Le", "Van", "le", "Van Quorvex"):
        assert named.replace(name).split()[0].lower() != name.split()[0].lower()


def test_one_surrogate_however_a_name_or_code_is_composed() -> None:
    named = person()
    one = named.replace("Renée O'Dell")
    assert named.replace("Rene\u0301e O'De\u00adll") == one == named.replace("Renée O\u02bcDell")
    assert replace_place(KEY, "p1", "CITY", "Alme\u0301ria") == replace_place(
        KEY, "p1", "CITY", "Alméria"
    )
    assert replace_code(KEY, "p1", "MRN", "KQ-77") == replace_code(KEY, "p1", "ID", "KQ-77")


def test_codes_with_signs_that_are_no_digits() -> None:
    assert len(replace_code(KEY, "p1", "SSN", "²19-09-9999")) == 11


def test_what_would_be_the_original_becomes_its_label() -> None:
    given_up = Replacements(Policy.load("i2b2"), KEY, "p1", calendars(), [])
    for label, text in (
        ("HOSPITAL", "University Hospital"),
        ("DATE", "Christmas 2020"),
        ("DATE", "Thanksgiving"),
        ("NAME", "007"),
    ):
        assert given_up.replace(label, text) == (f"[{label}]", "label")
    assert given_up.replace("AGE", "62") == ("62", "age90")
    pool = places()["profession"]
    assert all(given_up.replace("PROFESSION", word)[0] != word for word in pool)


@pytest.mark.parametrize(
    ("text", "year"),
    [("3/4/45", 1945), ("3/4/21", 2021), ("3/4/23", 2023), ("3/4/24", 1924), ("3/4/1938", 1938)],
)
def test_two_digits_of_a_year(text: str, year: int) -> None:
    read = DateShifter(calendars(), 3, ["May 3, 2021"]).read(text)
    assert read is not None and read.year == year


def test_birth_years_say_nothing_of_the_note() -> None:
    alone = DateShifter(calendars(), 3, ["07/14/1931"], ["07/14/1931"])
    assert alone.shift("07/14/1931") is None
    assert DateShifter(calendars(), 3, ["07/14/1931"]).shift("07/14/1931") is None
    dated = DateShifter(calendars(), 3, ["May 3, 2021", "5/6/22"], ["5/6/22"])
    assert dated.shift("5/6/22") is None and dated.shift("07/14/1935") == "07/17/1935"


def test_years_take_time_by_the_number_of_dates() -> None:
    def dates(n: int) -> tuple[Replacements, list[str]]:
        texts = [f"{i % 12 + 1}/{i % 28 + 1}/{1990 + i % 30}" for i in range(n)]
        found = [("DATE", text) for text in texts]
        return Replacements(Policy.load("hipaa"), None, "p1", calendars(), found), texts

    def run(made: tuple[Replacements, list[str]]) -> None:
        assert made[0].replace("DATE", made[1][0]) == ("1990", "year")
        for text in made[1]:
            made[0].replace("DATE", text)

    assert growth(dates, run, 100) < 8
