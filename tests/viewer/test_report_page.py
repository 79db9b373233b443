"""Reports: what they say, and that they work in a browser."""

import re
from typing import Any

import pytest
from spacy.training import Example

from spacy_clinical.scoring.confidence_intervals import Settings
from spacy_clinical.scoring.error_analysis import find_differences
from spacy_clinical.scoring.full_analysis import compare_tasks, summarise
from spacy_clinical.scoring.scoring_tasks import read_entities, read_relation_task, read_rows
from spacy_clinical.scoring.unreachable_gold import count_losses
from spacy_clinical.viewer.report_page import make_matrix, render_report
from spacy_clinical.viewer.snippets import ErrorRow, show_error

from ..scoring.examples import ASPIRIN, FEVER, NAPROXEN, RELIEVE, make_doc
from .conftest import Open

GOLD = [(ASPIRIN, "Drug"), (NAPROXEN, "Drug"), (FEVER, "Sign")]
FOUND = [(ASPIRIN, "Drug"), (NAPROXEN, "<i>"), (RELIEVE, "Sign")]


def make_example() -> Example:
    """aspirin right, naproxen of another label, fever missed, relieve spurious."""
    doc = make_doc(FOUND, ((0, 2, "TREATS"),))
    doc.spans["clinical"].attrs["scores"] = [0.9, 0.8, 0.7]
    doc.spans["clinical"].attrs["relations"][0][3] = 0.6
    return Example(doc, make_doc(GOLD, ((0, 2, "TREATS"), (1, 2, "TREATS"))))


def make_errors(example: Example) -> list[ErrorRow]:
    text = example.reference.text
    return [show_error(text, "note<1>", error) for error in find_differences(example, frozenset())]


def make_report(limit: int = 2000) -> str:
    example, settings = make_example(), Settings(50)
    rows = [read_rows(example.predicted)]
    tasks = {
        "entities": read_entities([example]),
        "relations_end_to_end": read_relation_task("r", [example], rows, frozenset()),
    }
    scores: dict[str, Any] = {
        "documents": 1,
        "tasks": {name: summarise(task, settings) for name, task in tasks.items()},
        "losses": count_losses([example], None, frozenset()).to_dict(),
        "intervals": vars(settings),
        "comparison": {"model": "other", "tests": compare_tasks(tasks, tasks, settings)},
    }
    made_with = {"corpus": "ours<1>.spacy", "date": "2026-01-02T03:04Z", "versions": {"a": "1.2"}}
    errors = make_errors(example)
    title = "en_<model> 1.0"
    return render_report(scores, errors, title=title, made_with=made_with, limit=limit)


def test_matrix() -> None:
    rows = [("A", "A", 3), ("A", "B", 1), ("B", None, 2), (None, "A", 4)]
    matrix = make_matrix([{"gold": g, "predicted": p, "count": n} for g, p, n in rows])
    assert matrix.columns == ["A", "B", "missed"]
    assert [(name, [n for n, _ in cells]) for name, cells in matrix.rows] == [
        ("A", [3, 1, 0]),
        ("B", [0, 0, 2]),
        ("spurious", [4, 0, 0]),
    ]
    assert matrix.rows[0][1][0][1] == 7  # three quarters of nine


def test_an_error_beside_its_gold() -> None:
    (wrong,) = [e for e in make_errors(make_example()) if e.kind == "wrong label"]
    gold, predicted = ([(b.text, b.label) for b in side] for side in wrong.sides)
    assert gold == [("aspirin ", None), ("naproxen", "Drug"), (" relieve fever", None)]
    assert predicted[1] == ("naproxen", "<i>")
    assert wrong.words == ["", ""]
    assert wrong.labels == "<i>\nDrug"


def test_long_notes_are_cut_around_the_error() -> None:
    """Two places far apart: both stand there, what lies between doesn't."""
    from spacy_clinical.docs import Mention
    from spacy_clinical.scoring.error_analysis import Difference

    text = "far " * 100 + "aspirin" + " between" * 100 + " fever" + "\nend" * 100
    ends = tuple(
        Mention("X", ((text.index(w), text.index(w) + len(w)),)) for w in ("aspirin", "fever")
    )
    row = show_error(text, "a", Difference("relation", "missed", "R", None, ends, ()))
    for side in row.sides:
        whole = "".join(bit.text for bit in side)
        assert "aspirin" in whole
        assert "fever" in whole
        assert "\n" not in whole
        assert whole.count("…") == 3
        assert len(whole) < 300
    assert row.words == ["aspirin → fever", ""]
    assert [bit.text for bit in row.sides[0] if bit.label] == ["aspirin", "fever"]


def test_report() -> None:
    page = make_report()
    assert "<i>" not in page
    assert "note&lt;1&gt;" in page
    assert "en_&lt;model&gt; 1.0" in page
    assert page.count("<svg role") == 4
    assert "--plot" in page
    assert "#010203" not in page
    assert "Average precision 0.333" in page
    assert not re.search(r'(?:src|[^:]href)="(?!#|data:,)', page)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    kinds = set(re.findall(r'data-kind="([^"]+)"', page))
    assert kinds == {
        "entity|missed",
        "entity|wrong label",
        "entity|spurious",
        "relation|missed: argument not found",
        "relation|spurious: wrong argument",
    }
    assert "further errors" not in page


def test_report_says_what_it_was_made_with() -> None:
    """Corpus, date and versions; one document is not "documents"; gold is right plus missed."""
    page = make_report()
    assert "ours&lt;1&gt;.spacy · 2026-01-02T03:04Z · a 1.2" in page
    assert "<p>1 document." in page
    table = page[page.index('id="entities"') : page.index("Confusion")]
    rows = re.findall(r'<th scope="row">(Drug|Sign)</th>(.*?)</tr>', table)
    cells = {label: re.findall(r'<td class="n">(\d+)</td>', row) for label, row in rows}
    assert cells["Drug"] == ["2", "1", "1", "0"]  # gold, right, missed, spurious
    assert cells["Sign"] == ["1", "0", "1", "1"]


def test_errors_that_are_left_out_are_counted() -> None:
    assert "4 further errors are left out" in make_report(limit=2)


@pytest.mark.browser
def test_filter(open_page: Open) -> None:
    page = open_page(make_report())

    def shown() -> int:
        words = page.find_element("css selector", "output").text
        visible = [x for x in page.find_elements("css selector", ".errors li") if x.is_displayed()]
        assert words.startswith(f"{len(visible)} of 6")
        return len(visible)

    assert shown() == 6
    page.find_element("css selector", "input[value='entity|missed']").click()
    assert shown() == 5
    page.find_element("css selector", "[data-set='']").click()
    assert shown() == 0
    page.find_element("css selector", "[data-set='1']").click()
    page.find_element("css selector", "select option:nth-child(2)").click()
    assert shown() == 1
    page.find_element("css selector", "select option:nth-child(1)").click()
    page.find_element("css selector", "input[type=search]").send_keys("nothing like it")
    assert shown() == 0


@pytest.mark.browser
@pytest.mark.parametrize("width", [400, 900, 1600])
def test_it_fits(open_page: Open, width: int) -> None:
    for scheme in ("light", "dark"):
        page = open_page(make_report(), width, color_scheme=scheme)
        assert page.execute_script("return document.documentElement.scrollWidth") <= width
