"""Schwartz and Hearst's definitions, on sentences written for them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.context.schwartz_hearst import find_definitions, find_places

from .cases import read_cases
from .gold_sentences import FOLDER


def pairs(text: str) -> list[tuple[str, str]]:
    return [(text[slice(*d.short)], text[slice(*d.long)]) for d in find_definitions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a myocardial infarction (MI) today", [("MI", "myocardial infarction")]),
        ("an MRI (magnetic resonance imaging)", [("MRI", "magnetic resonance imaging")]),
        ("heat shock protein 27 (HSP27)", [("HSP27", "heat shock protein 27")]),
        ("deep-vein thrombosis (DVT, confirmed)", [("DVT", "deep-vein thrombosis")]),
        ("atrial fibrillation (AFib)", [("AFib", "atrial fibrillation")]),
        ("atrial fibrillation [AF]", [("AF", "atrial fibrillation")]),
        ("BP (120/80), heparin (5 mg), pain (left), a drug (IV)", []),
        ("Chronic cough. Obstruction (COPD)", []),
        ("myocardial infarction (XY)", []),
        ("MI (MI)", []),
        ("(MI)", []),
        ("", []),
        (
            "acute renal failure (ARF) or aortic root fistula (ARF)",
            [("ARF", "acute renal failure")],
        ),
    ],
)
def test_definitions(text: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(text) == expected


@pytest.mark.parametrize("name", ["dev", "held_out"])
def test_kinds_of_definitions(name: str) -> None:
    """Repeated letters, brackets in one another or unpaired, "i.e.", doses, counts, ions."""
    cases = read_cases(f"abbreviations_{name}")
    assert len(cases) == 30
    found = [[f"{short}={long}" for short, long in pairs(text)] for text, _ in cases]
    assert found == [wanted for _, wanted in cases]


def test_definitions_of_notes() -> None:
    """What is a dose, a grade, a trade name or a side isn't one; "graft x3 (CABG)" is too long."""
    lines = (FOLDER / "abbreviations_said.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.startswith("dev")]
    found = [" | ".join(f"{short}={long}" for short, long in pairs(text)) for _, text, _ in rows]
    wrong = [row[1] for row, said in zip(rows, found, strict=True) if said != row[2]]
    assert wrong == ["Coronary artery bypass graft x3 (CABG) in 2010."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2,6-diaminopurine (DAP)", "2,6-diaminopurine"),
        ("delta-9-tetrahydrocannabinol (THC)", "delta-9-tetrahydrocannabinol"),
        ("early onset of pain (EOP)", "early onset of pain"),
        ("forced expiratory volume (FEV(1))", "forced expiratory volume"),
    ],
)
def test_the_whole_long_form(text: str, expected: str) -> None:
    assert [long for _, long in pairs(text)] == [expected]


RUNS = ["(", ")", "(MI) ", "(a", "[(", "a (A) ", " ", "\n", "(AB", "AB (ab", "A", "ab cd (AC) "]


@pytest.mark.parametrize("run", RUNS)
def test_long_runs_cost_their_length(run: str) -> None:
    start = time.process_time()
    find_definitions("Pain " + (run * 50_000)[:50_000] + " end (E)")
    assert time.process_time() - start < 10


def test_many_definitions_cost_their_length() -> None:
    text = "".join(f"alpha{i} beta (A{i}B) " for i in range(5_000))
    start = time.process_time()
    find_places(text, [text[slice(*d.short)] for d in find_definitions(text)])
    assert time.process_time() - start < 10


def test_places_are_words_in_the_same_letters() -> None:
    text = "MI, mi, MIX, (MI) MI-free, drug-MI. MI-2 MI-B MI-b T-MI 2-MI MI_x 5MI"
    assert find_places(text, ["MI", "mi"]) == {
        "MI": [(0, 2), (14, 16), (18, 20), (32, 34)],
        "mi": [(4, 6)],
    }


@given(st.text(alphabet="ab AB().,\n", max_size=40))
def test_any_text(text: str) -> None:
    for definition in find_definitions(text):
        for start, end in definition:
            assert 0 <= start < end <= len(text)
