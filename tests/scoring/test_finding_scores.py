"""Scores of findings, counted by hand."""

from pathlib import Path

import pytest

from spacy_clinical.errors import CorpusError
from spacy_clinical.scoring.confidence_intervals import Settings
from spacy_clinical.scoring.finding_scores import cohens_kappa, read_finding_table, score_findings

P, N, U, M = "positive", "negative", "uncertain", "not mentioned"


def test_by_hand() -> None:
    gold = {
        "a": {"Pleural_Effusion": P, "Mass": N, "Only": P},
        "b": {"Pleural_Effusion": P, "Mass": U, "Only": P},
        "c": {"Pleural_Effusion": M, "Mass": P, "Only": P},
        "x": {"Pleural_Effusion": P, "Mass": P, "Only": P},
    }
    found = {
        "a": {"pleural effusion": P, "Mass": N},
        "b": {"pleural effusion": M, "Mass": P},
        "c": {"pleural effusion": P, "Mass": P},
    }
    scores = score_findings(gold, found, Settings(samples=20))
    effusion, mass = scores["labels"]["Pleural_Effusion"], scores["labels"]["Mass"]
    assert [effusion[x] for x in ("right", "spurious", "missed")] == [1, 1, 1]
    assert [mass[x] for x in ("right", "spurious", "missed")] == [1, 1, 0]
    assert scores["all"]["f"]["value"] == pytest.approx(2 * 2 / (2 * 2 + 2 + 1))
    assert scores["macro"]["f"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    # Mass: N-N, U-P, P-P. Agreed 2/3; by chance (1*1 + 1*0 + 1*2) / 9 = 1/3.
    assert scores["kappa"]["Mass"] == pytest.approx((2 / 3 - 1 / 3) / (1 - 1 / 3))
    assert scores["left_aside"] == ["Only"]
    assert (scores["reports"], scores["without_gold"], scores["without_reports"]) == (3, 0, 1)


def test_two_values_are_compared_as_two() -> None:
    gold, found = {"a": {"Mass": N}, "b": {"Mass": P}}, {"a": {"Mass": M}, "b": {"Mass": P}}
    scores = score_findings(gold, found, Settings(samples=5))
    assert scores["kappa"]["Mass"] == 1.0
    assert scores["kappa_statuses"] == ["positive", "other"]
    assert cohens_kappa([("a", "a")]) is None


def test_tables(tmp_path: Path) -> None:
    path = tmp_path / "gold.csv"
    path.write_text('id,Mass,Edema\na,1.0,\n"b,c",-1,0\n', encoding="utf-8")
    assert read_finding_table(path) == {
        "a": {"Mass": P, "Edema": M},
        "b,c": {"Mass": U, "Edema": N},
    }
    for text in ("", "id,Mass,Mass\n", "id,Mass\na,2\n", "id,Mass\na,1\na,1\n", "id,Mass\na,1,1\n"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(CorpusError, match="SC981"):
            read_finding_table(path)


def test_nothing_in_common() -> None:
    with pytest.raises(CorpusError, match="SC983"):
        score_findings({"a": {"Mass": P}}, {"b": {"Mass": P}}, Settings())
    with pytest.raises(CorpusError, match="SC984"):
        score_findings({"a": {"Mass": P}}, {"a": {"Edema": P}}, Settings())
