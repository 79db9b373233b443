"""The names in a terminology's name."""

import time

import pytest

from spacy_clinical.knowledge.name_variants import find_variants, split_tag


@pytest.mark.parametrize(
    "name, found",
    [
        ("GERD - Gastro-esophageal reflux disease",
         ["GERD", "Gastro-esophageal reflux disease", "Gastroesophageal reflux disease"]),
        ("Cardio-vascular collapse", ["Cardiovascular collapse"]),
        ("gastro-oesophageal reflux", ["gastroesophageal reflux"]),
        ("Anti-O-antibody, no-flow, pro-BNP", []),
        ("Deep vein thrombosis (DVT)", ["Deep vein thrombosis", "DVT"]),
        ("Hb (haemoglobin)", ["Hb", "haemoglobin"]),
        ("T2DM \u2013 Type 2 diabetes mellitus", ["T2DM", "Type 2 diabetes mellitus"]),
        ("Closed fracture(s) of wrist (disorder)",
         ["Closed fracture(s) of wrist", "Closed fracture of wrist"]),
        ("Bell's (facial) palsy", ["Bell's palsy"]),
        ("Bronchitis, unspecified  organism", ["Bronchitis"]),
        ("Heart failure, unspecified", ["Heart failure"]),
        # what the brackets hold tells it from others
        ("Hepatitis (viral)", []),
        ("Giant (malignant) condyloma", []),
        ("2-(2-aminoethyl) indole", []),
        # not the abbreviation of all of it
        ("CA - cancer of uterus", []),
        ("OA - Osteoarthritis of knee", []),
        ("Type 2 - with coma", []),
        ("Fracture of unspecified part of neck", []),
        ("unspecified", []),
        ("", []),
    ],
)  # fmt: skip
def test_variants(name: str, found: list[str]) -> None:
    assert find_variants(name) == found


def test_semantic_tags() -> None:
    assert split_tag("Chest pain (finding)") == ("Chest pain", "finding")
    assert split_tag("Chest pain (left)") == ("Chest pain (left)", "")
    assert split_tag("(finding)") == ("(finding)", "")


@pytest.mark.parametrize("part", [" (", "(s)", " (a", " - ", ", unspecified ", "A b", "("])
def test_a_long_name_takes_no_long_time(part: str) -> None:
    begin = time.process_time()
    for name in (part * 20_000, f"A{part * 20_000}", "ABCDEFGH - " + "abcdefgh " * 20_000):
        find_variants(name)
    assert time.process_time() - begin < 2
