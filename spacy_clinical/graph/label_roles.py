"""What a corpus's labels stand for: the one table that questions are answered by.

`ROLES` knows the labels of the sample corpus, n2c2 2018, BC5CDR, BioRED and ADE. For others write
a JSON file with the same keys; what it doesn't name stays as it is here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from ..errors import Errors, GraphError

DATED = "DATED"
Labels = frozenset[str]


@dataclass(frozen=True)
class Roles:
    """Entity and relation labels by what they stand for. The direction of relations is free.

    persons (Labels): Entities that name a person: left out of graphs.
    medications, conditions, procedures, dates, sites (Labels): Entities of these kinds.
    strength, dosage, route, frequency, form, duration (Labels): Relations of a medication with one
        of its details.
    treats (Labels): Relations of a medication or procedure with its reason.
    causes (Labels): Relations of a medication with its adverse effect.
    located (Labels): Relations of a condition with its site.
    since (Labels): Relations of anything with its date.
    """

    persons: Labels = frozenset({"PATIENT", "PERSON", "NAME", "DOCTOR"})
    medications: Labels = frozenset(
        {"MEDICATION", "DRUG", "Drug", "Medication", "Chemical", "CHEMICAL", "ChemicalEntity"}
    )
    conditions: Labels = frozenset(
        {
            "CONDITION", "SYMPTOM", "SIGN", "DISEASE", "Disease", "Condition", "Symptom", "Reason",
            "ADE", "Adverse-Effect", "DiseaseOrPhenotypicFeature", "Disease_disorder",
            "Sign_symptom",
        }
    )  # fmt: skip
    procedures: Labels = frozenset({"PROCEDURE", "Procedure", "Therapeutic_procedure"})
    dates: Labels = frozenset({"DATE", "Date"})
    sites: Labels = frozenset({"ANATOMY", "Anatomy", "Biological_structure"})
    strength: Labels = frozenset({"HAS_STRENGTH", "Strength-Drug"})
    dosage: Labels = frozenset({"HAS_DOSAGE", "Dosage-Drug"})
    route: Labels = frozenset({"HAS_ROUTE", "Route-Drug"})
    frequency: Labels = frozenset({"HAS_FREQUENCY", "Frequency-Drug"})
    form: Labels = frozenset({"HAS_FORM", "Form-Drug"})
    duration: Labels = frozenset({"HAS_DURATION", "Duration-Drug"})
    treats: Labels = frozenset({"TREATS", "Reason-Drug"})
    causes: Labels = frozenset({"CAUSES", "CID", "ADE-Drug"})
    located: Labels = frozenset({"LOCATED_AT"})
    since: Labels = frozenset({"SINCE", "STARTED_ON", DATED})

    @property
    def datable(self) -> Labels:
        """RETURNS (Labels): What a date in the same sentence may belong to."""
        return self.medications | self.conditions | self.procedures


DETAILS = ("strength", "dosage", "route", "frequency", "form", "duration")
ROLES = Roles()


def read_roles(path: Path) -> Roles:
    """Read a table of roles.

    path (Path): A JSON object of lists of labels.
    RETURNS (Roles): `ROLES` with what the file changes. Raises GraphError for anything else.
    """
    try:
        given = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise GraphError(Errors.SC654.format(path=path, what="it isn't JSON in UTF-8")) from None
    return replace(ROLES, **_labels(given, path))


def _labels(given: Any, path: Path) -> Mapping[str, Labels]:
    known = [field.name for field in fields(Roles)]
    if not isinstance(given, dict):
        raise GraphError(Errors.SC654.format(path=path, what="it isn't an object"))
    for key, value in given.items():
        if key not in known:
            what = f"the key '{key[:40]}' isn't one of {', '.join(known)}"
            raise GraphError(Errors.SC654.format(path=path, what=what))
        if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
            what = f"'{key}' isn't a list of labels"
            raise GraphError(Errors.SC654.format(path=path, what=what))
    return {key: frozenset(value) for key, value in given.items()}
