"""Ages: those over 89 are hidden, all others stay as they are."""

import pytest

from spacy_clinical.deid.age_surrogates import hide_old, is_old


@pytest.mark.parametrize(
    ("age", "hidden"),
    [
        ("62", "62"),
        ("sixty-two", "sixty-two"),
        ("Eighty-nine", "Eighty-nine"),
        ("octogenarian", "octogenarian"),
        ("8 1/2", "8 1/2"),
        ("94 months", "94 months"),
        ("9-10", "9-10"),
        ("dreiundsechzig", "dreiundsechzig"),
        ("sesenta y dos", "sesenta y dos"),
        ("六十二", "六十二"),
        ("90", "90+"),
        ("ninety-four", "90+"),
        ("one hundred and two", "90+"),
        ("90-95", "90+"),
        ("ninety to ninety-five", "90+"),
        ("85-90", "85-90+"),
        ("94-year-old", "90+-year-old"),
        ("92 years 3 months", "90+ years 3 months"),
        ("late nineties", "late 90+"),
        ("vierundneunzig", "90+"),
        ("noventa y cuatro", "90+"),
        ("九十四", "90+"),
        ("一百零二", "90+"),
        ("一〇二", "90+"),
        ("九〇", "90+"),
        ("八〇", "八〇"),
        ("九四", "90+"),
        ("八九", "八九"),
        ("90s", "90+"),
        ("early 90's", "early 90+"),
        ("late 80s", "late 80s"),
        ("90- bis 95-jährige", "90+-jährige"),
        ("92 oder 93", "90+"),
        ("venerable", None),
    ],
)
def test_ages_over_89(age: str, hidden: str | None) -> None:
    assert hide_old(age) == hidden
    assert is_old(age) == (hidden != age)
