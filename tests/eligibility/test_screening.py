"""Trials held against the invented patients, answers by hand from their notes."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from spacy_clinical.cli import app
from spacy_clinical.decisions.rule_sources import read_born
from spacy_clinical.eligibility import Criterion, Screening, compile_criteria, screen
from spacy_clinical.eligibility.conditions import ALL, ANY, NO, UNKNOWN, YES, Verdict, Window, join
from spacy_clinical.graph import KnowledgeGraph, build_graph
from spacy_clinical.graph.graph_files import write_graph
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.knowledge.terminology_bases import build_base
from spacy_clinical.questions.concept_names import names_of

from ..commands import run
from ..marked_notes import note
from ..patients import FOLDER, read_patients

BORN = FOLDER / "born.tsv"
Screens = Callable[..., dict[str, Screening]]


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return build_graph(read_patients())


def screened(graph: KnowledgeGraph, *criteria: str, **options: object) -> dict[str, str]:
    """The status of each patient; a criterion of exclusion begins with "!"."""
    read = [Criterion(x.removeprefix("!"), x[0] != "!", n) for n, x in enumerate(criteria, 1)]
    born = read_born(BORN)
    found = screen(graph, read, born=born, **options)  # type: ignore[arg-type]
    return {one.patient: one.status for one in found}


def one_criterion(graph: KnowledgeGraph, text: str, **options: object) -> dict[str, str]:
    """ "yes", "no" or "unknown" of each patient, as far as it isn't unknown."""
    words = {"eligible": YES, "not eligible": NO}
    found = screened(graph, text, **options)
    return {key: words[value] for key, value in found.items() if value in words}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Told in the newest notes that take a stand: p8's diabetes is denied, p1's and p4's there.
        ("Type 2 diabetes", {"p1": YES, "p4": YES}),
        # 27, 51, 96 are the newest values; the others have none.
        ("eGFR >= 30 mL/min", {"p1": NO, "p4": YES, "p5": YES}),
        ("eGFR between 51 and 90 mL/min", {"p1": NO, "p4": YES, "p5": NO}),
        # Taken on the day: p4 buys naproxen, p7's was stopped.
        ("Taking warfarin", {"p2": YES}),
        ("Taking naproxen", {"p4": YES, "p7": NO}),
        ("Prior naproxen", {"p4": YES, "p7": YES}),
        # Done in April, by the note of then; the newest one is of August.
        ("Transfusion within 6 months", {"p7": YES}),
        ("Transfusion within 3 months", {"p7": NO}),
        # Stopped in 2017, the newest note is of September 2024.
        ("Azathioprine within 5 years", {"p8": NO}),
        ("Azathioprine within 8 years", {"p8": YES}),
        # p5's was excluded by a test.
        ("Allergy to penicillin", {"p2": YES, "p5": NO}),
        ("Allergy to aspirin", {"p3": NO}),
        # p7's stroke of 2019 was told after it had been denied.
        ("History of stroke", {"p7": YES}),
        ("No history of stroke", {"p7": NO}),
        ("Stroke within 2 years", {"p7": NO}),
        # p4's was in 2016; a history doesn't tell that what it names is over.
        ("Myocardial infarction", {"p1": NO}),
        ("Type 2 diabetes within 1 year", {"p1": YES, "p4": YES}),
        ("History of myocardial infarction", {"p1": NO, "p4": YES}),
        ("Sleep apnea", {"p8": NO}),
        ("Epidural injection", {"p6": YES}),
        # Born in 1989 and 1978; the others are 50 or older.
        ("Age 50 years or older", dict.fromkeys(["p1", "p2", "p4", "p6", "p7", "p8"], YES)
         | {"p3": NO, "p5": NO}),
        ("Blue eyes", {}),
        ("Uncontrolled hypertension", {}),
    ],
)  # fmt: skip
def test_a_criterion(graph: KnowledgeGraph, text: str, expected: dict[str, str]) -> None:
    assert one_criterion(graph, text) == expected


