"""Rules that a patient meets: none that could fire is left out, those that can't aren't asked."""

from datetime import date

from spacy_clinical.decisions import EXAMPLES, read_rules
from spacy_clinical.decisions.patient_facts import Facts
from spacy_clinical.decisions.rule_engine import _fire, resolve_sets
from spacy_clinical.decisions.rule_index import RuleIndex
from spacy_clinical.graph import Lookup, build_graph
from spacy_clinical.graph.patient_chart import charts

from ..patients import read_patients


def test_a_rule_that_fires_is_met() -> None:
    """Every rule held against every patient finds no more than those of the index."""
    book, graph = read_rules(EXAMPLES), build_graph(read_patients())
    index = RuleIndex(book.rules, resolve_sets(book.sets, graph))
    met = fired = 0
    for chart in charts(Lookup(graph)):
        assert chart.last_day is not None
        facts = Facts(chart, chart.last_day.last, index.sets_of, date(1950, 1, 1))
        own = list(index.of(facts))
        firing = [rule for rule in book.rules if list(_fire(facts, rule, 0.0))]
        assert [rule for rule in own if rule in firing] == firing
        met, fired = met + len(own), fired + len(firing)
    assert fired >= 25
    assert met < 8 * len(book.rules) / 3
