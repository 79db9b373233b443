"""ConText's scopes, worked out by hand: letters are mentions, words are cues."""

import pytest

from spacy_clinical.context.assertion_rules import ContextFinder
from spacy_clinical.context.cue_tables import parse_rules
from spacy_clinical.docs.section_spans import DocSection

RULES = """no\tabsent\tforward
possible\tpossible\tforward
if\thypothetical\tcondition
only if\thypothetical\tcondition
uses\tcurrent\tforward\t1
, stop\tend\t\t\thypothetical
for\tend\t\t\thypothetical
history of\thistorical\tforward
mother\tfamily\tforward
was excluded\tabsent\tbackward
was suspected\tpossible\tbackward
near\tpossible\tboth\t1
gone\tabsent\teither\t2
sick\tabsent\tinside
not only\tpseudo
but\tend
has\tend\t\t\tabsent
or\tlink
"""
RANKING = ["hypothetical", "absent", "family", "possible", "historical"]
FINDER = ContextFinder(parse_rules(RULES, "test"), RANKING)


def found(text: str, sections: tuple[DocSection, ...] = ()) -> dict[str, str]:
    """What is said of the single capital letters of a text; sentences end at a stop."""
    places = [i for i, char in enumerate(text) if char.isupper()]
    starts = [0, *(i + 2 for i, char in enumerate(text) if char == "." and i + 2 < len(text))]
    said = FINDER.find(text, [(i, i + 1) for i in places], starts, sections)
    return {
        text[i]: " ".join(one.value for one in row) for i, row in zip(places, said, strict=True)
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A no B and C", {"A": "", "B": "absent", "C": "absent"}),
        ("no A but B", {"A": "absent", "B": ""}),
        ("no A. B", {"A": "absent", "B": ""}),
        ("A (no B), C or D", {"A": "", "B": "absent", "C": "", "D": ""}),
        ("A (x [no B] history of C) D", {"A": "", "B": "absent", "C": "historical", "D": ""}),
        ("(no) A, (history of B", {"A": "absent", "B": "historical"}),
        ("1) no A", {"A": "absent"}),
        ("no (A, B) or C", {"A": "absent", "B": "absent", "C": "absent"}),
        ("A and B was excluded", {"A": "absent", "B": "absent"}),
        ("A but B was excluded", {"A": "", "B": "absent"}),
        ("not only A", {"A": ""}),
        ("possible A has B", {"A": "possible", "B": "possible"}),
        ("no A has B", {"A": "absent", "B": ""}),
        ("no A, possible B", {"A": "absent", "B": "possible"}),
        ("no A and possible B", {"A": "absent", "B": "possible"}),
        ("no A or history of B", {"A": "absent", "B": "absent historical"}),
        ("no A and history of B", {"A": "absent", "B": "historical"}),
        ("no history of A", {"A": "absent historical"}),
        ("if no A", {"A": "hypothetical absent"}),
        ("mother A, history of B", {"A": "family", "B": "family historical"}),
        ("mother no A", {"A": "absent family"}),
        ("mother possible A", {"A": "family possible"}),
        ("no A, B was suspected", {"A": "absent", "B": "possible"}),
        ("possible A, B was excluded", {"A": "possible", "B": "absent"}),
        ("A near B", {"A": "possible", "B": "possible"}),
        ("A one two near one B", {"A": "", "B": "possible"}),
        ("A gone and B", {"A": "absent", "B": ""}),
        ("A gone, B gone, C", {"A": "absent", "B": "absent", "C": ""}),
        ("gone A and B", {"A": "absent", "B": "absent"}),
        ("A one two three gone B", {"A": "", "B": "absent"}),
        ("A but gone B", {"A": "", "B": "absent"}),
        ("A, gone B and C", {"A": "", "B": "absent", "C": "absent"}),
        ("A and gone: B", {"A": "", "B": "absent"}),
        ("A gone B", {"A": "absent", "B": ""}),
        ("A one gone, B", {"A": "absent", "B": ""}),
    ],
)
def test_scopes(text: str, expected: dict[str, str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if A, B", {"A": "hypothetical", "B": "hypothetical"}),
        ("if A, stop B", {"A": "hypothetical", "B": "hypothetical"}),
        ("if A for B, stop C", {"A": "hypothetical", "B": "hypothetical", "C": "hypothetical"}),
        ("told that if A, stop B", {"A": "hypothetical", "B": "hypothetical"}),
        ("A if B, stop C", {"A": "", "B": "hypothetical", "C": ""}),
        ("A if B for C", {"A": "", "B": "hypothetical", "C": "hypothetical"}),
        ("only if A, stop B", {"A": "hypothetical", "B": "hypothetical"}),
        ("A only if B, stop C", {"A": "", "B": "hypothetical", "C": ""}),
        ("if A but B", {"A": "hypothetical", "B": ""}),
        ("if A, he gets B", {"A": "hypothetical", "B": ""}),
        ("if A, he will get B", {"A": "hypothetical", "B": "hypothetical"}),
        ("if A, the knee hurts, stop B", {"A": "hypothetical", "B": ""}),
        ("if A, possible B", {"A": "hypothetical", "B": "possible"}),
        (f"if A, {'word ' * 29}B", {"A": "hypothetical", "B": ""}),
    ],
)
def test_what_depends_on_a_condition(text: str, expected: dict[str, str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("history of A uses B", {"A": "historical", "B": ""}),
        ("history of A uses B, C", {"A": "historical", "B": "", "C": "historical"}),
        ("history of A, uses the B", {"A": "historical", "B": ""}),
        ("history of A uses more and more B", {"A": "historical", "B": "historical"}),
        ("no A uses B", {"A": "absent", "B": ""}),
        ("history of uses A", {"A": "historical"}),
        ("mother A uses B", {"A": "family", "B": "family"}),
        ("if A uses B", {"A": "hypothetical", "B": "hypothetical"}),
    ],
)
def test_what_is_taken_now(text: str, expected: dict[str, str]) -> None:
    """Isn't what was said of another mention before it."""
    assert found(text) == expected


