"""Results that count, and in which order."""

import pytest

from spacy_clinical.graph import Lookup, build_graph
from spacy_clinical.graph.patient_chart import charts
from spacy_clinical.graph.result_series import ResultSeries

from ..marked_notes import note


def results(*marked: str) -> list[tuple[str, bool]]:
    notes = [
        note(one, *((v, "RESULT_OF", "zinkate") for v in ("4.1", "5.9", "4.5") if f" {v}}}" in one),
             day=f"2024-07-0{day}")
        for day, one in enumerate(marked, 1)
    ]  # fmt: skip
    (chart,) = charts(Lookup(build_graph(notes)))
    return [(r.words, r.earlier) for (one,) in chart.results.values() for r in one.results]


@pytest.mark.parametrize(
    "marked",
    [
        "If {t:hypothetical zinkate} is {v 5.9}, call.",
        "If {t zinkate} is {v:hypothetical 5.9}, call.",
        "Perhaps {t zinkate} {v:possible 5.9}.",
        "No {t:absent zinkate} {v 5.9}.",
        "His brother's {t zinkate} {v:family 5.9}.",
        "{t Zinkate} {v:frobnicated 5.9}.",
        "{t zinkate} {v 5.9} on July 9, 2024.",  # an aim
    ],
)
def test_what_is_no_result(marked: str) -> None:
    assert results(marked.replace("Zinkate", "zinkate")) == []


def test_a_note_s_own_value_comes_after_what_it_has_from_before() -> None:
    assert results("{t zinkate} {v 5.9}, up from {v 4.5}.") == [("4.5", True), ("5.9", False)]


def test_what_is_only_repeated_stands_once() -> None:
    assert results("{t zinkate} {v 4.5}.", "{t zinkate} {v 5.9}, up from {v 4.5}.") == [
        ("4.5", False),
        ("5.9", False),
    ]
    assert results("{t zinkate} {v 4.5}.", "{t zinkate} {v 4.5}.") == [("4.5", False)] * 2


def test_units_are_told_as_notes_write_them() -> None:
    assert ResultSeries("c", "mL/min/{1.73_m2}", ()).unit_words == "mL/min/1.73 m2"
    assert ResultSeries("c", "10*9/L", ()).unit_words == "10^9/L"
    assert ResultSeries("c", "", ()).unit_words == ""
