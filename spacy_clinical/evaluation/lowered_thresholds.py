"""What a component that has thresholds finds on a corpus, those thresholds aside."""

from collections.abc import Sequence
from typing import Any

from spacy.training import Example

from ..pipeline.concepts.clinical_concept_rel import ClinicalConceptRel
from ..pipeline.ner.clinical_ner import ClinicalNER
from ..pipeline.qa.clinical_qa import ClinicalQA
from ..pipeline.relations.clinical_rel import ClinicalRel
from ..scoring.scored_predictions import Scored

Finder = ClinicalNER | ClinicalRel | ClinicalConceptRel | ClinicalQA


def lower_thresholds(component: Finder, floor: float = 0.0) -> dict[str, Any]:
    """Let a component give whatever it has a score for. Relations between concepts come without
    evidence, which is not looked at and would be many times as much.

    component (Finder): The component, whose settings are changed.
    floor (float): The score that is needed all the same.
    RETURNS (dict[str, Any]): The changed settings as they were.
    """
    opened: dict[str, Any] = {"threshold": floor, "thresholds": {}}
    if isinstance(component, ClinicalConceptRel):
        opened["max_evidence"] = 0
    before = {name: component.cfg[name] for name in opened}
    component.cfg.update(opened)
    return before


def add_found(scored: Scored, component: Finder, examples: Sequence[Example]) -> None:
    """Add what a component found.

    scored (Scored): Of the component.
    component (Finder): The component.
    examples (Sequence[Example]): Documents that it has annotated, beside the gold.
    """
    if isinstance(component, ClinicalNER):
        scored.add_mentions(examples, key=component.key)
        return
    if isinstance(component, ClinicalQA):
        scored.add_answers(examples)
        return
    add = scored.add_relations if isinstance(component, ClinicalRel) else scored.add_concepts
    add(examples, component.schema.symmetric_labels, key=component.key)


def is_beside_gold(scored: Scored, component: Finder) -> bool:
    """Tell whether the corpus seems to know none of the concepts that a component relates: where
    nothing links its mentions, or to another terminology, it finds nothing, or nothing right.

    scored (Scored): What it found.
    component (Finder): The component.
    RETURNS (bool): False for components that don't relate concepts.
    """
    concepts = isinstance(component, ClinicalConceptRel)
    right = any(found.right for found in scored.predictions)
    return concepts and bool(scored.n_gold) and not right
