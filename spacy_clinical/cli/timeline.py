"""`timeline`: a patient's notes over time on one page."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..batch.note_reader import read_notes
from ..errors import CommandError, Errors
from ..files import check_outputs
from ..knowledge.knowledge_base import KnowledgeBase
from ..questions import Asker
from ..questions.timeline_page import render_timeline
from ..viewer.html_page import write_page
from . import options


def timeline_cli(
    graph: options.Graph,
    target: Path = Arg(..., help="NAME.html"),
    patient: str = Opt("", "--patient", "-p", help="Whose; may be left out where there is but one"),
    notes: options.QuotedNotes = None,
    alerts: Path | None = Opt(None, "--alerts", "-a", help="JSONL that `rules check` wrote"),
    questions: list[str] = Opt([], "--ask", "-q", help="A question to show; may be given again"),
    kb: Path | None = Opt(None, "--kb", help="A knowledge base, for questions"),
    force: options.Force = False,
) -> None:
    """
    Write a patient's timeline: drugs as bars, problems, results as plots, alerts, answers, each
    with the words of the notes. One file that loads nothing.
    """
    check_outputs(target, force=force, sources=[graph, notes, alerts, kb])
    texts = {note.id: note.text for note in read_notes(notes)} if notes else {}
    asker = Asker(graph, texts, kb=KnowledgeBase(kb) if kb else None)
    chart = asker.chart(patient)
    if chart is None:
        raise CommandError(Errors.SC975)
    told = [one for one in _read_alerts(alerts) if one["patient"] == chart.patient]
    answers = [asker(question, chart.patient) for question in questions]
    write_page(render_timeline(chart, texts, alerts=told, answers=answers), target)
    msg.good(f"Timeline of {chart.patient} in {target}")


def _read_alerts(path: Path | None) -> list[Mapping[str, Any]]:
    if path is None:
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        return [row for row in rows if row["status"] != "silent"]
    except (OSError, ValueError, KeyError, TypeError):
        found = "not what `rules check` wrote"
        raise CommandError(Errors.SC969.format(path=path, what="alerts", found=found)) from None
