"""Names of drugs to their ingredients, by a knowledge base of drugs."""

from collections.abc import Callable
from functools import cache

from ..knowledge.knowledge_base import KnowledgeBase

SURE = 0.95


def ingredients_by(base: KnowledgeBase, sure: float = SURE) -> Callable[[str], str]:
    """Make a function that gives the ingredient of a drug's name: the base's own name for the
    concept that it means, so that brands and spellings count as one drug. Salts and strengths do
    where the base has them as names of the ingredient.

    base (KnowledgeBase): Such as one of RxNorm or ATC.
    sure (float): How alike a name must be to one of the base.
    RETURNS (Callable[[str], str]): Gives a name in capitals, "" for what isn't known.
    """

    @cache
    def ingredient(name: str) -> str:
        near = base.search([name.lower()], k=1)[0]
        if not near or near[0].score < sure:
            return ""
        return base.cui_to_entity[near[0].concept_id].canonical_name.upper()

    return ingredient
