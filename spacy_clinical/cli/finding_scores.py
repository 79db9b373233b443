"""`evaluate --findings`: findings of reports against a table that people made."""

from itertools import islice
from pathlib import Path
from typing import Any

from spacy.language import Language
from wasabi import msg

from ..batch.findings_run import FindingsSummary, find_findings, with_scheme
from ..batch.note_reader import as_notes
from ..scoring.confidence_intervals import Settings
from ..scoring.finding_scores import read_finding_table, score_findings
from .util import print_table


def score_reports(
    nlp: Language, reports: Path, gold: Path, settings: Settings, limit: int = 0
) -> dict[str, Any]:
    """Find the findings of reports, and score them.

    nlp (Language): A pipeline with `clinical_findings`.
    reports (Path): The reports.
    gold (Path): A CSV of their findings.
    settings (Settings): Of the intervals.
    limit (int): Reports to read at most, 0 for all.
    RETURNS (dict[str, Any]): See `score_findings`; and `set_aside`, reports that couldn't be read.
    """
    table = read_finding_table(gold)
    summary = FindingsSummary()
    notes = list(islice(as_notes(reports), limit or None))
    rows = find_findings(with_scheme(nlp, None), notes, summary=summary, progress=None)
    found = {row.id: {f["label"]: f["status"] for f in row.findings} for row in rows}
    return {**score_findings(table, found, settings), "set_aside": len(summary.failed)}


def print_findings(scores: dict[str, Any]) -> None:
    """Print scores of findings, a row a label.

    scores (dict[str, Any]): As `score_findings` gives them.
    """
    rows = [_row(label, row, scores["kappa"]) for label, row in scores["labels"].items()]
    rows += [_row("all", scores["all"], scores["kappa"])]
    macro = [_percent(scores["macro"][x]) for x in "prf"]
    rows += [("mean of the labels", "", "", "", *macro, "", "", "")]
    header = ("", "right", "spurious", "missed", "P", "R", "F", "low", "high", "kappa")
    print_table("Positive findings", rows, header)
    msg.text(
        f"{scores['reports']} reports; kappa over {', '.join(scores['kappa_statuses'])}; "
        f"{scores['without_gold']} reports without gold, {scores['without_reports']} gold without "
        f"report, {scores['set_aside']} set aside; labels of one side only: "
        f"{', '.join(scores['left_aside']) or 'none'}"
    )


def _row(label: str, row: dict[str, Any], kappa: dict[str, float | None]) -> tuple[str, ...]:
    counts = [str(row[name]) for name in ("right", "spurious", "missed")]
    scores = [_percent(row[x]["value"]) for x in "prf"]
    bounds = [_percent(row["f"][name]) for name in ("low", "high")]
    agreed = kappa[label]
    return label, *counts, *scores, *bounds, "-" if agreed is None else f"{agreed:.3f}"


def _percent(score: float | None) -> str:
    return "-" if score is None else f"{100 * score:.2f}"
