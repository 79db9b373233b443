"""A patient's timeline as one self-contained page, which loads nothing from anywhere."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ..graph.patient_chart import PatientChart
from ..viewer.html_page import render_page
from .answer import Answer
from .note_texts import NoteTexts
from .timeline import HEIGHT, WIDTH, Timeline


def render_timeline(
    chart: PatientChart,
    texts: Mapping[str, str] | None = None,
    *,
    alerts: Sequence[Mapping[str, Any]] = (),
    answers: Sequence[Answer] = (),
    as_of: date | None = None,
    title: str = "",
) -> str:
    """Write a patient's timeline as HTML. The page holds the quoted words of the notes.

    chart (PatientChart): The notes over time.
    texts (Mapping[str, str] | None): Document to its text, to quote from.
    alerts (Sequence[Mapping]): As `Alert.to_dict` gives them.
    answers (Sequence[Answer]): Answers to show beside.
    as_of (date | None): The day that it ends on.
    title (str): Of the page; the patient's name if empty.
    RETURNS (str): HTML.
    """
    line = Timeline(chart, NoteTexts(texts or {}, chart.graph), as_of)
    groups = [
        ("Drugs", line.drugs()),
        ("Problems", line.problems()),
        ("Procedures", line.procedures()),
    ]
    plots, told = line.plots(), line.alerts(alerts)
    shown = [
        {
            "question": answer.question,
            "text": answer.text,
            "quotes": [
                line.quotes.setdefault(quote, len(line.quotes))
                for row in answer.rows
                for quote in row.quotes[:1]
            ],
        }
        for answer in answers
    ]
    notes = [
        (day, name, line.x(date.fromisoformat(day))) for day, name in line.notes if len(day) == 10
    ]
    return render_page(
        "timeline.html",
        title=title or f"Patient {chart.patient}",
        as_of=line.as_of.isoformat(),
        groups=groups,
        plots=plots,
        alerts=told,
        answers=shown,
        notes=notes,
        months=line.months(),
        quotes=list(line.quotes),
        width=WIDTH,
        height=HEIGHT,
    )
