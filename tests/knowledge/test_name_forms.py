"""Forms of names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.knowledge.name_forms import (
    find_initials,
    fold,
    hash_name,
    name_key,
    read_acronym,
)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Type-2  Diabetes", "type 2 diabetes"),
        ("Ménière's disease", "meniere s disease"),
        ("IL-2(+)", "il 2"),
        ("+++", ""),
        ("ﬁbrosis", "fibrosis"),
    ],
)
def test_fold(name: str, folded: str) -> None:
    assert fold(name) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cancer of the breast", "Breast cancers"),
        ("type II diabetes", "diabetes, type 2"),
        ("Parkinson's disease", "Parkinson disease"),
        ("anaemia", "Anemia"),
        ("oesophageal oedema", "esophageal edema"),
        ("allergies", "allergy"),
        ("masses", "mass"),
        ("Fracture, unspecified", "fracture"),
        ("type IIb", "type 2B"),
        ("IL2", "IL-2"),
        ("COVID19", "COVID-19"),
    ],
)
def test_same_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mitosis", "mitosi"),
        ("virus", "viru"),
        ("type 1", "type 2"),
        ("", "a"),
        ("type 2a", "type 2"),
        ("type IIa", "type II"),
        ("protein S", "protein"),
    ],
)
def test_other_key(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("text", "name", "same"),
    [
        ("COPD", "Chronic obstructive pulmonary disease", True),
        ("DVTs", "deep-vein thrombosis", True),
        ("vWD", "disease of von Willebrand", False),
        ("vWD", "von Willebrand's disease", True),
        ("ITP", "idiopathic thrombocytopenia of the pregnant", True),
        ("pain", "peripheral arterial ischemia, new", False),
        ("MI", "myocardial infarction", False),
        ("C3A", "complement 3 a", False),
    ],
)
def test_initials(text: str, name: str, same: bool) -> None:
    assert (read_acronym(text) == find_initials(name) != "") == same


@given(st.text())
def test_forms_settle(name: str) -> None:
    assert fold(fold(name)) == fold(name)
    assert 0 <= hash_name(fold(name)) < 2**64
    assert bool(name_key(name)) == bool(fold(name.replace("'s", "").replace("\u2019s", "")))
