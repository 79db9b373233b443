"""Sentences of clinical text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.context.sentences import find_sentences

from .gold_sentences import read_gold


def split(text: str) -> list[str]:
    starts = find_sentences(text)
    return [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


@pytest.mark.parametrize(
    "marked",
    [
        "Pt. c/o SOB x 3 days\n¦BP 120/80",
        "Seen by Dr. Carter. ¦No fever. ¦pt denies cough.",
        "HISTORY\n¦Mr. J. Wu took 500 mg b.i.d. for a week, then q.d. ¦He is well.",
        "1. Aspirin\n¦2. Metformin 500 mg\n¦3. Follow up",
        "- cough\n¦- fever",
        "aspirin 81 mg daily\n¦metformin 500 mg bid",
        "Vitamin C. ¦He saw J. Smith. ¦E. coli grew.",
        "? PE on CT. ¦Any fever? ¦No.",
        "Telemetry was clean.¦She went home.",
        "无发热。¦否认胸痛！¦随访",
        "Given at 0.5 mg. ¦500 mL saline.",
    ],
)
def test_borders(marked: str) -> None:
    parts = marked.split("¦")
    assert split("".join(parts)) == [part.strip() for part in parts]


def test_a_text_cut_for_its_width_is_not_cut_at_its_lines() -> None:
    words = [
        "the",
        "patient",
        "was",
        "seen",
        "on",
        "the",
        "Medical",
        "Ward",
        "and",
        "Given",
        "Aspirin",
        "by",
        "the",
        "Night",
        "Team",
    ]
    text = "\n".join(" ".join(words * 6)[i : i + 76] for i in range(0, 450, 76))
    assert len(split(text)) == 1


@pytest.mark.parametrize(("name", "least"), [("dev", 1.0), ("held_out", 0.97)])
def test_hand_marked_notes(name: str, least: float) -> None:
    right = wrong = 0
    for text, starts in read_gold(name):
        found = set(find_sentences(text))
        right += len(found & set(starts))
        wrong += len(found ^ set(starts))
    assert right > 80
    assert 2 * right / (2 * right + wrong) >= least


@pytest.mark.parametrize(("name", "least"), [("kinds_dev", 33), ("kinds_held_out", 33)])
def test_kinds_of_borders(name: str, least: int) -> None:
    """Lists on a line, names, addresses, quotes, dots; of each file one is left: "at 8 a.m. Dr.
    Wu saw her. She left at 5 P.M. Dr. Wu signed" can't be told apart by the words beside."""
    right = [find_sentences(text) == starts for text, starts in read_gold(name)]
    assert (len(right), sum(right)) == (34, least)


@pytest.mark.parametrize(
    "text",
    [
        "Calcium was 9.1. ¦Blood group was A.",
        "On day 1. ¦He left on day 2. ¦All was well.",
        "Seen by Prof. A. B. Stone at noon.",
        "Ratio 1,2. ¦Then more.",
        "None.,¦PAST MEDICAL HISTORY:, Gout",
        "He gained 5 ft. ¦She did not. ¦Ft. Roe is far.",
    ],
)
def test_numbers_that_are_no_items(text: str) -> None:
    parts = text.split("¦")
    assert split("".join(parts)) == [part.strip() for part in parts]


RUNS = [" ", "\n", ".", ". ", "。", "?", "a. ", "1. ", "(", ".)", "\t \n", "a", ".\n", "• ", "A,B:"]


@pytest.mark.parametrize("run", RUNS)
def test_long_runs_cost_their_length(run: str) -> None:
    """50,000 line ends took half a minute."""
    start = time.process_time()
    find_sentences("Pain 1. Rest" + (run * 100_000)[:100_000] + " end.")
    assert time.process_time() - start < 10


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_nothing(text: str) -> None:
    assert find_sentences(text) == []


@given(st.text(alphabet="aB1 .\n?!:-。，(", max_size=60))
def test_starts_are_in_order_and_of_words(text: str) -> None:
    starts = find_sentences(text)
    assert starts == sorted(set(starts))
    assert all(not text[start].isspace() for start in starts)
    assert not starts or not text[: starts[0]].strip()
