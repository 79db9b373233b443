"""The table of `clinical_terms`."""

import pytest

from spacy_clinical.errors import ContextError
from spacy_clinical.pipeline.terms.term_rules import (
    Lengths,
    TermRules,
    format_term_rules,
    load_term_rules,
    parse_term_rules,
)


def test_later_lines_hold() -> None:
    lines = ("stop\tColds\tnever", "stop\tcolds\tcontext", "least\ttypo\t9", "word\tone two")
    lists = "title\tdr", "degree\tmd", "role\tsurgeon", "number\tid", "given\tCold\tcaught has_a_"
    more = "between\tone two", "unless\tR-A\tC: x", "unless\tr.a.\tA|B: Sat %; C: in out_"
    towns = "ward\troom", "state\tmi", "place\tarbor", "home\tlives", "rank\tnp rn", "rank\tpa\tby"
    text = "\n".join([*lines, *more, *lists, *towns, "section\tplan\tA|B"])
    rules = TermRules(parse_term_rules(text, "own"))
    assert rules.stops == {"colds": "context"}
    assert rules.lengths == Lengths(typo=9)
    assert rules.words == {"one", "two"}
    assert rules.sections == {"plan": {"A", "B"}}
    assert rules.between == {"one", "two"}
    assert rules.unless == {
        "r a": (
            (frozenset("AB"), frozenset(("sat", "%"))),
            (frozenset("C"), frozenset(("in", "out_"))),
        )
    }
    assert rules.given == {"cold": {"caught", "has_a_"}}
    assert rules.persons[:4] == ({"dr"}, {"md"}, {"surgeon"}, {"id"})
    assert rules.persons[4:8] == ({"room"}, {"mi"}, {"arbor"}, {"lives"})
    assert rules.persons.ranks == {"np": set(), "rn": set(), "pa": {"by"}}


def test_the_packaged_tables() -> None:
    rows = load_term_rules(["en", "words_en"])
    assert parse_term_rules(format_term_rules(rows), "again") == rows
    rules = TermRules(rows)
    assert rules.label_of("T047") == rules.label_of("disorder") == "CONDITION"
    assert rules.label_of("Drug") == rules.label_of("DRUGS") == rules.label_of("medicine")
    assert rules.label_of("Sign_or_Symptom") == rules.label_of("symptoms") == "SYMPTOM"
    assert rules.label_of("qualifier value") == "-" and rules.label_of("quibble") is None
    assert "couch" in rules.words and "copd" not in rules.words
    own = {label for label in rules.labels.values() if label != "-"}
    assert {label for labels in rules.sections.values() for label in labels} <= own


@pytest.mark.parametrize(
    "line, told",
    [
        ("stop\tcold\tsometimes", "'sometimes' for stop cold"),
        ("stop\t...\tnever", "for stop"),
        ("least\tletters\tfew", "'few' for least letters"),
        ("least\tsyllables\t2", "typo_term, and a number"),
        ("label\tT047", "an entity label"),
        ("word\tone\ttwo", "no third cell"),
        ("between\tleft\tright", "no third cell"),
        ("unless\tra\tsat", "a colon, and words"),
        ("unless\tra\tCONDITION:", "a colon, and words"),
        ("unless\tra\t: sat", "a colon, and words"),
        ("unless\tra\tCONDITION: sat; TEST", "a colon, and words"),
        ("given\tcold", "a name, and words"),
        ("title\tdr\tmr", "no third cell"),
        ("unless\t-\tCONDITION: sat", "a colon, and words"),
        ("stopp\tcold\tnever", "one of label"),
        ("label", "one of label"),
        ("label\ta\tb\tc", "4 cells"),
    ],
)
def test_errors(line: str, told: str) -> None:
    with pytest.raises(ContextError, match=r"SC322.*own, line 2") as error:
        parse_term_rules(f"# kind\n{line}\n", "own")
    assert told in str(error.value)
