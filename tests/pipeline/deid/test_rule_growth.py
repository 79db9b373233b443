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


def test_a_long_list_of_names_is_found_whole() -> None:
    """However many names follow each other without a sign between, none of their words is left."""
    people = " ".join(["Maria Quelvane", "James Orrivett", "Ruth Tamsgill"] * 12)
    words = Words(f"Signed {people}.")
    found = rules("en").find(words)
    covered = {i for one in found for i in range(one.start, one.end)}
    assert {i for word in words.list[1:] for i in range(word.start, word.end)} <= covered


@pytest.mark.parametrize(("locale", "unit"), EACH)
def test_time_grows_as_the_text(locale: str, unit: str) -> None:
    assert growth(partial(make, unit), rules(locale).find, 4000) < 9
