"""What a later clause or sentence takes back, what is somebody else's, and words before a colon."""

import pytest
import spacy
from spacy.language import Language

from spacy_clinical.context.assertion_rules import ContextFinder
from spacy_clinical.context.cue_tables import parse_rules
from spacy_clinical.docs import get_assertions, set_mentions
from spacy_clinical.errors import ContextError

DROPPED = (
    "dropped\tabsent\tanswer\t\tpossible\nperhaps\tpossible\tforward\nhas\tend\t\t\tabsent\n;\tend\n"
    "yet ... clean\tabsent\tanswer\t\tpossible\nyet\tend"
)


@pytest.fixture(scope="module")
def rules() -> Language:
    nlp = spacy.blank("en")
    for name in ("clinical_sentences", "clinical_sections", "clinical_context"):
        nlp.add_pipe(name)
    return nlp


def said(nlp: Language, text: str) -> list[str]:
    """What is said of the mentions of a text, which are Gout and Mumps, in order."""
    doc = nlp.make_doc(text)
    found = [t for t in doc if t.text in ("Gout", "Mumps")]
    set_mentions(doc, [doc[t.i : t.i + 1] for t in found], set_ents=False)
    for _, pipe in nlp.pipeline:
        doc = pipe(doc)
    return [" ".join(a.value for a in row if a.name == "assertion") for row in get_assertions(doc)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gout was the first thought; this was discarded once the joint was tapped.", ["absent"]),
        ("Probably Gout. The diagnosis was later retracted.", ["absent"]),
        (
            "Gout was suspected on call; crystals were sought and the diagnosis was dropped.",
            ["absent"],
        ),
        ("Her label of Gout was lifted and replaced by Mumps.", ["absent", "present"]),
        ("Gout was considered but an aspirate did not bear this out.", ["absent"]),
        ("Gout was considered but not judged to be the explanation.", ["absent"]),
        ("Known Gout was not judged to be the explanation.", ["present"]),
        ("Gout was considered, Mumps was not thought to be present.", ["possible", "absent"]),
        ("Gout struck off the problem list.", ["absent"]),
        ("Gout was struck from the problem list.", ["absent"]),
        ("Not believed to have Gout.", ["absent"]),
        ("Gout was suspected, but the aspirate and the ultrasound were unremarkable.", ["absent"]),
        ("Known Gout, but the ultrasound was normal.", ["present"]),
        ("Gout was considered, however the films showed nothing.", ["absent"]),
        ("Gout was abandoned in favor of Mumps.", ["absent", "present"]),
        ("The working diagnosis of Gout gave way to Mumps.", ["absent", "present"]),
        ("Imaging favors Gout over Mumps.", ["possible", "absent"]),
        ("No Gout unless Mumps sets in.", ["hypothetical", "hypothetical"]),
        ("There is no need for Gout unless he tires.", ["hypothetical"]),
        ("Has Gout, no Mumps unless he tires.", ["present", "hypothetical"]),
        ("No Gout unless noted above.", ["absent"]),
        ("No Gout. Unless he tires, home.", ["absent"]),
        ("Gout only if the scan is clear.", ["hypothetical"]),
        ("Gout only if he climbs.", ["present"]),
        ("Gout only when walking.", ["present"]),
        ("He was on Gout until surgery. Mumps now.", ["historical", "present"]),
        ("Until spring she was taking Gout.", ["historical"]),
        ("She was on Gout until now.", ["present"]),
    ],
)
def test_given_up_later(rules: Language, text: str, expected: list[str]) -> None:
    assert said(rules, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gout, now settled, and Mumps.", ["historical", "present"]),
        ("Gout has not fully settled.", ["present"]),
        ("Gout in deep remission.", ["historical"]),
        ("Gout, resident settled in well.", ["present"]),
        ("Gout none since Friday.", ["absent"]),
        ("Interval clearing of Gout.", ["historical"]),
        ("Gout has been replaced by Mumps.", ["historical", "present"]),
        ("Gout dating back to a fall in 1991.", ["present"]),
    ],
)
def test_over(rules: Language, text: str, expected: list[str]) -> None:
    assert said(rules, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("His flatmate has Mumps, he tested negative.", ["family"]),
        ("He has Mumps, his flatmate tested negative.", ["absent"]),
        ("Aunt was admitted with Mumps; infant has Gout.", ["family", "present"]),
        ("School contact with Mumps, toddler without Gout.", ["family", "absent"]),
        ("Aunt died at age 70 of Mumps.", ["family historical"]),
        ("Gout in two brothers.", ["family"]),
        ("The son does not recall any Gout.", ["absent"]),
    ],
)
def test_other_people(rules: Language, text: str, expected: list[str]) -> None:
    assert said(rules, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Suspected: Gout.", ["possible"]),
        ("Pertinent negatives: Gout, Mumps.", ["absent", "absent"]),
        ("Excluded: Gout; confirmed: Mumps.", ["absent", "present"]),
        ("Resolved: Gout. Ongoing: Mumps.", ["historical", "present"]),
        ("Denies the following symptoms: Gout, Mumps.", ["absent", "absent"]),
        ("No Gout, parotids: Mumps on both sides.", ["absent", "present"]),
        ("Gout -, Mumps +, cough -", ["absent", "present"]),
        ("Cough +, Gout -", ["absent"]),
        ("No Gout, Mumps only.", ["absent", "present"]),
    ],
)
def test_words_before_a_colon(rules: Language, text: str, expected: list[str]) -> None:
    assert said(rules, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("perhaps A, dropped", ["absent"]),
        ("A, dropped", []),
        ("perhaps A; tests came and it was dropped", ["absent"]),
        ("perhaps A; B; dropped", ["possible"]),
        ("perhaps A has gone; dropped", ["absent"]),
        ("perhaps A; yet a scan was clean", ["absent"]),
        ("perhaps A; yet much; a scan was clean", ["possible"]),
        ("A; yet a scan was clean", []),
    ],
)
def test_an_answer_to_what_is_doubted_only(text: str, expected: list[str]) -> None:
    places = [(i, i + 1) for i, char in enumerate(text) if char.isupper()]
    found = ContextFinder(parse_rules(DROPPED, "test"), []).find(text, places, [0])
    assert [one.value for row in found for one in row] == expected


def test_only_answers_and_ends_name_categories() -> None:
    with pytest.raises(ContextError):
        parse_rules("no\tabsent\tforward\t\tpossible", "test")
