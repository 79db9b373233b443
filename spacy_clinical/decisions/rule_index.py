"""Rules by what they need, so that a patient meets only those that may fire."""

from collections.abc import Iterator, Mapping, Sequence

from .decision_rule_tables import CONTRADICTION, DUPLICATE, Rule
from .patient_facts import SPOKEN, Facts
from .rule_language import AGE

Need = tuple[str, str]  # a kind of term, and a set that something must be of


class RuleIndex:
    """Rules made ready for many patients.

    rules (Sequence[Rule]): The rules.
    sets (Mapping[str, frozenset[str]]): Each set's concepts.
    """

    def __init__(self, rules: Sequence[Rule], sets: Mapping[str, frozenset[str]]):
        self._rules = rules
        self._more = [_needs(rule)[1:] for rule in rules]
        self._kinds = {kind for needs in self._more for kind, _ in needs}
        self._by_need: dict[str, dict[str, list[int]]] = {}
        for place, rule in enumerate(rules):
            kind, name = _needs(rule)[0]
            self._by_need.setdefault(kind, {}).setdefault(name, []).append(place)
        self.sets_of = _sets_of({term.set for rule in rules for term in rule.terms} - {""}, sets)

    def of(self, facts: Facts) -> Iterator[Rule]:
        """Find the rules that may fire.

        facts (Facts): A patient on a day, with this index's `sets_of`.
        YIELDS (Rule): Those of which each set has something that holds, in their order.
        """
        places: list[int] = []
        for kind, known in self._by_need.items():
            held = [""] if kind == AGE else facts.held(kind)
            places += [place for name in held for place in known.get(name, ())]
        more = {kind: facts.held(kind) for kind in self._kinds}
        for place in sorted(places):
            if all(name in more[kind] for kind, name in self._more[place]):
                yield self._rules[place]


def _needs(rule: Rule) -> list[Need]:
    """What a rule can't fire without: of its first term, and of others with a set."""
    if rule.kind == CONTRADICTION:
        return [(SPOKEN, rule.when.set)]
    if rule.kind == DUPLICATE:
        return [(rule.when.kind, rule.when.set)]
    more = [(term.kind, term.set) for term in rule.also if term.kind != AGE]
    return [(rule.when.kind, rule.when.set), *more]


def _sets_of(names: set[str], sets: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    """The sets that each concept is in."""
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        for concept in sets[name]:
            found.setdefault(concept, []).append(name)
    return found
