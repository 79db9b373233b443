"""Rules compare what a note in its language says for sure: what may be two numbers alerts nobody.

The inputs and what is to come of them were written down before anything was run.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from spacy_clinical.decisions import RuleBook, decide, read_rules
from spacy_clinical.decisions.daily_amounts import ends_of
from spacy_clinical.decisions.decision_rule_tables import COLUMNS
from spacy_clinical.decisions.patient_facts import daily_ends
from spacy_clinical.graph import Lookup, build_graph
from spacy_clinical.graph.patient_chart import PatientChart, charts
from spacy_clinical.records import Entity, Record, Relation

from ..marked_notes import note

OLD, NEW = "2024-07-02", "2024-07-09"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    folder: Path = tmp_path_factory.mktemp("rules")
    row = "high\tdose_limit\tresult(Z) > 5\t\t\t\tinfo\tm\t\ts\thttps://x\t2024-01-01"
    (folder / "rules.tsv").write_text("\n".join(["\t".join(COLUMNS), row]), encoding="utf-8")
    (folder / "sets.tsv").write_text("set\tmember\tsource\nZ\tzinkate\tx\n", encoding="utf-8")
    return read_rules(folder)


def value(words: str, language: str, day: str = OLD) -> Record:
    made = note(f"{{t zinkate}} {{v {words}}}.", (words, "RESULT_OF", "zinkate"), day=day)
    return replace(made, meta={**made.meta, "language": language})


@pytest.mark.parametrize(
    ("language", "words", "fires"),
    [
        ("de", "6,2", True), ("de", "4,2", False), ("de", "6.2", True), ("de", "6.200", False),
        ("de", "4.200", False), ("de", "> 5,5", True), ("es", "5,5", True), ("es", "5.500", False),
        ("en", "6.200", True), ("en", "6,200", True), ("en", "4.200", False), ("en", "6,2", False),
        ("", "6,200", True), ("es", "0,9", False), ("es", "1.000,5", True), ("es", "4,900", False),
        ("de", "1.234.567", True), ("de", "5,01", True),
    ],
)  # fmt: skip
def test_results(book: RuleBook, language: str, words: str, fires: bool) -> None:
    (decision,) = decide(build_graph([value(words, language)]), book)
    assert [alert.rule.id for alert in decision.alerts] == (["high"] if fires else [])


def test_an_older_number_does_not_stand_in_for_one_that_is_unsure(book: RuleBook) -> None:
    (decision,) = decide(build_graph([value("6,2", "de"), value("6.200", "de", NEW)]), book)
    assert decision.alerts == []


@pytest.mark.parametrize(
    ("language", "strength", "frequency", "most"),
    [
        ("de", "0,5 g", "1-0-1", "1000"),
        ("de", "1.500 mg", "1-0-1", None),
        ("de", "2,5 mg", "alle 12 Stunden", "5"),
        ("de", "12,5 mg", "3x tgl.", "37.5"),
        ("es", "2,5 mg", "cada 12 h", "5"),
        ("es", "1.000 mg", "cada 8 h", None),
        ("en", "1,500 mg", "twice daily", "3000"),
        ("en", "1.500 mg", "twice daily", "3"),
        ("en", "0,5 g", "twice daily", None),
        ("de", "1,000 mg", "zweimal täglich", None),
        ("es", "0,25 g", "3 veces al día", "750"),
        ("es", "7.5 mg", "cada 24 h", "7.5"),
    ],
)
def test_amounts_of_a_day(language: str, strength: str, frequency: str, most: str | None) -> None:
    told = ends_of((strength, "", "", frequency, ""), "mg/d", language)
    assert told == (most and (Decimal(most), Decimal(most)))


def test_counted_pieces() -> None:
    two = ("500 mg", "1,5 Tabletten", "", "1-0-1", "")
    assert ends_of(two, "mg/d", "de") == (Decimal(1500), Decimal(1500))
    assert ends_of(two, "mg/d") is None


def drug(strength: str, language: str, day: str) -> Record:
    """A drug twice a day."""
    text = f"abacin {strength} 1-0-1."
    extents = [(0, 6), (7, 7 + len(strength)), (8 + len(strength), len(text) - 1)]
    labels = ("MEDICATION", "STRENGTH", "FREQUENCY")
    found = [Entity(x, x, (span,)) for x, span in zip(labels, extents, strict=True)]
    ties = [Relation(labels[0], x, f"HAS_{x}") for x in labels[1:]]
    meta = {"patient": "p", "date": day, "language": language}
    return Record(f"{day}{language}", text, tuple(found), tuple(ties), meta=meta)


def course(*notes: Record) -> PatientChart:
    (chart,) = charts(Lookup(build_graph(notes)))
    return chart


@pytest.mark.parametrize(
    ("notes", "most"),
    [
        ([drug("1,5 g", "de", OLD)], "3"),
        ([drug("1,500 g", "de", OLD)], None),
        ([drug("1,500 mg", "en", OLD)], "3"),
        ([drug("500 mg", "en", OLD), drug("500 mg", "de", NEW)], "1"),
        ([drug("1,500 mg", "en", OLD), drug("1,500 mg", "de", NEW)], None),
    ],
)
def test_what_notes_of_two_languages_say_alike(notes: list[Record], most: str | None) -> None:
    chart = course(*notes)
    (taken,) = chart.drugs.values()
    told = daily_ends(taken, date(2024, 8, 1), "g/d")
    assert (told and told.most) == (most and Decimal(most))