def test_what_is_taken_now_is_not_past_by_its_heading() -> None:
    section = DocSection("past", 0, 12, (0, 0), "historical")
    assert found("A, uses B, C", (section,)) == {"A": "historical", "B": "", "C": "historical"}


@pytest.mark.parametrize(
    ("text", "mention", "value"),
    [
        ("no pain", (0, 7), "absent"),
        ("gone pain", (0, 9), "absent"),
        ("pain gone", (0, 9), "absent"),
        ("no pain", (0, 2), ""),
        ("pain was excluded", (0, 17), "absent"),
        ("very sick man", (0, 13), "absent"),
        ("sick pain", (5, 9), ""),
        ("it was excluded now", (3, 19), ""),
        ("history of pain", (8, 15), "historical"),
    ],
)
def test_cues_inside_a_mention(text: str, mention: tuple[int, int], value: str) -> None:
    (said,) = FINDER.find(text, [mention], [0])
    assert [one.value for one in said] == [value] * bool(value)


def test_the_cue_is_kept() -> None:
    text = "Now no A"
    ((result,),) = FINDER.find(text, [(7, 8)], [0])
    assert text[slice(*result.cue)] == "no"


@pytest.mark.parametrize(
    ("assertion", "expected"),
    [
        ("family", {"A": "family", "B": "absent family", "C": "family historical"}),
        ("", {"A": "", "B": "absent", "C": "historical"}),
        ("hypothetical", {"A": "hypothetical", "B": "hypothetical absent", "C": "hypothetical"}),
    ],
)
def test_sections_say_what_words_do_not(assertion: str, expected: dict[str, str]) -> None:
    text = "fam: A. no B. history of C"
    section = DocSection("x", 0, len(text), (0, 3), assertion)
    assert found(text, (section,)) == expected


def test_a_heading_is_a_cue() -> None:
    section = DocSection("x", 0, 6, (0, 3), "family")
    ((result,),) = FINDER.find("fam: A", [(5, 6)], [0], [section])
    assert result.cue == (0, 3)


def test_no_mentions() -> None:
    assert FINDER.find("no", [], [0]) == []
    assert FINDER.find("", [], []) == []


def test_a_mention_over_a_border_of_sentences() -> None:
    ((result,),) = FINDER.find("no ab. cd", [(3, 9)], [0, 7])
    assert result.value == "absent"


