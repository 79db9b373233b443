"""Which mentions become which FHIR resources, and what each states, as the mapping tables say."""

import re
from collections import Counter
from pathlib import Path

from ..docs import RELATION, role_of
from ..docs.label_roles import FINDINGS
from .document_facts import Fact, Facts
from .drug_harm import is_listed, reaction_place
from .drug_status import LEFT, DrugStatus, procedure_status
from .drugs_under_allergies import AVOIDED, HARMED, TAKEN, Taken
from .fhir_codes import Codes, clean, coding
from .fhir_drafts import OBSERVATION, Draft, Key, Resource, part_results
from .fhir_elements import Elements, Refer
from .fhir_phrases import Phrases, Sentences
from .fhir_values import result_value
from .mapping_tables import Mappings, Row
from .ordered_tests import OrderedTests
from .real_results import real_results
from .relatives import Relatives, each_relative, onset

ALLERGY, DRUG, FAMILY = "AllergyIntolerance", "MedicationStatement", "FamilyMemberHistory"
CONDITION = "Condition"
SYSTEMS = {
    CONDITION: ("condition-clinical", "condition-ver-status"),
    ALLERGY: ("allergyintolerance-clinical", "allergyintolerance-verification"),
}
CODE = {DRUG: "medicationCodeableConcept"}
RECORDED = {CONDITION: "recordedDate", ALLERGY: "recordedDate", DRUG: "dateAsserted"}
LEAVE, REFUTED = "-", "refuted"
NOT_THEIRS = frozenset({"absent", "possible", "hypothetical"})


