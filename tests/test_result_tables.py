"""Tables of results: aligned text, numbers to the right, "-" where nothing was measured."""

import pytest

from spacy_clinical.cli.util import print_results
from spacy_clinical.result_tables import Table, count_table, decimal, percent, score_table


def test_text_is_aligned() -> None:
    table = Table("Scores", ("", "F"), [("drug", "7.50"), ("a longer label", "100.00")])
    header, rule, *rows = str(table).split("\n")
    assert len(header) == len(rule) == len(rows[0]) == len(rows[1])
    assert rows == ["drug               7.50", "a longer label   100.00"]


def test_a_table_fits_the_terminal() -> None:
    said = " ".join(f"word{i}" for i in range(30))
    table = Table("Faults", ("where", "n", "what"), [("ward.tsv, line 2", 7, said), ("a", 8, "")])
    lines = table.within(60).split("\n")
    assert max(map(len, lines)) <= 60 < max(map(len, str(table).split("\n")))
    assert sorted(" ".join(lines[2:]).split()) == sorted(f"ward.tsv, line 2 7 {said} a 8".split())
    assert len([line for line in lines if line.startswith(("ward", "a "))]) == 2
    assert table.within(400) == str(table) == table.within(20)


def test_only_a_terminal_has_a_width(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table("Full", ("x", "y"), [("a", "word " * 40)])
    print_results(table)
    assert str(table) in capsys.readouterr().out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "70")
    print_results(table)
    shown = capsys.readouterr().out
    assert table.within(70) in shown and str(table) not in shown


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