@pytest.mark.parametrize(
    ("notes", "text", "expected"),
    [
        ({"2024-07-02": "Past: {c:historical asthma}."}, "Asthma", UNKNOWN),
        ({"2024-07-02": "No {c:absent asthma}."}, "Asthma", NO),
        # A doubt that isn't older than the denial.
        ({"2023-05-01": "No {c:absent asthma}.", "2024-07-02": "{c:possible Asthma}?"},
         "Asthma", UNKNOWN),
        ({"2023-05-01": "{c:possible Asthma}?", "2024-07-02": "No {c:absent asthma}."},
         "Asthma", NO),
        ({"2024-07-02": "{c:possible Asthma} was feared. No {c:absent asthma}."}, "Asthma", NO),
        ({"2023-05-01": "{m Abacin} was stopped.", "2024-07-02": "{m:possible Abacin}?"},
         "Abacin", UNKNOWN),
        # What was there in an old note may be there still; a day that is told is over.
        ({"2021-05-01": "{c Asthma}.", "2024-07-02": "{c Gout}."},
         "Asthma within 6 months", UNKNOWN),
        ({"2024-07-02": "{c:historical Asthma} in 2019."}, "Asthma within 6 months", NO),
        ({"2024-07-02": "{c Asthma} since 2019."}, "Asthma within 6 months", YES),
        ({"2024-07-02": "{c:historical Pneumonia} in 2023."}, "Pneumonia within 12 months",
         UNKNOWN),
        ({"2024-07-02": "{c:historical Asthma} in 2019.", "2024-07-01": "{c:possible Asthma}?"},
         "Asthma within 6 months", NO),
        # A denial from before the time that is asked for.
        ({"2021-05-01": "No {c:absent asthma}.", "2024-07-02": "{c Gout}."},
         "Asthma within 6 months", UNKNOWN),
        ({"2024-07-02": "No {c:absent asthma}."}, "Asthma within 6 months", NO),
        # Not now isn't never.
        ({"2024-07-02": "Not on {m:absent abacin}."}, "Taking abacin", NO),
        ({"2024-07-02": "Not on {m:absent abacin}."}, "Prior abacin", UNKNOWN),
        ({"2024-07-02": "Not on {m:absent abacin}."}, "Abacin within 6 months", UNKNOWN),
        ({"2024-07-02": "{o Gastroscopy} was declined."}, "Gastroscopy", UNKNOWN),
        ({"2024-07-02": "No {o:absent gastroscopy} so far."}, "Gastroscopy", NO),
    ],
)  # fmt: skip
def test_what_a_note_leaves_open(notes: dict[str, str], text: str, expected: str) -> None:
    graph = build_graph([note(marked, day=day) for day, marked in notes.items()])
    (found,) = screen(graph, [Criterion(text, True, 1)])
    assert found.answers[0].verdict.value == expected


def test_a_day_before_all_notes_or_birth(graph: KnowledgeGraph) -> None:
    """Then nothing is known, and that nothing is told of it is no evidence."""
    early = {"as_of": date(1960, 1, 1), "silence_is_no": True}
    for text in ("!Taking warfarin", "Age >= 18 years", "Age < 18 years"):
        assert one_criterion(graph, text, **early) == {}
    undated = build_graph([note("{c Gout}. {o Gastroscopy} in 2024.", day="")])
    asked = [Criterion(text, True, 1) for text in ("Gout", "Age < 18 years", "Gastroscopy")]
    born = {"p": date(1970, 1, 1)}
    (found,) = screen(undated, asked, as_of=early["as_of"], born=born)
    assert [one.verdict.value for one in found.answers] == [YES, UNKNOWN, UNKNOWN]


def test_criteria_compiled_apart(graph: KnowledgeGraph) -> None:
    """Conditions of two calls don't stand for each other's."""
    names = names_of(graph)
    parts = [compile_criteria([Criterion(text, True, 1)], names) for text in ("Gout", "Stroke")]
    (found,) = screen(graph, [*parts[0], *parts[1]], patients=["p4"])
    assert [one.verdict.value for one in found.answers] == [YES, UNKNOWN]


def test_two_tests_that_a_name_stands_for() -> None:
    """Where their results of one day differ nobody knows which is meant."""
    said = "{t serum zinkate} {v 7 mmol/L}, {t urine zinkate} {v 2 mmol/L}"
    related = [
        ("7 mmol/L", "RESULT_OF", "serum zinkate"),
        ("2 mmol/L", "RESULT_OF", "urine zinkate"),
    ]
    graph = build_graph([note(said, *related)])
    names = names_of(graph)
    for concept in graph.concepts.values():
        if concept.name.endswith("zinkate"):
            names.add(concept.id, ["zinkate"], frozenset({"test"}))
    texts = ("Zinkate > 5 mmol/L", "Zinkate > 1 mmol/L", "Zinkate > 9 mmol/L")
    asked = compile_criteria([Criterion(text, True, 1) for text in texts], names)
    (found,) = screen(graph, asked)
    assert [one.verdict.value for one in found.answers] == [UNKNOWN, YES, NO]


def test_a_trial_of_arthritis(graph: KnowledgeGraph) -> None:
    """p8 meets all; of the others the notes don't tell of arthritis, or they are too young."""
    criteria = ("Age >= 50 years", "Rheumatoid arthritis", "CRP < 10 mg/L", "!Sleep apnea",
                "!ALT > 60 U/L", "!Azathioprine within 5 years")  # fmt: skip
    assert screened(graph, *criteria) == {
        "p1": UNKNOWN,
        "p2": UNKNOWN,
        "p3": "not eligible",
        "p4": UNKNOWN,
        "p5": "not eligible",
        "p6": "not eligible",  # ALT 88 U/L
        "p7": UNKNOWN,
        "p8": "eligible",
    }


