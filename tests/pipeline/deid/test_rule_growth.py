"""What the rules take grows as a text does, be that text of one letter, or nothing but names."""

from functools import cache, partial

import pytest

from spacy_clinical.pipeline.deid.locale_rules import DeidRules
from spacy_clinical.pipeline.deid.text_words import Words

from ...growth import growth

EACH = [
    ("en", "w"),
    ("en", "."),
    ("en", "L-"),
    ("en", "June "),
    ("en", "QV "),
    ("en", "Clinic "),
    ("en", "Record no. "),
    ("en", "Boris Vale, "),
    ("de", "K"),
    ("de", "Mai "),
    ("es", "u"),
    ("zh", "."),
]


@cache
def rules(locale: str) -> DeidRules:
    return DeidRules([locale])


def make(unit: str, size: int) -> Words:
    return Words("Seen by p.q@post.example " + unit * (size // len(unit)) + " Hauptstr. 4 end.")


@pytest.mark.parametrize(("locale", "unit"), EACH)
def test_time_grows_as_the_text(locale: str, unit: str) -> None:
    assert growth(partial(make, unit), rules(locale).find, 4000) < 9
