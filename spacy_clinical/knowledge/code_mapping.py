"""From one code system to another, through the concepts of a knowledge base."""

from collections.abc import Iterable
from typing import NamedTuple

from .knowledge_base import KnowledgeBase


class Mapped(NamedTuple):
    """One way from a code to another system.

    code (str): The code that was asked for.
    concept_id (str): The concept that has both.
    name (str): Its canonical name.
    codes (tuple[str, ...]): Its codes in the wanted system, "SYSTEM:CODE"; maybe none.
    """

    code: str
    concept_id: str
    name: str
    codes: tuple[str, ...]


def map_codes(kb: KnowledgeBase, codes: Iterable[str], system: str) -> list[Mapped]:
    """Map codes to another system.

    Cross-references say that two systems' concepts correspond, not that they are the same: one code
    may map to several, wider or narrower ones.

    kb (KnowledgeBase): Knows the cross-references.
    codes (Iterable[str]): Concept identifiers of the base, or "SYSTEM:CODE".
    system (str): Such as "ICD10CM", in any common spelling.
    RETURNS (list[Mapped]): In the order of the codes; a code that the base doesn't know has none.
    """
    return [
        Mapped(code, concept, kb.cui_to_entity[concept].canonical_name, kb.codes(concept, system))
        for code in codes
        for concept in find_concepts(kb, code)
    ]


def find_concepts(kb: KnowledgeBase, code: str) -> list[str]:
    """Find the concepts that a code stands for.

    kb (KnowledgeBase): The base.
    code (str): A concept identifier of the base, or "SYSTEM:CODE".
    RETURNS (list[str]): Their identifiers; empty if the base doesn't know the code.
    """
    return [code] if code in kb.cui_to_entity else kb.concepts_with(code)
