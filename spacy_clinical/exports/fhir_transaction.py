"""What a note states as a transaction that a FHIR server takes (R4, http.html#transaction)."""

from typing import Any

from .document_facts import Facts
from .fhir import FhirExporter, Resource, collect

_OWNERS = ("subject", "patient")


def make_transaction(
    exporter: FhirExporter, facts: Facts, note: Resource | None = None
) -> Resource:
    """Make a transaction of a document. Sent twice, it changes nothing the second time: resources
    are put under ids that follow from the note's name.

    exporter (FhirExporter): Of Bundles, see `bundle_exporter`.
    facts (Facts): The document.
    note (Resource | None): The DocumentReference that it came in. Its subject becomes that of all
        resources; if it has an id, they refer to it, and no other one is made.
    RETURNS (Resource): A Bundle of type "transaction".
    """
    made = exporter.checked(facts)
    note = note or {}
    subject = note.get("subject")
    for resource in made:
        for key in _OWNERS:
            if subject and key in resource:
                resource[key] = subject
    if note.get("id"):
        old = exporter.reference("DocumentReference", made[0]["id"])
        new = f"DocumentReference/{note['id']}"
        rest = [_replaced(resource, old, new) for resource in made[1:]]
    else:
        rest = made
    bundle = collect(made) | {"type": "transaction"}
    bundle["entry"] = [
        {
            "fullUrl": f"urn:uuid:{resource['id']}",
            "resource": resource,
            "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"},
        }
        for resource in rest
    ]
    return bundle if rest else {key: bundle[key] for key in bundle if key != "entry"}


def _replaced(value: Any, old: str, new: str) -> Any:
    """A resource whose references to one thing lead to another."""
    if isinstance(value, dict):
        return {
            key: new if key == "reference" and part == old else _replaced(part, old, new)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [_replaced(part, old, new) for part in value]
    return value
