"""Answers about allergies: to what, of which class, and what happened."""

from collections.abc import Iterable

from ..graph.concept_history import Statement
from ..graph.graph_lookup import PASSING
from .answer import NO, YES, Row
from .asked_chart import Asked
from .concept_names import DRUG
from .drug_answers import effects_of


def allergies(asked: Asked) -> list[Row]:
    """What the patient is allergic to."""
    found = asked.chart.allergens()
    asked.leave_out_statements(_unsure(asked, asked.chart.allergies))
    for said in asked.chart.allergens(there=False).values():
        asked.leave_out_statements(said)
    rows = [asked.row(asked.name(id), said) for id, said in found.items()]
    return sorted(rows, key=lambda row: row.value)


def allergens_of_class(asked: Asked) -> list[Row]:
    """Which substances of a class the patient is allergic to."""
    wanted = set(asked.of(asked.query.concepts(DRUG)))
    asked.leave_out(wanted)
    found = asked.chart.allergens()
    rows = [asked.row(asked.name(id), said) for id, said in found.items() if id in wanted]
    return sorted(rows, key=lambda row: row.value)


def allergy_reactions(asked: Asked) -> list[Row]:
    """What the patient is allergic to, and what it did."""
    return [*allergies(asked), *effects_of(asked, asked.chart.allergens())]


def allergic(asked: Asked) -> list[Row]:
    """Whether the patient is allergic to a drug."""
    wanted = set(asked.of(asked.query.concepts(DRUG)))
    asked.leave_out(wanted)
    for verdict, there in ((YES, True), (NO, False)):
        allergens = asked.chart.allergens(there=there)
        found = [one for id in sorted(wanted & allergens.keys()) for one in allergens[id]]
        if found:
            return [asked.row(verdict, found)]
    return []


def _unsure(asked: Asked, concepts: Iterable[str]) -> list[Statement]:
    """Allergies that are only suspected, feared or said in words that nobody knows."""
    said = (one for id in concepts for one in asked.chart.allergies[id])
    return [one for one in said if one.holds(*PASSING)]
