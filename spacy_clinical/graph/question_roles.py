"""What a corpus's labels stand for, where questions are asked of it.

`ROLES` has the labels of `docs/data/label_roles.tsv`, which exports go by too. For others write a
JSON file with the same keys; what it doesn't name stays as it is here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from ..docs import ENTITY, RELATION, labels_of
from ..errors import Errors, GraphError
from ..records import Entity, Record

DATED = "DATED"
BECAUSE = "BECAUSE"  # of a drug with what it was given up for, as the words beside it tell
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
    tests, values, allergens (Labels): Entities of these kinds.
    result (Labels): Relations of a value with its test.
    stopped (Labels): Relations of a drug with what it was given up for.
    """

    persons: Labels = field(default_factory=partial(labels_of, ENTITY, "person"))
    medications: Labels = field(default_factory=partial(labels_of, ENTITY, "medication"))
    conditions: Labels = field(default_factory=partial(labels_of, ENTITY, "condition", "symptom"))
    procedures: Labels = field(default_factory=partial(labels_of, ENTITY, "procedure"))
    dates: Labels = field(default_factory=partial(labels_of, ENTITY, "date"))
    sites: Labels = field(default_factory=partial(labels_of, ENTITY, "site"))
    strength: Labels = field(default_factory=partial(labels_of, RELATION, "strength"))
    dosage: Labels = field(default_factory=partial(labels_of, RELATION, "dosage"))
    route: Labels = field(default_factory=partial(labels_of, RELATION, "route"))
    frequency: Labels = field(default_factory=partial(labels_of, RELATION, "frequency"))
    form: Labels = field(default_factory=partial(labels_of, RELATION, "form"))
    duration: Labels = field(default_factory=partial(labels_of, RELATION, "duration"))
    treats: Labels = field(default_factory=partial(labels_of, RELATION, "treats"))
    causes: Labels = field(default_factory=partial(labels_of, RELATION, "causes"))
    located: Labels = field(default_factory=partial(labels_of, RELATION, "located"))
    since: Labels = field(default_factory=partial(labels_of, RELATION, "since"))
    tests: Labels = field(default_factory=partial(labels_of, ENTITY, "test"))
    values: Labels = field(default_factory=partial(labels_of, ENTITY, "value"))
    allergens: Labels = field(default_factory=partial(labels_of, ENTITY, "allergen"))
    result: Labels = field(default_factory=partial(labels_of, RELATION, "result"))
    stopped: Labels = field(default_factory=partial(labels_of, RELATION, "stopped"))

    @property
    def datable(self) -> Labels:
        """RETURNS (Labels): What a date in the same sentence may belong to."""
        return self.medications | self.conditions | self.procedures


DETAILS = ("strength", "dosage", "route", "frequency", "form", "duration")
ROLES = Roles()


def read_roles(path: Path | None) -> Roles:
    """Read a table of roles.

    path (Path | None): A JSON object of lists of labels; None for `ROLES`.
    RETURNS (Roles): `ROLES` with what the file changes. Raises GraphError for anything else.
    """
    if path is None:
        return ROLES
    try:
        given = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise GraphError(Errors.SC654.format(path=path, what="it isn't JSON in UTF-8")) from None
    return replace(ROLES, **_labels(given, path))


def _labels(given: Any, path: Path) -> Mapping[str, Labels]:
    known = [one.name for one in fields(Roles)]
    if not isinstance(given, dict):
        raise GraphError(Errors.SC654.format(path=path, what="it isn't an object"))
    for number, (key, value) in enumerate(given.items(), 1):
        if key not in known:  # its number only: of a wrong file it may be a note's words
            what = f"key number {number} isn't one of {', '.join(known)}"
            raise GraphError(Errors.SC654.format(path=path, what=what))
        if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
            what = f"'{key}' isn't a list of labels"
            raise GraphError(Errors.SC654.format(path=path, what=what))
    return {key: frozenset(value) for key, value in given.items()}


def treated_by(record: Record, roles: Roles) -> dict[str, Entity]:
    """RETURNS (dict[str, Entity]): What is treated, by its id, to the drug that a note gives for
    it."""
    by_id = {e.id: e for e in record.entities}
    found = {}
    for relation in record.relations:
        for a, b in ((relation.head, relation.tail), (relation.tail, relation.head)):
            if relation.label in roles.treats and by_id[a].label in roles.medications:
                found[b] = by_id[a]
    return found
