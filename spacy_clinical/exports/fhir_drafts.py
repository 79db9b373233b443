"""Resources on their way, and the results of a test, each an Observation of its own."""

from dataclasses import dataclass, field
from typing import Any

from .document_facts import Fact
from .fhir_elements import Elements

OBSERVATION = "Observation"
Resource = dict[str, Any]
Key = tuple[str, int]


@dataclass
class Draft:
    """A resource on its way.

    fact (Fact): The mention that it is made of.
    body (Resource): What is said already.
    added (dict[str, list[Fact]]): What relations add, by element.
    dated (bool): Whether it is of the note's date, as far as is known.
    """

    fact: Fact
    body: Resource
    added: dict[str, list[Fact]] = field(default_factory=dict)
    dated: bool = True
    _seen: set[tuple[str, int]] = field(default_factory=set)

    def add(self, element: str, other: Fact) -> None:
        others = self.added.setdefault(element, [])
        if (element, other.index) not in self._seen:
            self._seen.add((element, other.index))
            others.append(other)


def part_results(found: dict[Key, Draft], elements: Elements) -> None:
    """Make several numbers of a test ("2.1, then 2.9") an Observation each; of the note's date is
    one alone, or behind which only those stand that are from before.

    found (dict[Key, Draft]): All drafts, to which are added what is parted.
    elements (Elements): Reads values.
    """
    for (kind, _), draft in list(found.items()):
        results = sorted(draft.added.get("value", []), key=lambda fact: fact.start)
        if kind != OBSERVATION or not results or not elements.are_measured(results):
            continue
        for fact in results[1:]:
            added = {**draft.added, "value": [fact]}
            found[kind, fact.index] = Draft(fact, dict(draft.body), added, dated=False)
        draft.added["value"] = results[:1]
        draft.dated &= _is_of_now(results[0]) and not any(map(_is_of_now, results[1:]))


def _is_of_now(value: Fact) -> bool:
    return "historical" not in value.said.values
