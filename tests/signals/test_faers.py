"""FAERS' quarterly files, written out by hand: versions, roles, ingredients, reasons."""

from pathlib import Path

import pytest

from spacy_clinical.errors import SignalError
from spacy_clinical.signals.faers import read_faers

DEMO = """primaryid$caseid$caseversion$fda_dt$age$age_cod$sex
1001$100$1$20240102$63$YR$F
1002$100$2$20240305$63$YR$F
2001$200$1$20240110$18$MON$M
3001$300$1$20240110$$$
"""
DRUG = """primaryid$caseid$drug_seq$role_cod$drugname$prod_ai
1001$100$1$PS$OLD NAME$OLD
1002$100$1$PS$Brandol$SUBSTANCE
1002$100$2$C$Other$OTHER
2001$200$1$SS$brandol.$
3001$300$1$PS$X$X
"""
REAC = """primaryid$caseid$pt$drug_rec_act
1001$100$Rash$
1002$100$Nausea$
2001$200$Rash$
3001$300$Rash$
"""
INDI = """primaryid$caseid$indi_drug_seq$indi_pt
1002$100$1$Nausea
"""


@pytest.fixture()
def quarter(tmp_path: Path) -> Path:
    folder = tmp_path / "ascii"
    folder.mkdir()
    files = {"DEMO": DEMO, "DRUG": DRUG, "REAC": REAC, "INDI": INDI, "DELETE": "300\n"}
    for name, text in files.items():
        (folder / f"{name}24Q1.txt").write_text(text, encoding="latin-1")
    return tmp_path


def test_last_versions_of_suspects(quarter: Path) -> None:
    source = read_faers([quarter], strata=["sex", "age", "year"])
    found = {r.id: (set(r.drugs), set(r.events), r.strata) for r in source.reports}
    assert found == {
        "1002": ({"SUBSTANCE"}, {"Nausea"}, ("F", "45-64", "2024")),
        "2001": ({"BRANDOL"}, {"Rash"}, ("M", "0-1", "2024")),
    }
    assert source.reports[0].reasons == {("SUBSTANCE", "Nausea")}
    assert source.left_out == {
        "superseded versions": 1, "deleted cases": 1, "drugs of other roles": 1
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "Deleted/ADR19Q1DeletedCases.txt",
        "deleted/20Q4DeletedCases.txt",
        "DELETED/AllDeletedCases.TXT",
        "ascii/delete_cases_21Q3.txt",
    ],
)
def test_deleted_cases_of_earlier_quarters(quarter: Path, name: str) -> None:
    """Also where only the folder of the tables is given, and with a second column."""
    (quarter / "ascii" / "DELETE24Q1.txt").unlink()
    (quarter / name).parent.mkdir(exist_ok=True)
    (quarter / name).write_text("caseid$date\n300$20240110\n\n 200 \n", encoding="latin-1")
    for folder in (quarter, quarter / "ascii"):
        source = read_faers([folder])
        assert ([r.id for r in source.reports], source.left_out["deleted cases"]) == (["1002"], 2)


def test_ingredients_are_asked(quarter: Path) -> None:
    known = {"BRANDOL": "SUBSTANCE"}
    source = read_faers([quarter], ingredient=lambda name: known.get(name, ""))
    assert {name for r in source.reports for name in r.drugs} == {"SUBSTANCE"}


def test_a_combination_counts_for_each_of_its_ingredients(quarter: Path) -> None:
    """Names are one whatever their case, as old quarters have them in capitals."""
    lines = {
        "DEMO": "4001$400$1$20240110$40$YR$UNK\n5001$500$1$20240110$40$YR$NS\n",
        "DRUG": "4001$400$1$PS$Duo$SUBSTANCE\\Other one.\n5001$500$1$PS$Solo$OTHER ONE\n",
        "REAC": "4001$400$RASH$\n5001$500$rash$\n",
        "INDI": "4001$400$1$rash\n",
    }
    for name, more in lines.items():
        with (quarter / "ascii" / f"{name}24Q1.txt").open("a", encoding="latin-1") as file:
            file.write(more)
    duo, solo = read_faers([quarter], strata=["sex"]).reports[-2:]
    assert duo.drugs == {"SUBSTANCE", "OTHER ONE"} and solo.drugs == {"OTHER ONE"}
    assert duo.events == solo.events == {"Rash"}
    assert duo.reasons == {("SUBSTANCE", "Rash"), ("OTHER ONE", "Rash")}
    assert duo.strata == solo.strata == ("",)
    known = {"OTHER ONE": "OTHER"}
    asked = read_faers([quarter], ingredient=lambda name: known.get(name, ""))
    assert asked.reports[-2].drugs == {"SUBSTANCE", "OTHER"}
    assert asked.left_out["drugs without a known ingredient"] == 3


def test_what_is_missing_is_named(quarter: Path) -> None:
    with pytest.raises(SignalError, match="SC989"):
        read_faers([quarter], strata=["weight"])
    (quarter / "ascii" / "REAC24Q1.txt").write_text("primaryid$caseid\n1$1\n")
    with pytest.raises(SignalError, match=r"SC988.*no column 'pt'"):
        read_faers([quarter])
    (quarter / "ascii" / "REAC24Q1.txt").write_text("primaryid$caseid$pt\n1\n")
    with pytest.raises(SignalError, match="line 2"):
        read_faers([quarter])
    (quarter / "ascii" / "REAC24Q1.txt").unlink()
    with pytest.raises(SignalError, match=r"no REAC\*"):
        read_faers([quarter])
