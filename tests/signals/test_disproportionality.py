"""Reports to signals: counts, strata, zeros, masking, flags."""

import csv
from pathlib import Path

import numpy
import pytest

from spacy_clinical.errors import SignalError
from spacy_clinical.signals import Report, Settings, disproportionality, read_reports
from spacy_clinical.signals.duplicate_reports import drop_duplicates, find_duplicates
from spacy_clinical.signals.signal_files import render_signals, write_signals


def report(id: object, drugs: str, events: str, *strata: str) -> Report:
    return Report(str(id), frozenset(drugs.split()), frozenset(events.split()), strata)


REPORTS = [
    report(1, "a", "x"), report(2, "a", "x y"), report(3, "a", "x"), report(4, "b", "y"),
    report(5, "b", "y"), report(6, "b", "z"), report(7, "a b", "x"), report(8, "", "z"),
]  # fmt: skip


def test_counts_by_hand() -> None:
    table = disproportionality(REPORTS)
    signal = table.find("a", "x")
    assert signal is not None
    assert (signal.a, signal.b, signal.c, signal.d) == (4, 0, 0, 4)
    assert signal.expected == 4 * 4 / 8
    assert signal.ror is signal.prr is None and "not estimable" in signal.notes
    other = table.find("b", "y")
    assert other is not None and (other.a, other.b, other.c, other.d) == (2, 2, 1, 3)
    assert other.ror == pytest.approx(3.0) and other.prr == pytest.approx(2.0)
    assert signal.ic == pytest.approx(numpy.log2(4.5 / 2.5))
    assert signal.flags == ()  # four of two expected may well be chance
    assert len(table) == 5  # ax ay bx by bz


def test_zero_is_not_missing() -> None:
    table = disproportionality(REPORTS, extra=[("a", "z"), ("a", "nowhere"), ("c", "x")])
    zero = table.find("a", "z")
    assert zero is not None and zero.a == 0 and "no report" in zero.notes
    assert zero.ic is not None and zero.p == 1.0 and zero.flags == ()
    assert table.find("a", "nowhere") is table.find("c", "x") is None
    assert disproportionality(REPORTS).find("a", "z") is None


def test_a_half_is_added_only_where_it_is_needed() -> None:
    table = disproportionality(REPORTS, Settings(half=True))
    signal, other = table.find("a", "x"), table.find("b", "y")
    assert signal is not None and other is not None
    assert signal.ror == pytest.approx((4.5 * 4.5) / (0.5 * 0.5))
    assert "half added" in signal.notes and "half added" not in other.notes
    assert other.ror == pytest.approx(3.0)


def test_strata_by_hand() -> None:
    """Women: 1 of 2 take a, 1 of 2 have x; men: 3 of 4, 3 of 4."""
    women = [report("f1", "a", "y", "f"), report("f2", "b", "x", "f")]
    men = [report(f"m{i}", "a", "x", "m") for i in range(3)] + [report("m3", "b", "y", "m")]
    signal = disproportionality([*women, *men]).find("a", "x")
    assert signal is not None and signal.expected == pytest.approx(1 * 1 / 2 + 3 * 3 / 4)
    assert signal.a == 3


def test_masking() -> None:
    """A drug with very many reports of an event hides it in another."""
    reports = [report(i, "mask", "x") for i in range(300)]
    reports += [report(f"d{i}", "d", "x") for i in range(10)]
    reports += [report(f"e{i}", "d", "y") for i in range(10)]
    reports += [report(f"o{i}", "o", "y") for i in range(300)]
    masked = disproportionality(reports).find("d", "x")
    shown = disproportionality(reports, Settings(without=(" MASK",)))
    signal = shown.find("d", "x")
    assert masked is not None and signal is not None
    assert masked.flags == () and "ic025" in signal.flags
    assert shown.left_out["reports of drugs left out"] == 300
    with pytest.raises(SignalError, match=r"SC989.*'masc'.*Known: mask"):
        disproportionality(reports, Settings(without=("mask", "masc")))


