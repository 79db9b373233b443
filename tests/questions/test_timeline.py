"""A patient's timeline: what stands where, quotes that are the notes' words, one file."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from spacy_clinical.cli import app
from spacy_clinical.formats.jsonl import write_jsonl
from spacy_clinical.graph import build_graph, write_graph
from spacy_clinical.questions import Asker
from spacy_clinical.questions.timeline import Timeline
from spacy_clinical.questions.timeline_page import render_timeline

from ..commands import run
from ..patients import read_patients


@pytest.fixture(scope="module")
def asker() -> Asker:
    records = read_patients()
    return Asker(build_graph(records), {record.id: record.text for record in records})


def test_bars_lie_where_their_days_are(asker: Asker) -> None:
    chart = asker.chart("p2")
    assert chart is not None
    line = Timeline(chart, asker.texts)
    drugs = {one.name.casefold(): one for one in line.drugs()}
    held = drugs["simvastatin"].bars
    assert [bar.kind for bar in held] == ["taking", "held", "taking"]
    assert held[0].left == line.x(date(2024, 2, 1)) and held[1].left == line.x(date(2024, 3, 12))
    assert drugs["warfarin"].bars[0].left == 0  # since 2019: at the edge
    assert "ibuprofen" not in drugs and drugs["clarithromycin"].status == "stopped"
    (inr,) = (plot for plot in line.plots() if plot.name == "INR")
    assert [dot.y for dot in inr.dots] == sorted((dot.y for dot in inr.dots), reverse=True)


def test_what_is_over_is_not_said_to_be_so_since(asker: Asker) -> None:
    chart = asker.chart("p7")
    assert chart is not None
    said = {
        one.name.casefold(): one.bars[0].words for one in Timeline(chart, asker.texts).problems()
    }
    assert said["gastric ulcer"] == "2024-04-04 on, now historical, over 2024-08-27"
    assert said["osteoporosis"] == "2024-01-23 present"


def test_the_page_is_whole_and_its_quotes_are_the_notes(asker: Asker) -> None:
    chart = asker.chart("p7")
    assert chart is not None
    answers = [asker("Why was naproxen stopped?", "p7")]
    page = render_timeline(chart, asker.texts.texts, answers=answers)
    assert "default-src 'none'" in page and not re.search(r'(?:src|href)="https?:', page)
    linked = {int(n) for n in re.findall(r'data-q="(\d+)"', page)}
    assert linked == set(range(page.count("<q>"))) and len(linked) > 20
    assert "<q>No history of stroke.</q>" not in page  # denied: on no bar
    assert "Naproxen stopped because of the bleed." in page


def test_text_is_escaped_and_missing_notes_are_told(asker: Asker) -> None:
    chart = asker.chart("p1")
    assert chart is not None
    page = render_timeline(chart, {}, title="<script>alert(1)</script>")
    assert "<script>alert" not in page and "(the note isn&#39;t there)" in page


def test_forty_notes(asker: Asker) -> None:
    """A page of 40 notes stays small."""
    many = [
        replace(r, id=f"{r.id}-{i}", meta={**r.meta, "patient": "x"})
        for i in range(2)
        for r in read_patients()
    ][:40]
    big = Asker(build_graph(many), {r.id: r.text for r in many})
    chart = big.chart("x")
    assert chart is not None
    assert len(render_timeline(chart, big.texts.texts)) < 600_000


def test_the_command(tmp_path: Path) -> None:
    write_jsonl(read_patients(), tmp_path / "notes.jsonl")
    write_graph(build_graph(read_patients()), tmp_path / "g.json")
    run(app, "rules", "check", tmp_path / "g.json", "--examples", "-o", tmp_path / "a.jsonl")
    options = ("-n", tmp_path / "notes.jsonl", "-a", tmp_path / "a.jsonl", "-q", "Does she smoke?")
    ran = run(app, "timeline", tmp_path / "g.json", tmp_path / "p1.html", "-p", "p1", *options)
    assert ran.exit_code == 0
    page = (tmp_path / "p1.html").read_text(encoding="utf-8")
    assert "metformin_low_egfr" in page and "Does she smoke?" in page
    failed = run(app, "timeline", tmp_path / "g.json", tmp_path / "x.html")
    assert failed.exit_code == 1 and "SC975" in failed.output
    (tmp_path / "bad.jsonl").write_text(json.dumps([1]), encoding="utf-8")
    bad = run(
        app,
        "timeline",
        tmp_path / "g.json",
        tmp_path / "x.html",
        "-p",
        "p1",
        "-a",
        tmp_path / "bad.jsonl",
    )
    assert bad.exit_code == 1 and "SC969" in bad.output
