"""Sentences of notes: every statement that FHIR makes of them is the note's, none is missing."""

import pytest
from spacy.language import Language

from .fhir_cases import make_doc, make_resources
from .said_resources import is_right, make_rules, read_cases, said

pytest.importorskip("fhir.resources")
PARTS = ("dev", "rounds", "dictated", "charts", "forms", "conditions")
RULES_FOR = [case for part in PARTS for case in read_cases(part)]


@pytest.fixture(scope="module")
def rules() -> Language:
    return make_rules()


@pytest.mark.parametrize(("text", "wanted", "relations"), RULES_FOR)
def test_sentence(rules: Language, text: str, wanted: str, relations: list[str]) -> None:
    found = said(rules, text, relations)
    assert is_right(found, wanted), found


@pytest.mark.parametrize(
    ("part", "right", "of"),
    [
        ("held", 22, 22),  # 18 when they were scored; what the others showed was mended since
        ("rounds_held", 8, 8),  # 7; "A stopped (reason), B continued" was mended since
        ("dictated_held", 27, 27),  # 21; what stated something untrue was mended since
        ("charts_held", 12, 12),  # 12, but for the form of two wanted rows
        ("forms_held", 25, 25),  # 7 before the rules for forms, 25 when these were first scored
        ("conditions_held", 34, 34),  # 32 when they were scored
    ],
)
def test_sentences_written_to_be_held_out(rules: Language, part: str, right: int, of: int) -> None:
    cases = read_cases(part)
    found = [is_right(said(rules, text, relations), wanted) for text, wanted, relations in cases]
    assert (sum(found), len(found)) == (right, of)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("Mother had {c|gout} at age 48.", 48),
        ("Brother with {c|gout}, diagnosed at 51.", 51),
        ("Father died of {c|gout} at age 70.", None),
        ("Mother had {c|gout} at 48 mg.", None),
        ("Sister has {c|gout} at 3.5 years of illness.", None),
    ],
)
def test_how_old_a_relative_was(rules: Language, text: str, age: int | None) -> None:
    doc = make_doc(text.replace("{c|", "{c1|"))
    for _, pipe in rules.pipeline:
        doc = pipe(doc)
    (found,) = make_resources(doc)
    aged = found["condition"][0].get("onsetAge", {})
    assert (aged.get("value"), aged.get("code")) == ((age, "a") if age else (None, None))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Received {m|zorabine} 5 mg nightly.", "drug zorabine active"),
        (
            "Was given {m|zorabine} and {m|talimine} twice a day.",
            "drug zorabine active; drug talimine active",
        ),
        (
            "Was given {m|zorabine} and {m|talimine} on arrival.",
            "drug zorabine completed; drug talimine completed",
        ),
        ("Received {m|zorabine} in triage, continues on it.", "drug zorabine active"),
        ("Was given a prescription for {m|zorabine}.", "drug zorabine active"),
        ("Got {m|zorabine} refilled.", "drug zorabine active"),
        ("Give {m|zorabine} 5 mg x1.", "drug zorabine active"),
        ("{m|Zorabine} 5 mg x 1 tablet daily.", "drug Zorabine active"),
        ("{m|Zorabine} 5 mg x2.", "drug Zorabine completed"),
        ("{m|Zorabine} 5 mg x2 days.", "drug Zorabine active"),
        ("Never received {m|zorabine}.", "drug zorabine not-taken"),
    ],
)
def test_what_was_given_once(rules: Language, text: str, wanted: str) -> None:
    found = said(rules, text, [])
    assert is_right(found, wanted), found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "{m|Zorabine} 5 mg daily\n{m|Talimine} 2 mg daily - patient not taking",
            "drug Zorabine active; drug Talimine not-taken",
        ),
        (
            "{m|Zorabine} 5 mg daily (not taking)\n{m|Talimine} 2 mg daily",
            "drug Zorabine not-taken; drug Talimine active",
        ),
        (
            "{m|Zorabine} 5 mg - no longer taking\n{m|Talimine} 2 mg daily",
            "drug Zorabine not-taken; drug Talimine active",
        ),
        (
            "{m|Zorabine},\n{m|Talimine} were stopped.",
            "drug Zorabine stopped; drug Talimine stopped",
        ),
        ("{m|Zorabine} 5 mg twice a day for 3 days only if it hurts.", "drug Zorabine intended"),
    ],
)
def test_lines_tell_of_their_own_drug(rules: Language, text: str, wanted: str) -> None:
    found = said(rules, text, [])
    assert is_right(found, wanted), found