class FhirMapping:
    """The tables for FHIR.

    mappings (Mappings): Where they are.
    bare (str): The code system of bare numbers, "" if it isn't known.
    base (Path | None): The knowledge base that knows further codes.
    """

    def __init__(self, mappings: Mappings, bare: str = "", base: Path | None = None):
        rows = mappings.read("fhir_labels")
        self.labels = {(row["label"], row["section"]): row["resource"] for row in rows}
        stated = mappings.read("fhir_assertions")
        self.assertions = {(row["resource"], row["assertion"]): row for row in stated}
        self.relations: dict[str, list[Row]] = {}
        for row in mappings.read("fhir_relations"):
            self.relations.setdefault(row["relation"], []).append(row)
        self.codes = Codes(mappings.read("code_systems"), bare, base)
        self.allergies = Phrases(mappings.read("allergy_phrases"))
        self.taken = Taken(mappings.read("medication_taken"))
        self.status = DrugStatus(mappings.read("medication_status"))
        self.orders = OrderedTests(mappings.read("test_orders"))
        self.relatives = Relatives(mappings.read("relatives"))
        kinds = mappings.read("observation_categories")
        self.categories = [(re.compile(x["pattern"], re.I), x["category"]) for x in kinds]
        words = {row["words"]: row["code"] for row in mappings.read("interpretations")}
        self.elements = Elements(self.codes, words)

    def resources(self, facts: Facts) -> tuple[dict[Key, Draft], Counter[str]]:
        """Make the resources of a document's mentions.

        facts (Facts): The document.
        RETURNS (tuple[dict[Key, Draft], Counter[str]]): Drafts by kind and mention; and what was
            left out.
        """
        facts = real_results(facts, self._rows, self.orders)
        left_out, sentences = Counter(facts.left_out), Sentences(facts)
        found, unplaced = dict[Key, Draft](), dict[int, str]()
        for fact in facts.mentions:
            kind, body, why = self._draft(fact, sentences)
            if body is None:
                unplaced[fact.index] = why
            else:
                dated = "historical" not in fact.said.values
                for key, one in each_relative(kind, fact.index, body):
                    found[key] = Draft(fact, one, dated=dated)
        self._add_reactions_beside(facts, found)
        known = {fact.index: fact for fact in facts.mentions}
        for head, tail, label, _ in facts.relations:
            left_out[self._relate(label, known[head], known[tail], found)] += 1
        part_results(found, self.elements)
        left_out.pop("", None)
        placed = {o.index for d in found.values() for others in d.added.values() for o in others}
        left_out.update(why for index, why in unplaced.items() if index not in placed)
        return found, left_out

    def finish(self, kind: str, draft: Draft, note_date: str, refer: Refer) -> Resource:
        """Complete a resource.

        kind (str): Its kind.
        draft (Draft): As `resources` makes it.
        note_date (str): When the note was written, "" if that isn't known.
        refer (Refer): Refers to the resource of a mention, if there is one of some kinds.
        RETURNS (Resource): The body.
        """
        body = draft.body
        if note_date and kind in RECORDED:
            body[RECORDED[kind]] = note_date
        if note_date and kind == OBSERVATION and draft.dated:
            body["effectiveDateTime"] = note_date
        if draft.fact.result is not None and kind == OBSERVATION and "value" not in draft.added:
            body |= result_value(draft.fact.result)
        for element, others in draft.added.items():
            ordered = sorted(others, key=lambda fact: fact.start)
            body |= self.elements.make(kind, body, element, ordered, refer)
        values = [name for name in body if name.startswith(("value", "component"))]
        if len(values) > 1:
            body.pop("valueBoolean", None)
        return body

    def kind(self, fact: Fact) -> str | None:
        """RETURNS (str | None): The kind of resource that a mention becomes, by its label."""
        names = (fact.label, fact.role)
        sections = (fact.section, "") if fact.section else ("",)
        keys = ((name, section) for name in names if name for section in sections)
        return next((self.labels[key] for key in keys if key in self.labels), None)

    def _draft(self, fact: Fact, sentences: Sentences) -> tuple[str, Resource | None, str]:
        """Kind and body of a mention, or why it has none."""
        kind = self.kind(fact)
        if kind is None:
            return "", None, f"mentions without a resource: {fact.label}"
        if not clean(fact.text):
            return "", None, "mentions without a letter that FHIR can hold"
        if "family" in fact.said.values:
            return self._relative(kind, fact, sentences)
        what = self.taken.judge(fact, sentences) if kind == ALLERGY else ""
        if what == AVOIDED:
            return kind, None, "drugs that aren't to be given: no AllergyIntolerance"
        if what == HARMED:
            return kind, self.body(kind, fact, "present"), ""
        taken = what == TAKEN
        kind = DRUG if taken else kind
        beside = self.allergies.find(sentences, fact) if kind in (DRUG, ALLERGY) else None
        named = beside is not None and not beside.negated and beside.row["side"] == "after"
        if beside is not None and (named or not taken):
            told = beside.row["type"]
            if told == LEAVE:
                return ALLERGY, None, "words about allergies that state none: no AllergyIntolerance"
            refuted = beside.negated or beside.withdrawn or told == REFUTED
            body = self.body(ALLERGY, fact, "absent" if refuted else "")
            body = body and {**body, "type": "allergy" if told == REFUTED else told}
            return ALLERGY, body, _why(fact, ALLERGY)
        if kind == DRUG and not taken and is_listed(fact, sentences):
            return ALLERGY, {**(self.body(ALLERGY, fact, "present") or {}), "type": "allergy"}, ""
        body = self.body(kind, fact, "present" if taken and fact.is_said_by_heading else "")
        if body and kind == "Procedure":
            body["status"] = procedure_status(fact, sentences, body["status"])
        if body and kind == DRUG:
            body["status"] = self.status.find(fact, sentences, body["status"])
            if fact.did_harm and body["status"] in ("active", "completed") and not taken:
                body["status"] = "unknown"  # nothing says that it goes on, nor that it doesn't
        if body and body.get("status") == LEAVE:
            return kind, None, f"{LEFT[kind]}: no {kind}"
        return kind, body, _why(fact, kind)

    def body(self, kind: str, fact: Fact, instead: str = "") -> Resource | None:
        """Say what a mention alone says.

        kind (str): The kind of resource.
        fact (Fact): The mention.
        instead (str): An assertion to take instead of the mention's own.
        RETURNS (Resource | None): Category, code and status; None where the assertion leaves it
            out.
        """
        said = (instead,) if instead else fact.said.values
        rows = [self.assertions[kind, value] for value in said or ("present",)]
        is_test = kind == OBSERVATION and fact.role == "test"
        left = any(LEAVE in (row["status"], row["verification"]) for row in rows)
        if left or (is_test and "absent" in said):
            return None
        row = rows[0]
        body: Resource = {CODE.get(kind, "code"): self.codes.concept(fact)}
        if kind in SYSTEMS:
            clinical, verification = SYSTEMS[kind]
            body["verificationStatus"] = coding(verification, row["verification"])
            if row["clinical"]:
                body["clinicalStatus"] = coding(clinical, row["clinical"])
        else:
            body["status"] = row["status"]
        if row["value"] and said and not is_test:
            body["valueBoolean"] = row["value"] == "true"
        return body | self._category(kind, fact)

    def _category(self, kind: str, fact: Fact) -> Resource:
        if kind == CONDITION:
            return {"category": [coding("condition-category", "encounter-diagnosis")]}
        if kind == ALLERGY:
            return {"category": ["medication"]} if fact.role == "medication" else {}
        if kind == OBSERVATION and fact.role == "test":
            words = clean(fact.text)
            found = next((x for form, x in self.categories if form.fullmatch(words)), "")
            return {"category": [coding("observation-category", found)]} if found else {}
        return {}

    def _relative(
        self, kind: str, fact: Fact, sentences: Sentences
    ) -> tuple[str, Resource | None, str]:
        """What a relative has; nothing of what one hasn't or may have, or of other people."""
        if fact.role not in FINDINGS or not NOT_THEIRS.isdisjoint(fact.said.values):
            return kind, None, _why(fact, kind)
        relatives = self.relatives.find(fact, sentences)
        if not relatives:
            return FAMILY, None, "mentions of somebody else, where no relative is named"
        has = {"code": self.codes.concept(fact), **onset(fact, sentences, len(relatives) > 1)}
        body = {"status": "partial", "relationship": relatives, "condition": [has]}
        return FAMILY, body, ""

    def _add_reactions_beside(self, facts: Facts, found: dict[Key, Draft]) -> None:
        """What stands in parentheses or after a dash behind an allergy is its reaction, and no
        finding of today."""
        starts = {fact.start: fact for fact in facts.mentions}
        for (kind, _), draft in list(found.items()):
            if kind != ALLERGY:
                continue
            for place in reaction_place(facts.text, draft.fact.end):
                fact = starts.get(place)
                if fact and fact.role in FINDINGS and fact.said.is_asserted:
                    draft.add("reaction", fact)
                    for of in (CONDITION, OBSERVATION):
                        found.pop((of, fact.index), None)

    def _rows(self, label: str) -> list[Row]:
        return self.relations.get(label) or self.relations.get(role_of(RELATION, label), [])

    def _relate(self, label: str, head: Fact, tail: Fact, found: dict[Key, Draft]) -> str:
        """Add what a relation says to the resources of its ends. RETURNS (str): What of it is left
        out."""
        added, doubted = False, False
        for row in self._rows(label):
            for own, other in ((head, tail), (tail, head)):
                draft = found.get((row["resource"], own.index))
                if draft is None or not self.elements.takes(row["element"], own, other, head):
                    continue
                if not self.elements.may_say(row["element"], own, other):
                    doubted = True
                    continue
                self._add(row, draft, other, found)
                added = True
        if added:
            return ""
        what = "to what isn't asserted" if doubted else "without an element"
        return f"relations {what}: {label}"

    def _add(self, row: Row, draft: Draft, other: Fact, found: dict[Key, Draft]) -> None:
        element, fact = row["element"], draft.fact
        if element == "stopped":
            draft.body["status"] = "stopped"
            return
        if element == "reaction" and row["resource"] == DRUG:
            if draft.body["status"] == "active":
                draft.body["status"] = "unknown"  # it did harm: nothing says that it goes on
            draft = found.setdefault((ALLERGY, fact.index), Draft(fact, self._intolerance(fact)))
        draft.add(element, other)

    def _intolerance(self, fact: Fact) -> Resource:
        """What a drug that caused something is besides: its verification never "confirmed"."""
        body = self.body(ALLERGY, fact, "present")
        assert body is not None
        return {**body, "type": "intolerance"}


def _why(fact: Fact, kind: str) -> str:
    return f"mentions that are {' and '.join(fact.said.values)}: no {kind}"
