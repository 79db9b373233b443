"""Values that are no results leave as none: aims, and what orders wait for."""

from typing import Any

import pytest
import spacy

from spacy_clinical.docs import to_doc
from spacy_clinical.exports.document_facts import read_facts
from spacy_clinical.exports.fhir_mapping import FhirMapping
from spacy_clinical.exports.mapping_tables import Mappings

from ..marked_notes import note
from .conftest import SETTINGS

VALUES = ("5.9", "4.1", "< 50", "below 4")


def observations(marked: str) -> tuple[list[str], dict[str, int]]:
    """The values of the tests that leave, None for none; and what is left out."""
    pairs = [(v, "RESULT_OF", "zinkate") for v in VALUES if f" {v}}}" in marked]
    doc = to_doc(note(marked, *pairs), spacy.blank("en").make_doc)
    drafts, left_out = FhirMapping(Mappings()).resources(read_facts(doc, SETTINGS))
    told: list[Any] = [
        [fact.text for fact in draft.added.get("value", [])]
        for (kind, _), draft in drafts.items()
        if kind == "Observation"
    ]
    return told, dict(left_out)


@pytest.mark.parametrize(
    "marked",
    [
        "Goal {t zinkate} {v < 50}.",
        "Keep {t zinkate} {v below 4}.",
        "Targets: {t zinkate} {v 5.9}.",
        "{t zinkate} {v 5.9} is our target.",
        "Hold {m metazine} for {t zinkate} {v < 50}.",
        "Call the ward if {t zinkate} {v < 50}.",
        "Give {m metazine} when {t zinkate} is {v below 4}.",
        "Parameters: stop the drip for {t zinkate} {v < 50}.",
    ],
)
def test_no_results(marked: str) -> None:
    told, left_out = observations(marked)
    assert told == []
    assert left_out["values that are aimed at or waited for: no Observation"] == 1


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Goal {t zinkate} {v 5.9}, today {v 4.1}.", [["4.1"]]),
        ("{t zinkate} {v < 50}.", [["< 50"]]),
        ("{t zinkate} at goal, {v 5.9}.", [["5.9"]]),
        ("{m metazine} was held for {t zinkate} {v < 50}.", [["< 50"]]),
        ("Hold {m metazine} for {t zinkate} {v 5.9}.", [["5.9"]]),
        ("Hold {m metazine}. {t zinkate} {v < 50}.", [["< 50"]]),
        ("Call if fever; {t zinkate} {v < 50}.", [["< 50"]]),
        ("{t zinkate} was repeated.", [[]]),
    ],
)
def test_results(marked: str, expected: list[list[str]]) -> None:
    told, left_out = observations(marked)
    assert told == expected
    assert left_out.get("values that are aimed at or waited for: no Observation", 0) == (
        "Goal" in marked
    )
