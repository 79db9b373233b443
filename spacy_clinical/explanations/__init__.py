"""Why this entity, this relation, this assertion: what each token gave to the score."""

from .attribution import Explanation, explain_assertion, explain_entity, explain_relation

__all__ = ["Explanation", "explain_assertion", "explain_entity", "explain_relation"]
