"""Criteria in the form of the Leaf Clinical Trials corpus: brat events with arguments of arguments.

Lines of our own, in the schema of the corpus: names (Condition-Name) are arguments of events
(Condition), comparisons are events of operator, value and unit, negations and assertions are
arguments. Source: Dobbins et al. 2022, Sci Data 9:490, doi:10.1038/s41597-022-01521-0.
"""

from pathlib import Path

import spacy

from spacy_clinical.docs import get_relations, to_doc, to_record
from spacy_clinical.formats import guess_format, read, write

from .samples import put

TEXT = "Adults with lupus\nNo prior transplant within 6 months\nCreatinine < 2.0 mg/dL"
ANN = (
    "T1\tLife-Stage-And-Gender 0 6\tAdults",
    "E1\tLife-Stage-And-Gender:T1",
    "T2\tCondition-Name 12 17\tlupus",
    "T3\tCondition 12 17\tlupus",
    "E2\tCondition:T3 Name-Arg:T2",
    "T4\tNegation 18 20\tNo",
    "E3\tNegation:T4",
    "T5\tEq-Comparison 38 53\twithin 6 months",
    "T6\tEq-Operator 38 44\twithin",
    "T7\tEq-Value 45 46\t6",
    "T8\tEq-Temporal-Unit 47 53\tmonths",
    "E4\tEq-Comparison:T5 Operator:T6 Value:T7 Temporal-Unit:T8",
    "T9\tProcedure 27 37\ttransplant",
    "T10\tProcedure-Name 27 37\ttransplant",
    "E5\tProcedure:T9 Name-Arg:T10 Negation-Arg:E3 Temporality:E4",
    "T11\tObservation 54 64\tCreatinine",
    "T12\tObservation-Name 54 64\tCreatinine",
    "T13\tEq-Comparison 65 76\t< 2.0 mg/dL",
    "T14\tEq-Operator 65 66\t<",
    "T15\tEq-Value 67 70\t2.0",
    "T16\tEq-Unit 71 76\tmg/dL",
    "E6\tEq-Comparison:T13 Operator:T14 Value:T15 Unit:T16",
    "E7\tObservation:T11 Name-Arg:T12 Numeric-Filter:E6",
    "A1\tStability-Value E2 stable",
)


def corpus(folder: Path) -> Path:
    put(folder / "NCT1.txt", TEXT)
    put(folder / "NCT1.ann", *ANN)
    return folder


def test_events_are_read_and_written(tmp_path: Path) -> None:
    (record,) = read(corpus(tmp_path / "in"))
    assert guess_format(tmp_path / "in") == "brat"
    assert (len(record.entities), len(record.events), len(record.attributes)) == (16, 7, 1)
    assert record.events[4].arguments == (
        ("Name-Arg", "T10"),
        ("Negation-Arg", "E3"),
        ("Temporality", "E4"),
    )
    write([record], tmp_path / "out", "brat")
    written = (tmp_path / "out" / "NCT1.ann").read_text(encoding="utf-8").splitlines()
    assert sorted(line.rstrip(" ") for line in written) == sorted(ANN)


def test_models_see_arguments_as_relations_of_triggers(tmp_path: Path) -> None:
    """Counted by hand: twelve arguments, each a relation between mentions; nothing is lost."""
    (record,) = read(corpus(tmp_path))
    doc = to_doc(record, spacy.blank("en").make_doc)
    told = [(rel.head.text, rel.label, rel.tail.text) for rel in get_relations(doc)]
    assert sorted(told) == [
        ("< 2.0 mg/dL", "Operator", "<"),
        ("< 2.0 mg/dL", "Unit", "mg/dL"),
        ("< 2.0 mg/dL", "Value", "2.0"),
        ("Creatinine", "Name-Arg", "Creatinine"),
        ("Creatinine", "Numeric-Filter", "< 2.0 mg/dL"),
        ("lupus", "Name-Arg", "lupus"),
        ("transplant", "Name-Arg", "transplant"),
        ("transplant", "Negation-Arg", "No"),
        ("transplant", "Temporality", "within 6 months"),
        ("within 6 months", "Operator", "within"),
        ("within 6 months", "Temporal-Unit", "months"),
        ("within 6 months", "Value", "6"),
    ]
    assert to_record(doc, events=True).events == record.events
