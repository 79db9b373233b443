"""Words and codes for FHIR: strings without control characters, codes with their systems."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..knowledge.code_systems import normal_code, system_name
from ..knowledge.knowledge_base import KnowledgeBase
from .document_facts import Fact
from .mapping_tables import Row

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
Resource = dict[str, Any]


def clean(text: str) -> str:
    """RETURNS (str): A text on one line, without what FHIR's strings can't hold: control characters
    and halves of surrogate pairs."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    return " ".join("".join(kept).split())


def coding(system: str, *codes: str) -> Resource:
    """RETURNS (Resource): A CodeableConcept of codes of one of HL7's own systems."""
    return {"coding": [{"system": f"{TERMINOLOGY}{system}", "code": code} for code in codes]}


class Codes:
    """Codes with the systems that they are of.

    rows (Iterable[Row]): The table of code systems.
    bare (str): The system of bare numbers, and of bare codes of its form: a name of the table, an
        address, or "" if that isn't known.
    base (Path | None): The knowledge base that knows codes of other systems.
    """

    def __init__(self, rows: Iterable[Row], bare: str = "", base: Path | None = None):
        self.base = None if base is None else KnowledgeBase(base)
        rows = list(rows)
        self.forms = [(re.compile(row["pattern"]), row["system"]) for row in rows]
        named = {row["name"]: row["system"] for row in rows}
        self.bare = bare if ":" in bare else named.get(system_name(bare), "")
        self._bare_name = "" if ":" in bare else system_name(bare)

    def coding(self, concept: str) -> Resource:
        """RETURNS (Resource): A Coding; without a system where that isn't known."""
        usual = normal_code(concept)
        if usual.isdecimal() and self.bare:
            return {"system": self.bare, "code": usual}
        named = () if ":" in usual or not self.bare else (f"{self._bare_name}:{usual}",)
        for code in (*named, usual):
            for form, system in self.forms:
                if match := form.fullmatch(code):
                    return {"system": system, "code": match[1] if form.groups else code}
        return {"code": clean(concept)}

    def others(self, concept: str) -> list[Resource]:
        """RETURNS (list[Resource]): Codings of a concept in other systems, as the base knows them;
        of a system in which it has several, or is one, none: which is meant isn't known."""
        if self.base is None or concept not in self.base.cui_to_entity:
            return []
        made = [self.coding(code) for code in self.base.codes(concept)]
        counts = Counter(code.get("system") for code in made)
        counts.update([None, None, *[self.coding(concept).get("system")] * 2])
        return [code for code in made if counts[code.get("system")] == 1]

    def concept(self, fact: Fact) -> Resource:
        """RETURNS (Resource): A CodeableConcept: a mention's words, and its codes."""
        codes = [self.coding(concept) for concept in fact.concepts]
        codes += [code for x in fact.concepts for code in self.others(x) if code not in codes]
        text = clean(fact.text)
        return {"text": text, "coding": codes} if codes else {"text": text}
