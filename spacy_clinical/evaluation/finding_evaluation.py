"""Findings of reports against a table that people made: `evaluate --findings`."""

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from spacy.language import Language

from ..batch.findings_run import FindingsSummary, find_findings, with_scheme
from ..batch.note_reader import as_notes
from ..installed import as_pipeline
from ..result_tables import Table, decimal, percent
from ..scoring.confidence_intervals import Settings
from ..scoring.finding_scores import read_finding_table, score_findings


def evaluate_findings(
    model: str | Path | Language,
    reports: Path,
    gold: Path,
    settings: Settings = Settings(),  # noqa: B008
    limit: int = 0,
) -> dict[str, Any]:
    """Find the findings of reports, and score them.

    model (str | Path | Language): A pipeline with `clinical_findings`, its package's name, or its
        folder.
    reports (Path): The reports, in any form that `read_notes` reads.
    gold (Path): A CSV of their findings.
    settings (Settings): Of the intervals.
    limit (int): Reports to read at most, 0 for all.
    RETURNS (dict[str, Any]): See `score_findings`; and `set_aside`, reports that couldn't be read.
        Raises CommandError for a pipeline without findings.
    """
    table = read_finding_table(gold)
    summary = FindingsSummary()
    notes = list(islice(as_notes(reports), limit or None))
    nlp = with_scheme(as_pipeline(model), None)
    rows = find_findings(nlp, notes, summary=summary, progress=None)
    found = {row.id: {f["label"]: f["status"] for f in row.findings} for row in rows}
    return {**score_findings(table, found, settings), "set_aside": len(summary.failed)}


def finding_tables(scores: Mapping[str, Any]) -> list[Table]:
    """Lay scores of findings out.

    scores (Mapping[str, Any]): As `evaluate_findings` gives them.
    RETURNS (list[Table]): One, with a row a label; numbers in percent.
    """
    labels = {**scores["labels"], "all": scores["all"]}
    rows = [_row(label, row, scores["kappa"][label]) for label, row in labels.items()]
    macro = [percent(scores["macro"][x]) for x in "prf"]
    rows.append(("mean of the labels", "", "", "", *macro, "", "", ""))
    header = ("", "right", "spurious", "missed", "P", "R", "F", "low", "high", "kappa")
    return [Table("Positive findings", header, rows, [_remark(scores)])]


def _remark(scores: Mapping[str, Any]) -> str:
    return (
        f"reports: {scores['reports']}, without gold: {scores['without_gold']}, gold without "
        f"report: {scores['without_reports']}, set aside: {scores['set_aside']}; kappa over "
        f"{', '.join(scores['kappa_statuses'])}; labels of one side only: "
        f"{', '.join(scores['left_aside']) or 'none'}"
    )


def _row(label: str, row: Mapping[str, Any], agreed: float | None) -> tuple[str, ...]:
    counts = [str(row[name]) for name in ("right", "spurious", "missed")]
    scores = [percent(row[x]["value"]) for x in "prf"]
    bounds = [percent(row["f"][name]) for name in ("low", "high")]
    return label, *counts, *scores, *bounds, decimal(agreed, 3)
