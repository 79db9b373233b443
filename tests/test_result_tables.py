"""Tables of results: aligned text, numbers to the right, "-" where nothing was measured."""

import pytest

from spacy_clinical.cli.util import print_results
from spacy_clinical.result_tables import Table, count_table, decimal, percent, score_table


def test_text_is_aligned() -> None:
    table = Table("Scores", ("", "F"), [("drug", "7.50"), ("a longer label", "100.00")])
    header, rule, *rows = str(table).split("\n")
    assert len(header) == len(rule) == len(rows[0]) == len(rows[1])
    assert rows == ["drug               7.50", "a longer label   100.00"]


def test_no_rows_no_text() -> None:
    assert str(Table("Scores", ("", "F"))) == ""


def test_counts_are_sorted_and_spread_over_cells() -> None:
    table = count_table("Relations", {("b", "c"): 2, ("a", "d"): 1}, ("head", "tail", "count"))
    assert table.rows == [("a", "d", 1), ("b", "c", 2)]


def test_scores_are_in_percent() -> None:
    table = score_table("Entities", {"DRUG": {"p": 0.5, "r": None}})
    assert table.rows == [("DRUG", "50.00", "-", "-")]


@pytest.mark.parametrize(
    ("value", "shares", "numbers"), [(None, "-", "-"), (0.12345, "12.35", "0.123")]
)
def test_numbers(value: float | None, shares: str, numbers: str) -> None:
    assert (percent(value), decimal(value, 3)) == (shares, numbers)


def test_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """A title stands above rows only; notes stand below, or alone."""
    print_results(
        [Table("Empty", ("",), notes=["nothing"]), Table("Full", ("x",), [(1,)], ["one"])]
    )
    output = capsys.readouterr().out
    assert "Empty" not in output
    assert output.index("nothing") < output.index("Full") < output.index("one")
