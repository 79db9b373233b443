"""Rules over the invented patients and over facts by hand."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from spacy_clinical.decisions import EXAMPLES, Decision, RuleBook, decide, read_rules
from spacy_clinical.decisions.cds_hooks import card, cards, discovery, patient_of
from spacy_clinical.decisions.fhir_issues import bundle
from spacy_clinical.decisions.patient_facts import daily_ends
from spacy_clinical.decisions.rule_cases import Case, build_case, read_cases, run_cases
from spacy_clinical.graph import Lookup, build_graph
from spacy_clinical.graph.patient_chart import charts
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.knowledge.terminology_bases import build_base

from ..patients import FOLDER, builder, read_patients


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return read_rules(EXAMPLES)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("rules") / "kb"
    build_base(FOLDER / "terminology.csv", folder)
    return KnowledgeBase(folder)


@pytest.fixture(scope="module")
def born() -> dict[str, date]:
    with (FOLDER / "born.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["patient"]: date.fromisoformat(row["born"]) for row in rows}


@pytest.fixture(scope="module")
def decided(book: RuleBook, kb: KnowledgeBase, born: dict[str, date]) -> list[Decision]:
    return list(decide(build_graph(read_patients()), book, kb=kb, born=born))


def planted(found: str) -> set[tuple[str, str]]:
    lines = (FOLDER / "planted.tsv").read_text(encoding="utf-8").splitlines()[2:]
    rows = (line.split("\t") for line in lines)
    return {(row[0], row[2]) for row in rows if row[1] == found}


def test_planted_problems_and_near_misses(decided: list[Decision]) -> None:
    found = {(decision.patient, alert.rule.id) for decision in decided for alert in decision.alerts}
    assert len(planted("yes")) == len(planted("no")) == 25
    assert found == planted("yes")


def test_situations(book: RuleBook, kb: KnowledgeBase) -> None:
    """Ten short charts that must alert, by one rule each, and ten near misses."""
    lines = (FOLDER / "situations" / "wanted.tsv").read_text(encoding="utf-8").splitlines()[2:]
    wanted = {tuple(line.split("\t")) for line in lines}
    graph = build_graph(builder().read_situations())
    found = {(d.patient, alert.rule.id) for d in decide(graph, book, kb=kb) for alert in d.alerts}
    assert len(wanted) == 20 and found == {one for one in wanted if one[1] != "-"}


def test_without_a_base_names_are_enough(book: RuleBook, born: dict[str, date]) -> None:
    found = {
        (decision.patient, alert.rule.id)
        for decision in decide(build_graph(read_patients()), book, born=born)
        for alert in decision.alerts
    }
    assert not found & planted("no") and len(found & planted("yes")) >= 24


def test_each_fact_is_cited(decided: list[Decision]) -> None:
    texts = {record.id: record.text for record in read_patients()}
    for alert in (alert for decision in decided for alert in decision.alerts):
        made = json.loads(json.dumps(alert.to_dict()))
        for fact in made["facts"]:
            assert fact["evidence"] or fact["words"].startswith("age ")
            for place in fact["evidence"]:
                assert texts[place["document"]][place["start"] : place["end"]].strip()


def test_each_example_has_a_case_each_way(book: RuleBook) -> None:
    assert len(book.rules) >= 40
    assert run_cases(book, read_cases(EXAMPLES / "cases.tsv")) == []


def test_cases_that_are_wrong_or_missing_are_told(book: RuleBook) -> None:
    only = RuleBook(book.rules[:1], book.sets)
    case = Case("warfarin_nsaid", False, "drug:warfarin; drug:ibuprofen", "here")
    whats = [
        failure.what for failure in run_cases(only, [case, Case("x", True, "drug:a", "there")])
    ]
    assert whats == ["no such rule", "fires", "no case in which it fires"]


def one(facts: str, book: RuleBook, **options: Any) -> Decision:
    graph, born, day = build_case(Case("", True, facts, "here"))
    (decision,) = decide(graph, book, born=born, as_of=day, **options)
    return decision


def ids(decision: Decision) -> list[str]:
    return [alert.rule.id for alert in decision.alerts]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("drug:ibuprofen; problem:renal colic", []),
        ("drug:metformin; result:eGFR=0.45 mL/s", ["metformin_low_egfr"]),  # 27 mL/min
        ("drug:metformin; result:eGFR=normal", []),
        ("drug:warfarin@2024-05-20; drug:ibuprofen@2024-05-20", ["warfarin_nsaid"]),
        ("drug:warfarin; planned:ibuprofen", []),
        ("drug:warfarin; familydrug:ibuprofen", []),
        ("drug:simvastatin; drug:atorvastatin; drug:rosuvastatin", ["two_statins"]),
        ("drug:acetaminophen=1 g, every 4 hours", ["acetaminophen_max_dose"]),
        ("drug:acetaminophen=1 g, every 4 hours as needed", []),
        ("drug:citalopram=40 mg, daily", []),  # nobody knows the age
        ("problem:atrial fibrillation; drug:warfarin@2024-05-20", ["af_without_anticoagulant"][:0]),
    ],
)
def test_facts(facts: str, expected: list[str], book: RuleBook) -> None:
    assert ids(one(facts, book)) == expected


def test_unless_is_cited(book: RuleBook) -> None:
    decision = one(
        "drug:apixaban; drug:aspirin; past:myocardial infarction; drug:atorvastatin", book
    )
    (silenced,) = (s for s in decision.silenced if s.alert.rule.id == "anticoagulant_antiplatelet")
    assert [fact.words for fact in silenced.facts] == ["myocardial infarction"]
    assert silenced.to_dict()["by"][0]["evidence"]


def test_rank_bound_and_review(book: RuleBook) -> None:
    facts = "drug:warfarin; drug:ibuprofen; problem:chronic kidney disease; drug:omeprazole"
    decision = one(f"{facts}; drug:pantoprazole", book)
    assert ids(decision) == ["warfarin_nsaid", "nsaid_ckd", "two_proton_pump_inhibitors"]
    bounded = one(f"{facts}; drug:pantoprazole", book, most=1)
    assert ids(bounded) == ["warfarin_nsaid"]
    assert [s.why for s in bounded.silenced] == ["more than the most"] * 2
    assert {a.status for a in one(facts, book, minimum_score=1.1).alerts} == {"needs review"}


def test_the_same_input_gives_the_same_bytes(book: RuleBook, kb: KnowledgeBase) -> None:
    def told(records: list[Any]) -> str:
        return json.dumps(
            [a.to_dict() for d in decide(build_graph(records), book, kb=kb) for a in d.alerts]
        )

    assert told(read_patients()) == told(read_patients()[::-1])


@pytest.mark.parametrize(
    ("value", "unit", "amount"),
    [
        ("1250 mg, four times daily", "g/d", "5"),
        ("500 mg, every 8 hours", "mg/d", "1500"),
        ("70 mg, weekly", "mg/d", "10"),
        ("2 tablets, daily", "mg/d", None),
        ("5 mg", "mg/d", None),
    ],
)
def test_daily_amount(value: str, unit: str, amount: str | None) -> None:
    graph, _, _ = build_case(Case("", True, f"drug:x={value}", "here"))
    (chart,) = charts(Lookup(graph))
    (course,) = chart.drugs.values()
    told = daily_ends(course, None, unit)
    assert told == (None if amount is None else (Decimal(amount), Decimal(amount)))


def every_card(decided: list[Decision]) -> Iterator[dict[str, Any]]:
    for decision in decided:
        yield from cards(decision, lambda fact: ["a *quote*\n# of it"], example=True)["cards"]


def test_cards_are_what_cds_hooks_asks_for(decided: list[Decision]) -> None:
    """https://cds-hooks.hl7.org/2.0/#card-attributes, attribute by attribute."""
    seen = set()
    for made in every_card(decided):
        assert 0 < len(made["summary"]) < 140
        assert made["indicator"] in ("info", "warning", "critical")
        assert made["source"]["label"] and made["source"]["url"].startswith("https://")
        assert all({"code", "system", "display"} == set(r) for r in made["overrideReasons"])
        assert made["suggestions"] == [] and "selectionBehavior" not in made
        assert "not for care" in made["detail"] and "a \\*quote\\* \\# of it" in made["detail"]
        seen.add(made["uuid"])
    assert len(seen) == 25
    nothing = Decision("p")
    assert cards(nothing) == {"cards": []}


def test_services_and_requests(decided: list[Decision]) -> None:
    hooks = [service["hook"] for service in discovery("a", "b")["services"]]
    assert hooks == ["patient-view", "order-select"]
    assert patient_of({"context": {"patientId": "p1"}}) == "p1"
    assert patient_of({"context": 3}) == patient_of({}) == ""
    long = card(decided[0].alerts[0])
    assert len(long["summary"]) < 140


def test_fhir_is_valid(decided: list[Decision]) -> None:
    resources = pytest.importorskip("fhir.resources.R4B.bundle", reason="fhir.resources is missing")
    for decision in [*decided, Decision("nobody", "2024-01-01")]:
        made = bundle(decision)
        checked = resources.Bundle.model_validate(made)
        kinds = [entry.resource.get_resource_type() for entry in checked.entry]
        assert kinds == ["DetectedIssue"] * len(decision.alerts) + ["GuidanceResponse"]
