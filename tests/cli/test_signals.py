"""`signals` and `evidence`, as users call them."""

import csv
from pathlib import Path

from spacy_clinical.graph import build_graph
from spacy_clinical.graph.graph_files import write_graph

from ..signals.test_graph_reports import note
from .conftest import Call


def test_from_a_csv(tmp_path: Path, call: Call, refuse: Call) -> None:
    source, target, page = (tmp_path / name for name in ("r.csv", "s.csv", "s.html"))
    rows = [("report", "drug", "event", "sex")]
    rows += [(f"a{i}", "a", "x", "f") for i in range(9)] + [
        (f"b{i}", "b", "y", "m") for i in range(9)
    ]
    source.write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")
    output = call("signals", source, "-o", target, "--html", page, "--half").output
    assert "18 reports, 2 pairs, 2 flagged" in output and "half added" in output
    assert [row["drug"] for row in csv.DictReader(target.open())] == ["a", "b"]
    assert "<svg" in page.read_text(encoding="utf-8")
    refuse("SC989", "signals", source, "-m", "prr,magic")
    refuse("SC986", "signals", source, "--strata", "age")
    assert "9 reports, 1 pair," in call("signals", source, "--without", " B").output
    refuse("SC989", "signals", source, "--without", "c")
    refuse("SC991", "signals", source, source)
    refuse("SC991", "signals", tmp_path, source)
    source.write_text("report,drug,event,assertion\n1,a,x,absent\n", encoding="utf-8")
    refuse("SC987", "signals", source)


def test_from_a_graph(tmp_path: Path, call: Call, refuse: Call) -> None:
    path = tmp_path / "graph.json"
    write_graph(build_graph([note("n1", "p1"), note("n2", "p2"), note("n3", "p3", "absent")]), path)
    output = call("signals", path, "--pairs", "causes").output
    assert "3 patients, 1 pair," in output and "1 pairs denied" in output
    refuse("SC989", "signals", path, "--strata", "sex")
    output = call("evidence", path, "--drug", "lisinopril", "-o", tmp_path / "e.csv").output
    assert "CAUSES" in output and "n3:" in output
    refuse("SC990", "evidence", path, "--drug", "aspirin")
