"""`timeline`: a patient's notes over time on one page."""

from pathlib import Path

from spacy.cli._util import Arg, Opt

from ..batch.note_reader import texts_by_id
from ..decisions.decision_files import read_alerts
from ..errors import CommandError, Errors
from ..note import unread_notes
from ..questions.question_files import open_asker
from ..questions.timeline_page import render_timeline
from ..viewer.html_page import write_page
from . import options
from .util import app, print_results


@app.command("timeline", writes=["target"])
def timeline_cli(
    graph: options.Graph,
    target: Path = Arg(..., help="NAME.html"),
    patient: str = Opt("", "--patient", "-p", help="Whose; may be left out where there is but one"),
    notes: options.QuotedNotes = None,
    alerts: Path | None = Opt(None, "--alerts", "-a", help="JSONL that `rules check` wrote"),
    questions: list[str] = Opt([], "--ask", "-q", help="A question to show; may be given again"),
    kb: Path | None = Opt(None, help="A knowledge base, for questions"),
    force: options.Force = False,
) -> None:
    """Write a patient's timeline: drugs as bars, problems, results as plots, alerts, answers, each
    with the words of the notes. One file that loads nothing."""
    texts, unread = texts_by_id(notes)
    asker = open_asker(graph, texts, kb)
    chart = asker.chart(patient)
    if chart is None:
        raise CommandError(Errors.SC975)
    told = [one for one in read_alerts(alerts) if one["patient"] == chart.patient]
    answers = [asker(question, chart.patient) for question in questions]
    write_page(render_timeline(chart, texts, alerts=told, answers=answers), target)
    print_results(unread_notes(unread))
    print_results(f"Timeline of {chart.patient} in {target}")
