"""Why this entity, why this relation: what each token gave to the score."""

from .attribution import Explanation, explain_entity, explain_relation

__all__ = ["Explanation", "explain_entity", "explain_relation"]
