"""The bodies of FHIR resources, as the mapping tables say."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from .facts import Fact, Facts
from .mapping import Mappings, Row

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
SYSTEMS = {
    "Condition": ("condition-clinical", "condition-ver-status"),
    "AllergyIntolerance": ("allergyintolerance-clinical", "allergyintolerance-verification"),
}
CODE = {"MedicationStatement": "medicationCodeableConcept"}
REASONS = ("Condition", "Observation")
LEAVE = "-"
Resource = dict[str, Any]
Key = tuple[str, int]
Refer = Callable[[Key], Resource]


class FhirMapping:
    """The tables for FHIR.

    mappings (Mappings): Where they are.
    """

    def __init__(self, mappings: Mappings):
        rows = mappings.read("fhir_labels")
        self.labels = {(row["label"], row["section"]): row["resource"] for row in rows}
        stated = mappings.read("fhir_assertions")
        self.assertions = {(row["resource"], row["assertion"]): row for row in stated}
        self.relations: dict[str, list[Row]] = {}
        for row in mappings.read("fhir_relations"):
            self.relations.setdefault(row["relation"], []).append(row)
        systems = mappings.read("code_systems")
        self.systems = [(re.compile(row["pattern"]), row["system"]) for row in systems]

    def resources(self, facts: Facts) -> tuple[dict[Key, Resource], Counter[str]]:
        """Make the resources of a document's mentions.

        facts (Facts): The document.
        RETURNS (tuple[dict[Key, Resource], Counter[str]]): Bodies by kind and mention, in which
            references are still keys; and what was left out.
        """
        left_out = Counter(facts.left_out)
        known = {fact.index: fact for fact in facts.mentions}
        kinds: dict[int, str] = {}
        found: dict[Key, Resource] = {}
        for fact in facts.mentions:
            kind = self.kind(fact)
            if kind is None:
                left_out[f"mentions without a resource: {fact.label}"] += 1
                continue
            body = self.body(kind, fact)
            if body is None:
                left_out[f"mentions that are {' and '.join(fact.said.values)}: no {kind}"] += 1
            else:
                kinds[fact.index] = kind
                found[kind, fact.index] = body
        for head, tail, label, _ in facts.relations:
            added = self._relate(label, known[head], known[tail], kinds, found)
            left_out[f"relations without an element: {label}"] += not added
        return found, +left_out

    def kind(self, fact: Fact) -> str | None:
        """RETURNS (str | None): The kind of resource that a mention becomes."""
        by_section = self.labels.get((fact.label, fact.section)) if fact.section else None
        return by_section or self.labels.get((fact.label, ""))

    def body(self, kind: str, fact: Fact) -> Resource | None:
        """RETURNS (Resource | None): Code and status; None where the assertion leaves it out."""
        rows = [self.assertions[kind, value] for value in fact.said.values or ("present",)]
        if any(LEAVE in (row["status"], row["verification"]) for row in rows):
            return None
        row = rows[0]
        body: Resource = {CODE.get(kind, "code"): self.concept(fact)}
        if kind in SYSTEMS:
            clinical, verification = SYSTEMS[kind]
            body["verificationStatus"] = _coding(verification, row["verification"])
            if row["clinical"]:
                body["clinicalStatus"] = _coding(clinical, row["clinical"])
        else:
            body["status"] = row["status"]
        if row["value"] and fact.assertion:
            body["valueBoolean"] = row["value"] == "true"
        return body

    def concept(self, fact: Fact) -> Resource:
        """RETURNS (Resource): A CodeableConcept: the words, and the codes whose system is known."""
        codes = []
        for concept in fact.concepts:
            system = next((url for form, url in self.systems if form.fullmatch(concept)), None)
            coding = {"code": concept.removeprefix("MESH:")}
            codes.append({"system": system, **coding} if system else coding)
        text = " ".join(fact.text.split())
        return {"text": text, "coding": codes} if codes else {"text": text}

    def _relate(
        self,
        label: str,
        head: Fact,
        tail: Fact,
        kinds: dict[int, str],
        found: dict[Key, Resource],
    ) -> bool:
        """Add what a relation says to the resource of its end."""
        added = False
        for row in self.relations.get(label, ()):
            own, other = (head, tail) if row["end"] == "head" else (tail, head)
            key = (row["resource"], own.index)
            if kinds.get(own.index) != row["resource"] or key not in found:
                continue
            added = True
            if row["element"] == "reaction" and key[0] != "AllergyIntolerance":
                key = ("AllergyIntolerance", own.index)
                found.setdefault(key, self._intolerance(own))
            found[key].setdefault("_" + row["element"], []).append((other, kinds.get(other.index)))
        return added

    def _intolerance(self, fact: Fact) -> Resource:
        """What a drug that caused something is besides: its verification never "confirmed"."""
        body = self.body("AllergyIntolerance", Fact(fact.index, "", fact.text, fact.fragments))
        assert body is not None
        return {**body, "code": self.concept(fact), "type": "intolerance"}

    def finish(self, kind: str, resource: Resource, refer: Refer) -> Resource:
        """Put what relations added into its place.

        kind (str): The kind of resource.
        resource (Resource): As `resources` makes it.
        refer (Refer): Refers to another resource by its key.
        RETURNS (Resource): The body.
        """
        body = {name: value for name, value in resource.items() if not name.startswith("_")}
        for name, others in resource.items():
            if name.startswith("_"):
                ordered = sorted(others, key=lambda other: other[0].start)
                body |= self._element(kind, name[1:], ordered, refer)
        if "valueString" in body:
            body.pop("valueBoolean", None)
        return body

    def _element(
        self, kind: str, element: str, others: list[tuple[Fact, str | None]], refer: Refer
    ) -> Resource:
        words = [" ".join(fact.text.split()) for fact, _ in others]
        concepts = [self.concept(fact) for fact, _ in others]
        if element == "reasonReference":
            refs = [refer((known, fact.index)) for fact, known in others if known in REASONS]
            codes = [self.concept(fact) for fact, known in others if known not in REASONS]
            added = {"reasonReference": refs, "reasonCode": codes}
            return {name: value for name, value in added.items() if value}
        if element == "dosage":
            return {"dosage": [{"text": ", ".join(words)}]}
        if element == "valueString":
            return {"valueString": "; ".join(words)}
        if element == "reaction":
            return {"reaction": [{"manifestation": concepts}]}
        several = {"text": "; ".join(words)} if len(words) > 1 else concepts[0]
        return {element: several if kind == "Observation" else concepts}


def _coding(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"{TERMINOLOGY}{system}", "code": code}]}
