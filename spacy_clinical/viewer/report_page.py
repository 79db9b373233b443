"""An evaluation as one self-contained page: scores, curves, losses, and every error."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..installed import need_extra
from .html_page import check_page, render_page
from .plots import plot_curve, plot_reliability
from .snippets import ErrorRow

TITLES = {
    "entities": "Entities",
    "assertions": "Assertions of the mentions found",
    "relations_end_to_end": "Relations, end to end",
    "relations_given_mentions": "Relations given gold mentions",
    "concept_relations_end_to_end": "Relations between concepts, end to end",
    "concept_relations_given_mentions": "Relations between concepts given gold mentions",
}
LOSSES = {
    "mentions": "gold mentions",
    "inside_tokens": "with a border inside a token",
    "discontinuous": "discontinuous",
    "overlapping": "that overlap another one",
    "relations": "gold relations",
    "with_lost_argument": "with an argument that no tokens can hold",
    "outside_candidates": "that are no candidates: too far apart, or of types the schema forbids",
    "capped_pairs": "candidate pairs cut off by the limit on their number",
    "capped_documents": "documents where that happened",
}


class TaskView(NamedTuple):
    """A task on the page.

    id, title (str): Its name, for links and for people.
    summary (dict): As `summarise` gives it.
    matrix (Matrix): Its confusion.
    plots (list[tuple[str, str]]): SVG and the line below it.
    """

    id: str
    title: str
    summary: dict[str, Any]
    matrix: "Matrix"
    plots: list[tuple[str, str]]


class Matrix(NamedTuple):
    """Confusion as a table.

    columns (list[str]): Predicted labels, the last for what was missed.
    rows (list[tuple[str, list[tuple[int, int]]]]): Gold label; for each cell its count and its
        share of the row in steps of 0 to 9. The last row is what is spurious.
    """

    columns: list[str]
    rows: list[tuple[str, list[tuple[int, int]]]]


def check_report(path: Path | None) -> None:
    """Refuse a report that couldn't be written.

    path (Path | None): What is to be written, None for no report. Raises CommandError for another
        name than NAME.html, and where matplotlib isn't installed.
    """
    if path is not None:
        need_extra("matplotlib", "The report", "eval")
        check_page(path)


def render_report(
    scores: Mapping[str, Any],
    errors: Sequence[ErrorRow],
    *,
    title: str,
    made_with: Mapping[str, Any] | None = None,
    limit: int = 2000,
) -> str:
    """Write an evaluation as one HTML page, which loads nothing from anywhere.

    The page holds the text of the notes around each error.

    scores (Mapping[str, Any]): What `evaluate` gives: `tasks`, `losses`, `intervals`, perhaps
        `comparison`.
    errors (Sequence[ErrorRow]): The errors.
    title (str): Of the page: the pipeline's name.
    made_with (Mapping[str, Any] | None): The evaluation's: corpus, date and versions.
    limit (int): Errors to show at most; the others are counted.
    RETURNS (str): HTML.
    """
    kinds = Counter((error.task, error.kind) for error in errors)
    labels = sorted({label for error in errors for label in error.labels.split("\n") if label})
    return render_page(
        "report.html",
        title=title,
        made_with=_made_with(made_with or {}),
        scores=scores,
        tasks=[_view(name, summary) for name, summary in scores["tasks"].items()],
        titles=TITLES,
        losses=_loss_rows(scores["losses"]),
        kinds=sorted(kinds.items()),
        labels=labels,
        errors=errors[:limit],
        left_out=max(0, len(errors) - limit),
    )


def make_matrix(rows: Sequence[Mapping[str, Any]]) -> Matrix:
    """Lay a confusion out as a table.

    rows (Sequence[Mapping]): `gold`, `predicted`, `count`.
    RETURNS (Matrix): Labels in order, missed and spurious last.
    """
    counts = {(row["gold"], row["predicted"]): row["count"] for row in rows}
    labels = sorted({label for pair in counts for label in pair if label is not None})
    names: list[str | None] = [*labels, None]
    table = []
    for gold in names:
        row = [counts.get((gold, predicted), 0) for predicted in names]
        whole = max(sum(row), 1)
        table.append((gold or "spurious", [(n, min(9, round(9 * n / whole))) for n in row]))
    return Matrix([*labels, "missed"], table)


def _made_with(facts: Mapping[str, Any]) -> str:
    versions = (f"{name} {number}" for name, number in facts.get("versions", {}).items())
    parts = (facts.get("corpus"), facts.get("date"), ", ".join(versions))
    return " · ".join(part for part in parts if part)


def _view(name: str, summary: dict[str, Any]) -> TaskView:
    title, plots = TITLES[name], []
    if summary.get("curve", {}).get("points"):
        precision = summary["curve"]["average_precision"]
        ends = summary["curve"]["points"][-1]
        plots.append(
            (
                plot_curve(summary["curve"], f"{title}: precision over recall"),
                f"Average precision {precision:.3f}. The curve ends at score {ends[0]:.2f}: "
                "nothing below it was kept.",
            )
        )
    found = summary.get("reliability")
    if found:
        plots.append(
            (
                plot_reliability(found["bins"], f"{title}: share right over score"),
                f"Expected calibration error {found['expected_calibration_error']:.3f}, "
                f"Brier score {found['brier']:.3f}. Bars: how many predictions.",
            )
        )
    return TaskView(name, title, summary, make_matrix(summary["confusion"]), plots)


def _loss_rows(losses: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = [(words, str(losses[name])) for name, words in LOSSES.items()]
    recall = losses["candidate_recall"]
    return [*rows, ("candidate recall", "-" if recall is None else f"{100 * recall:.2f} %")]
