"""What was known on a day, allergies that are in doubt, and notes that are other ones."""

from datetime import date

import pytest

from spacy_clinical.errors import AskError
from spacy_clinical.graph import build_graph
from spacy_clinical.questions import Asker
from spacy_clinical.records import Record

from ..marked_notes import note


def asker(*notes: Record) -> Asker:
    return Asker(build_graph(notes), {one.id: one.text for one in notes})


def values(asked: Asker, question: str, day: date | None = None) -> list[str]:
    return [row.value for row in asked(question, "p", as_of=day).rows]


@pytest.fixture(scope="module")
def later() -> Asker:
    early = note(
        "Takes {m tinorol} for {c gout}. {t Zinkate} {v 4.1}. Smokes.",
        ("4.1", "RESULT_OF", "Zinkate"),
        day="2024-01-01",
    )
    late = note(
        "{m Tinorol} stopped because of {c rash}. {t Zinkate} {v 9.9}. {o Grommet} done. Started "
        "{m plavorin}. Allergic to {m:historical abacin}. No longer smokes. "
        "Mother had {c:family lupus}.",
        ("9.9", "RESULT_OF", "Zinkate"),
        day="2024-06-01",
    )
    return asker(early, late)


@pytest.mark.parametrize(
    ("question", "then", "now"),
    [
        ("What was the last zinkate?", ["Zinkate 4.1 2024-01-01"], ["Zinkate 9.9 2024-06-01"]),
        ("What was the highest zinkate?", ["Zinkate 4.1 2024-01-01"], ["Zinkate 9.9 2024-06-01"]),
        ("Is zinkate rising?", [], ["Zinkate rising"]),
        ("When was tinorol stopped?", [], ["2024-06-01"]),
        ("Why was tinorol stopped?", [], ["rash"]),
        ("Which drugs were stopped?", [], ["tinorol"]),
        ("Which drugs were started?", [], ["plavorin"]),
        ("Which procedures were done?", [], ["Grommet"]),
        ("Did she have a grommet?", [], ["yes"]),
        ("What is she allergic to?", [], ["abacin"]),
        ("Does she smoke?", ["current"], ["former"]),
        ("What runs in the family?", [], ["lupus"]),
        ("When was tinorol last mentioned?", ["2024-01-01"], ["2024-06-01"]),
    ],
)
def test_what_was_known(later: Asker, question: str, then: list[str], now: list[str]) -> None:
    assert values(later, question, date(2024, 2, 1)) == then
    assert values(later, question) == now


@pytest.mark.parametrize(
    ("marked", "verdict", "left_out"),
    [
        ("{m Abacin} was not given because of an allergy to something.", [], {}),
        ("Possible allergy to {m:possible abacin}.", [], {"unsure": 1}),
        ("Allergic to {m:frobnicated abacin}.", [], {"unsure": 1}),
        ("If allergic to {m:hypothetical abacin}, tell us.", [], {"hypothetical": 1}),
        ("Not allergic to {m abacin}.", ["no"], {"denied": 1}),
        ("Allergic to {m:historical abacin}.", ["yes"], {}),
    ],
)
def test_allergies(marked: str, verdict: list[str], left_out: dict[str, int]) -> None:
    answer = asker(note(marked))("Is she allergic to abacin?", "p")
    assert [row.value for row in answer.rows] == verdict
    assert answer.left_out == left_out


def test_an_allergy_that_is_one_mention() -> None:
    sure = note("Allergic to {m:historical abacin}.", day="2024-01-01")
    gone = note("{c:absent Abacin allergy} is excluded.", day="2024-02-01")
    assert values(asker(sure, gone), "Is she allergic to abacin?") == ["no"]


def test_doubt_does_not_undo_an_allergy() -> None:
    sure = note("Allergic to {m:historical abacin}.", day="2024-01-01")
    doubt = note("Allergy to {m:possible abacin}?", day="2024-02-01")
    assert values(asker(sure, doubt), "What is she allergic to?") == ["abacin"]


def test_drugs_that_go_on_were_not_started() -> None:
    asked = asker(
        note("Stopped {m tinorol}. Continues {m abacin}. Has had {m plavorin} since 2011.")
    )
    assert values(asked, "Which drugs were started?") == []


def test_reasons_need_a_drug_that_is_given() -> None:
    asked = asker(
        note("Consider {m:hypothetical abacin} for {c gout}.", ("abacin", "TREATS", "gout"))
    )
    assert values(asked, "Why is she taking abacin?") == []
    denied = asker(note("{m Abacin}, no {c:absent rash}.", ("Abacin", "TREATS", "rash")))
    assert values(denied, "Which drugs treat her rash?") == []


def test_a_text_that_is_another_one() -> None:
    one = note("Takes {m tinorol}. Smokes.")
    other = Asker(build_graph([one]), {one.id: "Wife takes a lot. She drinks much, too. And more."})
    for question in ("Is she on tinorol?", "Does she smoke?"):
        with pytest.raises(AskError, match="SC963"):
            other(question, "p")


def test_a_patient_without_mentions() -> None:
    empty = Record("e", "Smokes.", (), meta={"patient": "q", "date": "2024-01-01"})
    asked = asker(empty, note("Takes {m tinorol}."))
    assert asked("Does he smoke?", "q").rows[0].value == "current"
    assert asked("Is he on tinorol?", "q").rows == []
