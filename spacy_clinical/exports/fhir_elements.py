"""The elements that relations add to FHIR resources."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..docs.iso_dates import iso_date
from ..quantities import parse_quantity, read_in
from .document_facts import Fact
from .fhir_codes import Codes, clean
from .fhir_values import LOINC, PRESSURE, dosage, observation_value

Resource = dict[str, Any]
Refer = Callable[[Fact, tuple[str, ...]], Resource | None]
FINDINGS = ("condition", "symptom")
DETAILS = ("strength", "dosage", "route", "frequency", "duration", "form")
# What an element takes from the other end, by what its label stands for; "" for labels of no role.
TAKES = {
    "reason": FINDINGS,
    "reaction": FINDINGS,
    "stopped": FINDINGS,
    "dosage": (*DETAILS, ""),
    "bodySite": ("site", ""),
    "value": ("value", "strength", "dosage", ""),
    "evidence": ("test", "value", *FINDINGS),
    "onset": ("date",),
    "start": ("date",),
    "performed": ("date",),
    "effective": ("date",),
}
HARM = ("reaction", "stopped")
REFUTED = frozenset({"absent", "family"})
DATES = {
    ("Condition", "onset"): ("onsetDateTime", "onsetString"),
    ("AllergyIntolerance", "onset"): ("onsetDateTime", "onsetString"),
    ("Procedure", "performed"): ("performedDateTime", "performedString"),
    ("Observation", "effective"): ("effectiveDateTime", ""),
}


class Elements:
    """Makes elements.

    codes (Codes): The codes.
    meanings (Mapping[str, str]): Codes of the words of results, such as "high".
    """

    def __init__(self, codes: Codes, meanings: Mapping[str, str]):
        self.codes, self.meanings = codes, meanings

    def takes(self, element: str, own: Fact, other: Fact, head: Fact) -> bool:
        """RETURNS (bool): Whether the other end can be what the element tells. Of two findings, the
        head is the evidence."""
        if element == "evidence" and other.role in FINDINGS and other is not head:
            return False
        return other.role in TAKES[element]

    def may_say(self, element: str, own: Fact, other: Fact) -> bool:
        """RETURNS (bool): Whether what is said of both ends lets one tell of the other: nothing has
        its reason in what is refuted or somebody else's, and no drug did harm that didn't
        happen."""
        if element == "reason":
            refuted = "absent" in own.said.values or not REFUTED.isdisjoint(other.said.values)
            return not refuted
        return element not in HARM or (own.said.is_asserted and other.said.is_asserted)

    def make(
        self, kind: str, body: Resource, element: str, others: Sequence[Fact], refer: Refer
    ) -> Resource:
        """Make an element.

        kind (str): The kind of resource.
        body (Resource): What the resource says already.
        element (str): One of TAKES.
        others (Sequence[Fact]): The other ends, in the order of the note.
        refer (Refer): Refers to the resource of a mention, if there is one of some kinds.
        RETURNS (Resource): What is added to the body.
        """
        language = others[0].language if others else ""
        if element == "reason":
            return self._reason(others, refer)
        if element == "dosage":
            words = {role: [o.text for o in others if o.role == role] for role in DETAILS}
            said = {**words, "": [other.text for other in others]}
            return {"dosage": [dosage(said, language)]}
        if element == "value":
            value = observation_value([other.text for other in others], self.meanings, language)
            return value | (_panel(body["code"]) if "component" in value else {})
        if element == "reaction":
            return {"reaction": [{"manifestation": [self.codes.concept(o) for o in others]}]}
        if element == "evidence":
            return self._evidence(others, refer)
        if element == "bodySite":
            return self._site(kind, others)
        return _date(kind, element, others)

    def are_measured(self, others: Sequence[Fact]) -> bool:
        """RETURNS (bool): Whether each of several results is a number of its own."""
        words = [(clean(other.text), other.language) for other in others]
        return all(
            read_in(language, parse_quantity, w) and w.casefold() not in self.meanings
            for w, language in words
        )

    def _reason(self, others: Sequence[Fact], refer: Refer) -> Resource:
        refs = [refer(other, ("Condition", "Observation")) for other in others]
        codes = [self.codes.concept(o) for o, ref in zip(others, refs, strict=True) if ref is None]
        added = {"reasonReference": [ref for ref in refs if ref], "reasonCode": codes}
        return {name: value for name, value in added.items() if value}

    def _evidence(self, others: Sequence[Fact], refer: Refer) -> Resource:
        refs = [refer(other, ("Observation", "Condition")) for other in others]
        details = [ref for ref in refs if ref is not None]
        once = list({ref["reference"]: ref for ref in details}.values())
        codes = [self.codes.concept(o) for o, ref in zip(others, refs, strict=True) if ref is None]
        rows: list[Resource] = [{"detail": once}] if once else []
        return {"evidence": [*rows, *({"code": [code]} for code in codes)]}

    def _site(self, kind: str, others: Sequence[Fact]) -> Resource:
        concepts = [self.codes.concept(other) for other in others]
        if kind != "Observation":
            return {"bodySite": concepts}
        words = "; ".join(clean(other.text) for other in others)
        return {"bodySite": concepts[0] if len(concepts) == 1 else {"text": words}}


def _panel(concept: Resource) -> Resource:
    """A blood pressure is the panel whose components are coded."""
    panel = {"system": LOINC, "code": PRESSURE}
    return {"code": {**concept, "coding": [*concept.get("coding", []), panel]}}


def _date(kind: str, element: str, others: Sequence[Fact]) -> Resource:
    """The earliest date that is written in full, else the words, where they have a place."""
    dates = sorted(filter(None, (iso_date(clean(other.text)) for other in others)))
    if element == "start":
        return {"effectivePeriod": {"start": dates[0]}} if dates else {}
    exact, words = DATES[kind, element]
    if dates:
        return {exact: dates[0]}
    return {words: "; ".join(clean(other.text) for other in others)} if words else {}
