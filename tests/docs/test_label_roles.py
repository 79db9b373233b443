"""What labels stand for: one table for exports and questions."""

import pytest

from spacy_clinical.docs import ENTITY, RELATION, labels_of, role_of
from spacy_clinical.docs.label_roles import TABLE
from spacy_clinical.graph import ROLES


@pytest.mark.parametrize(
    ("kind", "label", "role"),
    [
        (ENTITY, "PROBLEM", "condition"),
        (ENTITY, "problem", "condition"),
        (ENTITY, "body site", "site"),
        (ENTITY, "Lab-Value", "value"),
        (ENTITY, "HAS_ROUTE", ""),
        (ENTITY, "WIDGET", ""),
        (RELATION, "has-route", "route"),
        (RELATION, "Strength-Drug", "strength"),
    ],
)
def test_roles(kind: str, label: str, role: str) -> None:
    assert role_of(kind, label) == role
    assert (label in labels_of(kind, role)) == bool(role) or " " in label


def test_the_graph_knows_what_exports_know() -> None:
    assert {"PROBLEM", "Problem", "DISEASE", "Sign_symptom"} <= ROLES.conditions
    assert {"DRUG", "Chemical"} <= ROLES.medications
    assert ROLES.strength >= {"HAS_STRENGTH", "Strength-Drug"}
    assert not ROLES.conditions & ROLES.medications


def test_no_label_has_two_roles() -> None:
    rows = [row.split("\t") for row in TABLE.read_text().splitlines() if row[0] != "#"][1:]
    assert {len(row) for row in rows} == {3}
    for kind, label, role in rows:
        assert role_of(kind, label) == role
