"""From a table of reports to flagged pairs in one call."""

from pathlib import Path

import pytest

from spacy_clinical.errors import SignalError
from spacy_clinical.signals.disproportionality import Settings
from spacy_clinical.signals.signal_search import Counting, find_signals, signal_table

ONE = "{id},warfarin,bleeding\n"
OTHERS = "{id},aspirin,rash\n"


@pytest.fixture()
def reports(tmp_path: Path) -> Path:
    """Four reports of one pair, twenty of another."""
    lines = [ONE.format(id=i) for i in range(4)] + [OTHERS.format(id=i) for i in range(10, 30)]
    path = tmp_path / "reports.csv"
    path.write_text("report,drug,event\n" + "".join(lines))
    return path


def test_pairs_and_what_they_are_counted_over(reports: Path) -> None:
    found = find_signals([reports])
    assert (found.unit, len(found.table), found.evidence) == ("report", 2, None)
    table = signal_table(found)
    assert ("warfarin", "bleeding", "4") in [row[:3] for row in table.rows]
    assert table.notes[0].startswith("24 reports, 2 pairs")


def test_rows_are_limited(reports: Path) -> None:
    assert len(signal_table(find_signals([reports]), limit=1).rows) <= 1


@pytest.mark.parametrize(
    ("settings", "counting", "code"),
    [
        (Settings(measures=("odds",)), Counting(), "SC989"),
        (Settings(), Counting(strata=("age",)), "SC98"),
    ],
)
def test_what_cannot_be_measured(
    reports: Path, settings: Settings, counting: Counting, code: str
) -> None:
    with pytest.raises(SignalError, match=code):
        find_signals([reports], settings, counting)


def test_several_files_are_no_source(reports: Path) -> None:
    with pytest.raises(SignalError, match="SC991"):
        find_signals([reports, reports])