MORE = """no change in\tpseudo\tforward
says\tpseudo\t\t\tfamily
mother says\tpseudo\t\t\tfamily
ruled ... out\tabsent\taround\t4
this was excluded\tabsent\tanswer
? no <end>\tabsent\tbackward
(+)\tpresent\tbackward\t2
in <year>\thistorical\tbackward
;\tend
"""
OTHER = ContextFinder(parse_rules(RULES + MORE, "test"), RANKING)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ruled A out and B", ["absent", ""]),
        ("ruled one two three four five A out", [""]),
        ("possible A; this was excluded", ["absent"]),
        ("A and possible B; this was excluded", ["", "absent"]),
        ("A? No.", ["absent"]),
        ("no A. B? No. C", ["absent", "absent", ""]),
        ("no change in A, B", ["", "absent"]),
        ("mother says no A", ["absent"]),
        ("no A in 2010", ["absent"]),
        ("A in 2010", ["historical"]),
        ("A in 20", [""]),
        ("1) no A 2) B 3) no C", ["absent", "", "absent"]),
        ("no A (+)", [""]),
    ],
)
def test_more_kinds(text: str, expected: list[str]) -> None:
    places = [i for i, c in enumerate(text) if c in "ABC"]
    starts = [0, *(i + 2 for i, c in enumerate(text) if c in ".?" and i + 2 < len(text))]
    said = OTHER.find(text, [(i, i + 1) for i in places], starts)
    values = [" ".join(one.value for one in row).replace("present", "") for row in said]
    assert values == expected


def test_a_phrase_across_a_border_of_a_mention_silences_nothing_of_it() -> None:
    finder = ContextFinder(parse_rules("no\tabsent\tforward\nno big\tpossible\tforward", "x"), [])
    assert finder.find("no big lump", [(3, 11)], [0])[0][0].value == "absent"
    assert finder.find("no big lump", [(7, 11)], [0])[0][0].value == "possible"


def test_a_sentence_without_stops_takes_time_that_grows_with_it() -> None:
    """20,000 mentions and as many cues in one sentence: with a square it would take hours."""
    text = "no A and history of B or if C , " * 7_000
    places = [i for i, char in enumerate(text) if char in "ABC"]
    said = OTHER.find(text, [(i, i + 1) for i in places], [0])
    assert [row[0].value for row in said[:3]] == ["absent", "historical", "hypothetical"]
    assert said[-1][0].value == "hypothetical"


MORE = """suspected\tpossible\tforward
ruled out\tabsent\tbackward
old\thistorical\tforward
past\thistorical\tbackward
here\tpresent\tforward\t0
suspected ... later cleared\tabsent\taround
suspected ... since cleared\tabsent\taround
cleared\tabsent\tforward
scan ... cleared\tpossible\tforward
;\tend\tbackward\t\thistorical
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # An end of one direction: the past before it goes on, that behind it doesn't reach back.
        ("old A; B", {"A": "historical", "B": "historical"}),
        ("A; B past", {"A": "", "B": "historical"}),
        # Two cues that begin with the same part.
        ("suspected A later cleared", {"A": "absent"}),
        ("suspected A since cleared", {"A": "absent"}),
        # A cue in two parts silences the one that its second part is by itself.
        ("scan cleared A", {"A": "possible"}),
        ("cleared A", {"A": "absent"}),
    ],
)
def test_ends_and_cues_in_two_parts(text: str, expected: dict[str, str]) -> None:
    finder = ContextFinder(parse_rules(MORE, "test"), RANKING)
    places = [i for i, char in enumerate(text) if char.isupper()]
    said = finder.find(text, [(i, i + 1) for i in places], [0])
    values = [" ".join(one.value for one in row) for row in said]
    assert dict(zip([text[i] for i in places], values, strict=True)) == expected


def test_what_is_said_outweighs_a_section_of_the_past_or_of_doubts() -> None:
    """In a section of the past what is here isn't past; in one of doubts only what nothing is said
    of is doubted."""
    finder = ContextFinder(parse_rules(MORE, "test"), RANKING)
    text = "Head: A here B. cleared C"
    places = [i for i, char in enumerate(text) if char in "ABC"]
    for value, expected in (
        ("historical", ["historical", "present", "absent historical"]),
        ("possible", ["possible", "present", "absent"]),
    ):
        section = DocSection("x", 0, len(text), (0, 4), value)
        said = finder.find(text, [(i, i + 1) for i in places], [0, 16], (section,))
        assert [" ".join(one.value for one in row) for row in said] == expected