def test_protopathic() -> None:
    reasons = frozenset({("a", "x")})
    reports = [Report(str(i), frozenset("a"), frozenset("x"), (), reasons) for i in range(3)]
    signal = disproportionality([*reports, report(9, "b", "y")]).find("a", "x")
    assert signal is not None and "protopathic" in signal.notes


def test_duplicates_are_told_and_dropped_when_asked() -> None:
    groups = find_duplicates([*REPORTS, report(9, "a", "x y"), report(10, "a", "x")])
    assert groups == [["2", "9"]]  # one drug and one event are no duplicate
    kept = drop_duplicates([*REPORTS, report(9, "a", "x y")], groups)
    assert [r.id for r in kept] == [r.id for r in REPORTS]


TABLE = """report,drug,event,assertion,reason,case,version,sex
r1,Aspirin,bleeding,,pain,1,1,f
r1,Aspirin,pain,,,1,1,f
r2,Aspirin,bleeding,,,1,2,f
r3,Ibuprofen,rash,denied,,2,1,m
r4,Ibuprofen,rash,absent,,3,1,m
r4,Aspirin,,,,3,1,m
r5,  ,,,,4,1,m
"""


def test_csv(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(TABLE, encoding="utf-8")
    source = read_reports(path, ["sex"])
    assert [(r.id, sorted(r.drugs), sorted(r.events), r.strata) for r in source.reports] == [
        ("r2", ["Aspirin"], ["bleeding"], ("f",)), ("r4", ["Aspirin"], [], ("m",))
    ]  # fmt: skip
    assert source.left_out["superseded versions"] == 1
    assert source.left_out["denied, doubted, supposed or somebody else's"] == 2
    for text in ("report,drug\n", "report,drug,event\nx\n", 'report,drug,event\n"x,\n', ""):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SignalError, match="SC986"):
            read_reports(path)
    path.write_text("report,drug,event\n,a,b\n", encoding="utf-8")
    with pytest.raises(SignalError, match="line 2"):
        read_reports(path)


def test_names_are_one_whatever_their_case(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        "report,drug,event,reason\n1,Aspirin,NAUSEA,Pain\n2,aspirin ,nausea,pain\n", "utf8"
    )
    first, second = read_reports(path).reports
    assert (first.drugs, first.events, first.reasons) == (
        second.drugs, second.events, second.reasons
    )  # fmt: skip


def test_files(tmp_path: Path) -> None:
    table = disproportionality(REPORTS, Settings(least=1, false_share=1.0))
    write_signals(table, tmp_path / "s.csv")
    rows = list(csv.DictReader((tmp_path / "s.csv").open(encoding="utf-8")))
    assert len(rows) == len(table) and rows[0]["drug"] == "a" and rows[0]["ror"] == ""
    page = render_signals(table, {("a", "x"): ["note1:3-5"]}, unit="patient")
    assert page.count("<circle") == len(table)
    assert "note1:3-5" in page and "8 patients" in page
    assert "<script>alert" not in render_signals(
        disproportionality([report(1, "<script>alert", "x")])
    )


def test_planted_signals_are_found() -> None:
    """20 of 2,000 pairs are three times as often as chance: counted over 3 draws here, over 100 in
    benchmarks/signals_planted.py."""
    found = false = 0
    for seed in range(3):
        random = numpy.random.default_rng(seed)
        planted = {(f"d{i}", f"e{i}") for i in range(10)}
        reports = []
        for n in range(6000):
            drug, event = f"d{random.integers(40)}", f"e{random.integers(50)}"
            if drug in {d for d, _ in planted} and random.random() < 0.1:
                event = f"e{drug[1:]}"
            reports.append(report(n, drug, event))
        table = disproportionality(reports, Settings(measures=("ic",)))
        flagged = {(s.drug, s.event) for s in table if "q" in s.flags}
        found += len(flagged & planted)
        false += len(flagged - planted)
    assert found >= 27 and false <= 6


def test_a_version_that_is_a_digit_and_no_number(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("report,drug,event,case,version\na,X,y,1,2\nb,X,y,1,²\n", encoding="utf-8")
    assert [report.id for report in read_reports(path).reports] == ["a"]