def test_what_is_not_understood_makes_nobody_eligible(graph: KnowledgeGraph) -> None:
    """Whichever part it stands in; who is out stays out."""
    for text in ("Severe gout", "!Severe gout"):
        found = screened(graph, "Age >= 50 years", text)
        assert set(found.values()) == {UNKNOWN, "not eligible"}
        assert found["p8"] == UNKNOWN and found["p3"] == "not eligible"


def test_silence(graph: KnowledgeGraph) -> None:
    """Nobody's notes but p2's name warfarin as the patient's own; a result is never guessed."""
    assert one_criterion(graph, "!Taking warfarin") == {"p2": NO}
    found = one_criterion(graph, "!Taking warfarin", silence_is_no=True)
    assert found == {f"p{n}": NO if n == 2 else YES for n in range(1, 9)}
    assert one_criterion(graph, "!INR > 9", silence_is_no=True) == {"p2": YES}


def test_only_what_was_known_on_the_day(graph: KnowledgeGraph) -> None:
    early = {"as_of": date(2024, 5, 1), "patients": ["p1", "p7"]}
    assert one_criterion(graph, "eGFR >= 40 mL/min", **early) == {"p1": YES}
    assert one_criterion(graph, "History of stroke", **early) == {"p7": NO}
    assert one_criterion(graph, "Atrial fibrillation", **early) == {}


def test_kinds_of_a_class_by_a_base(graph: KnowledgeGraph, patients_kb: Path) -> None:
    """Naproxen, ibuprofen, diclofenac are taken, p7's was stopped: a member denies no class."""
    found = one_criterion(graph, "Taking an NSAID", kb=KnowledgeBase(patients_kb))
    assert found == {"p4": YES, "p5": YES, "p6": YES}


@pytest.fixture(scope="module")
def patients_kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kb") / "kb"
    build_base([FOLDER / "terminology.csv"], folder)
    return folder


@pytest.mark.parametrize(
    ("values", "joint", "expected"),
    [
        ((YES, UNKNOWN), ANY, YES), ((NO, UNKNOWN), ANY, UNKNOWN), ((NO, NO), ANY, NO),
        ((YES, UNKNOWN), ALL, UNKNOWN), ((NO, UNKNOWN), ALL, NO), ((YES, YES), ALL, YES),
    ],
)  # fmt: skip
def test_three_values(values: tuple[str, ...], joint: str, expected: str) -> None:
    verdicts = [Verdict(value, value) for value in values]
    found = join(verdicts, joint)
    assert found.value == expected
    opposite = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}
    contrary = join([one.negated for one in verdicts], ANY if joint == ALL else ALL)
    assert contrary.value == opposite[expected] == found.negated.value  # De Morgan


@pytest.mark.parametrize(
    ("number", "unit", "day", "expected"),
    [
        (3, "month", date(2024, 5, 31), date(2024, 2, 29)),
        (1, "month", date(2024, 1, 15), date(2023, 12, 15)),
        (12, "month", date(2024, 12, 5), date(2023, 12, 5)),
        (1, "year", date(2024, 2, 29), date(2023, 2, 28)),
        (2, "week", date(2024, 3, 1), date(2024, 2, 16)),
        (1, "day", date(2024, 1, 1), date(2023, 12, 31)),
    ],
)
def test_windows(number: int, unit: str, day: date, expected: date) -> None:
    assert Window(number, unit).since(day) == expected


def test_the_command(tmp_path: Path, graph: KnowledgeGraph) -> None:
    write_graph(graph, tmp_path / "graph.json")
    trial = tmp_path / "trial.txt"
    trial.write_text(
        "Inclusion\n- Gout\n- Tall\nExclusion\n- Allergy to codeine\n", encoding="utf-8"
    )
    words = ("eligibility", tmp_path / "graph.json", trial)
    ran = run(app, *words, "--born", BORN, "-o", tmp_path / "found.jsonl")
    assert ran.exit_code == 0, ran.output
    assert "none: not understood: 'Tall'" in ran.output
    rows = [json.loads(line) for line in (tmp_path / "found.jsonl").read_text().splitlines()]
    fourth = next(row for row in rows if row["patient"] == "p4")
    assert fourth["status"] == "not eligible"
    assert [(c["part"], c["met"]) for c in fourth["criteria"]] == [
        ("inclusion", True),
        ("inclusion", None),
        ("exclusion", False),
    ]
    assert fourth["criteria"][2]["evidence"][0]["document"] == "p4-1"
    assert run(app, *words, "-o", tmp_path / "found.csv").exit_code == 1
