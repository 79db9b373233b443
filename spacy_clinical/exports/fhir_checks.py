"""Rules of FHIR R4 that `fhir.resources` lets pass: ids, value sets, references, dates.

hl7.org/fhir/R4: datatypes.html (id, decimal, code, dateTime, instant), and of each resource the
required bindings and invariants that are named beside them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from .fhir_codes import TERMINOLOGY

Resource = Mapping[str, Any]
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
CODE = re.compile(r"[^\s]+(?: [^\s]+)*")
DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?)?)?")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
DIGITS = 18  # what FHIR asks systems to keep of a decimal
UCUM = "http://unitsofmeasure.org"
# Required bindings: elements that are codes, by kind of resource.
CODES = {
    ("Observation", "status"): "registered preliminary final amended corrected cancelled"
    " entered-in-error unknown",
    ("MedicationStatement", "status"): "active completed entered-in-error intended stopped on-hold"
    " unknown not-taken",
    ("Procedure", "status"): "preparation in-progress not-done on-hold stopped completed"
    " entered-in-error unknown",
    ("AllergyIntolerance", "type"): "allergy intolerance",
    ("AllergyIntolerance", "category"): "food medication environment biologic",
    ("FamilyMemberHistory", "status"): "partial completed entered-in-error health-unknown",
    ("DiagnosticReport", "status"): "registered partial preliminary final amended corrected"
    " appended cancelled entered-in-error unknown",
    ("ImagingStudy", "status"): "registered available cancelled entered-in-error unknown",
    ("DocumentReference", "status"): "current superseded entered-in-error",
    ("Bundle", "type"): "document message transaction transaction-response batch batch-response"
    " history searchset collection",
}
# Required bindings of CodeableConcepts: the system, and its codes.
CONCEPTS = {
    ("Condition", "clinicalStatus"): (
        "condition-clinical",
        "active recurrence relapse inactive remission resolved",
    ),
    ("Condition", "verificationStatus"): (
        "condition-ver-status",
        "unconfirmed provisional differential confirmed refuted entered-in-error",
    ),
    ("AllergyIntolerance", "clinicalStatus"): (
        "allergyintolerance-clinical",
        "active inactive resolved",
    ),
    ("AllergyIntolerance", "verificationStatus"): (
        "allergyintolerance-verification",
        "unconfirmed confirmed refuted entered-in-error",
    ),
}
COMPARATORS = frozenset({"<", "<=", ">=", ">"})
UNITS_OF_TIME = frozenset({"s", "min", "h", "d", "wk", "mo", "a"})
DATES = frozenset(
    [
        "recordedDate",
        "dateAsserted",
        "effectiveDateTime",
        "onsetDateTime",
        "performedDateTime",
        "creation",
        "start",
        "end",
    ]
)
INSTANTS = {("DocumentReference", "date"), ("Provenance", "recorded")}


def check_resources(resources: Sequence[Resource]) -> list[str]:
    """Check the resources of one document, or of many.

    resources (Sequence[Resource]): The resources; references between them must hold.
    RETURNS (list[str]): What is wrong, and where: kinds, paths and rules, no words of a note.
    """
    faults: list[str] = []
    seen: set[tuple[str, str]] = set()
    for resource in resources:
        kind, id = str(resource.get("resourceType")), str(resource.get("id"))
        if (kind, id) in seen:
            faults.append(f"{kind}.id: used twice")
        seen.add((kind, id))
        faults += (f"{kind}.{where}: {what}" for where, what in _check(kind, resource))
    known = {f"{kind}/{id}" for kind, id in seen} | {f"urn:uuid:{id}" for _, id in seen}
    for resource in resources:
        kind = str(resource.get("resourceType"))
        broken = (path for path, target in _references(resource, "") if target not in known)
        faults += (f"{kind}.{path}: refers to nothing" for path in broken)
    return faults


def _check(kind: str, resource: Resource) -> Iterator[tuple[str, str]]:
    if not ID.fullmatch(str(resource.get("id", ""))):
        yield "id", "isn't 1 to 64 of A-Z, a-z, 0-9, - and ."
    for (of, name), codes in CODES.items():
        if of == kind and name in resource:
            given = resource[name]
            for code in [given] if isinstance(given, str) else given:
                if code not in codes.split():
                    yield name, "isn't in the required value set"
    for (of, name), (system, codes) in CONCEPTS.items():
        if of == kind and name in resource:
            yield from _check_concept(name, resource[name], TERMINOLOGY + system, codes.split())
    for of, name in INSTANTS:
        if of == kind and not INSTANT.fullmatch(str(resource.get(name, ""))):
            yield name, "isn't an instant with a time zone"
    yield from _check_rules(kind, resource)
    yield from _check_values(resource, "")


def _check_concept(
    name: str, concept: Resource, system: str, codes: Sequence[str]
) -> Iterator[tuple[str, str]]:
    given = [c.get("code") for c in concept.get("coding", []) if c.get("system") == system]
    if len(given) != 1 or given[0] not in codes:
        yield name, "has not one code of the required value set"


def _check_rules(kind: str, resource: Resource) -> Iterator[tuple[str, str]]:
    """Invariants, by their names in R4."""
    values = [name for name in resource if name.startswith("value")]
    if kind == "Observation" and len(values) > 1:
        yield "value[x]", "more than one"
    if kind == "Observation" and values and "dataAbsentReason" in resource:
        yield "dataAbsentReason", "obs-6: there is a value"
    if kind == "Condition":
        categories = [c.get("code") for x in resource.get("category", []) for c in x["coding"]]
        if "problem-list-item" in categories and "clinicalStatus" not in resource:
            yield "clinicalStatus", "con-3: a problem has one"
    if kind == "AllergyIntolerance" and "clinicalStatus" not in resource:
        yield "clinicalStatus", "ait-1: is missing"
    if kind == "FamilyMemberHistory" and not resource.get("relationship"):
        yield "relationship", "is missing"
    needed = {"Observation": "code", "MedicationStatement": "medicationCodeableConcept"}
    if kind in needed and not resource.get(needed[kind]):
        yield needed[kind], "is missing"


def _check_values(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Rules of data types, wherever a value stands."""
    if isinstance(value, Mapping):
        yield from _check_type(value, path)
        for name, inner in value.items():
            yield from _check_values(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        if not value:
            yield path, "an empty list"
        for i, inner in enumerate(value):
            yield from _check_values(inner, f"{path}[{i}]")
    elif isinstance(value, str):
        name = path.rpartition(".")[2]
        if not value.strip() or CONTROL.search(value):
            yield path, "a string that is empty or holds control characters"
        if name in DATES and not DATE.fullmatch(value):
            yield path, "isn't a date"
        if name in ("code", "status") and not CODE.fullmatch(value):
            yield path, "isn't a code"
        if name == "system" and ":" not in value:
            yield path, "isn't an absolute address"
    elif isinstance(value, Decimal) and (
        not value.is_finite() or len(value.as_tuple().digits) > DIGITS
    ):
        yield path, "a decimal that systems needn't keep"
    elif isinstance(value, float) and value != value:
        yield path, "not a number"
    elif value is None:
        yield path, "null"


def _check_type(value: Resource, path: str) -> Iterator[tuple[str, str]]:
    if "comparator" in value and value["comparator"] not in COMPARATORS:
        yield path, "the comparator isn't in the required value set"
    if value.get("system") == UCUM and not value.get("code"):
        yield path, "qty-3: a unit's system without its code"
    if "low" in value and "high" in value:
        low, high = (value[end].get("value") for end in ("low", "high"))
        if low is not None and high is not None and low > high:
            yield path, "rng-2: low is above high"
    if "periodUnit" in value and value["periodUnit"] not in UNITS_OF_TIME:
        yield path, "the unit of time isn't in the required value set"
    if "period" in value and isinstance(value["period"], Decimal | int):
        if "periodUnit" not in value:
            yield path, "tim-2: a period without its unit"
        if value["period"] < 0:
            yield path, "tim-5: a period below 0"
    if "duration" in value and "durationUnit" not in value:
        yield path, "tim-1: a duration without its unit"
    if {"periodMax"} <= value.keys() and "period" not in value:
        yield path, "tim-6: periodMax without period"
    if {"frequencyMax"} <= value.keys() and "frequency" not in value:
        yield path, "frequencyMax without frequency"


def _references(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        if isinstance(value.get("reference"), str):
            yield f"{path}.reference".lstrip("."), value["reference"]
        for name, inner in value.items():
            yield from _references(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _references(inner, f"{path}[{i}]")
