"""What rules may rest on: sure bounds, amounts that are told, the newest results."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from spacy_clinical.decisions import Decision, RuleBook, decide, read_rules
from spacy_clinical.decisions.daily_amounts import ends_of
from spacy_clinical.decisions.decision_rule_tables import COLUMNS
from spacy_clinical.decisions.patient_facts import Facts
from spacy_clinical.decisions.rule_language import read_term
from spacy_clinical.graph import Lookup, build_graph
from spacy_clinical.graph.patient_chart import charts
from spacy_clinical.records import Record

from ..marked_notes import note

RULES = (
    "high\tdose_limit\tresult(Z) > 5\t",
    "pen\tallergy_conflict\tallergy(A)\t",
    "had\tallergy_conflict\tever(P)\t",
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    folder: Path = tmp_path_factory.mktemp("rules")
    rows = [f"{row}\t\t\tinfo\tm\t\ts\thttps://x\t2024-01-01" for row in RULES]
    (folder / "rules.tsv").write_text("\n".join(["\t".join(COLUMNS), *rows]), encoding="utf-8")
    sets = "set\tmember\tsource\nZ\tzinkate\tx\nA\tabacin\tx\nP\tabacin allergy\tx\n"
    (folder / "sets.tsv").write_text(sets, encoding="utf-8")
    return read_rules(folder)


def fired(book: RuleBook, *notes: Record, as_of: date | None = None) -> list[str]:
    decision: Decision
    (decision,) = decide(build_graph(notes), book, as_of=as_of)
    return [alert.rule.id for alert in decision.alerts]


def value(words: str, more: str = "") -> Record:
    return note(f"{{t zinkate}} {{v {words}}}{more}.", (words, "RESULT_OF", "zinkate"))


@pytest.mark.parametrize(
    ("words", "term", "fires"),
    [
        ("< 5", "< 6", True), ("< 5", "< 5", True), ("<= 5", "< 5", False), ("<= 5", "<= 5", True),
        ("< 5", "<= 5", True), ("< 5", "< 4", False), ("< 7", "> 5", False), ("> 5", "> 5", True),
        (">= 5", "> 5", False), (">= 5", ">= 5", True), ("> 4", "> 5", False),
        ("> 9", "< 10", False), ("6", "> 5", True), ("5", "> 5", False),
    ],
)  # fmt: skip
def test_every_value_of_a_bound_must_fit(words: str, term: str, fires: bool) -> None:
    (chart,) = charts(Lookup(build_graph([value(words)])))
    read = read_term(f"result(Z) {term}")
    assert not isinstance(read, str)
    facts = Facts(chart, date(2024, 7, 2), {id: ["Z"] for id in chart.results})
    assert bool(facts.of(read)) == fires


def test_results_that_count(book: RuleBook) -> None:
    assert fired(book, value("5.9")) == ["high"]
    assert fired(book, value("5.9", " on July 9, 2024")) == []
    both = ("5.9", "RESULT_OF", "zinkate"), ("4.5", "RESULT_OF", "zinkate")
    assert fired(book, note("{t zinkate} {v 5.9}, up from {v 4.5}.", *both)) == ["high"]
    assert fired(book, note("{t zinkate} {v 4.5}, down from {v 5.9}.", *both)) == []
    conditional = note("If {t:hypothetical zinkate} is {v 5.9}, call.", both[0])
    assert fired(book, conditional) == []
    assert fired(book, value("5.9"), as_of=date(2024, 7, 1)) == []


def test_allergies_that_count(book: RuleBook) -> None:
    sure = note("Allergic to {m:historical abacin}.", day="2024-01-01")
    gone = note("Allergy to {m:absent abacin} was excluded.", day="2024-02-01")
    doubt = note("Allergy to {m:possible abacin}?", day="2024-03-01")
    assert fired(book, sure) == fired(book, sure, doubt) == ["pen"]
    assert fired(book, doubt) == fired(book, sure, gone) == fired(book, sure, gone, doubt) == []
    assert fired(book, sure, gone, as_of=date(2024, 1, 15)) == ["pen"]


def test_an_allergy_that_was_taken_back_was_none(book: RuleBook) -> None:
    had = note("Past: {c:historical abacin allergy}.", day="2024-01-01")
    assert fired(book, had) == ["had"]
    for said in ("{c abacin allergy} removed.", "{c:historical abacin allergy} removed."):
        assert fired(book, note(f"Past: {said}")) == []


def test_patients_without_mentions_are_decided_too(book: RuleBook) -> None:
    empty = Record("e", "Well.", (), meta={"patient": "q", "date": "2024-01-01"})
    decisions = list(decide(build_graph([empty, value("5.9")]), book))
    assert [(d.patient, len(d.alerts)) for d in decisions] == [("p", 1), ("q", 0)]


@pytest.mark.parametrize(
    ("strength", "dosage", "frequency", "ends"),
    [
        ("500 mg", "2 tablets", "twice daily", ("2000", "2000")),
        ("500 mg", "1-2 tablets", "twice daily", ("1000", "2000")),
        ("500 mg", "1 g", "twice daily", ("2000", "2000")),  # the dose, not 500 times one
        ("", "1 g", "daily", ("1000", "1000")),
        ("500 mg", "10 mL", "daily", None),
        ("500 mg", "some", "daily", None),
        ("500 mg", "", "2-0-1", ("1500", "1500")),
        ("500 mg", "", "2-3 times a day", ("1000", "1500")),
        ("1 g", "", "every 4-6 hours", ("4000", "6000")),
        ("1 g", "", "every 8 hours", ("3000", "3000")),
        ("35 mg", "", "weekly", ("5", "5")),
        ("7 mg", "", "once daily mon/wed/fri", ("3", "3")),
        ("up to 500 mg", "", "daily", ("0", "500")),
        ("500", "", "daily", None),
        ("5-325 mg", "1 tablet", "every 6 hours", None),  # two drugs, no range
        ("500 mg", "", "twice daily as needed", None),
    ],
)
def test_amounts_of_a_day(
    strength: str, dosage: str, frequency: str, ends: tuple[str, str] | None
) -> None:
    told = ends_of((strength, dosage, "", frequency, ""), "mg/d")
    assert told == (ends and tuple(map(Decimal, ends)))
