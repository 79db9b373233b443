"""One evaluation in full, as plain numbers: scores with intervals, confusion, curves, losses."""

from typing import Any

import numpy

from .confidence_intervals import Settings, as_json, bootstrap, compare
from .document_counts import MISSED, RIGHT, SPURIOUS, Array, CountTable, precision_recall_f
from .reliability import curve_to_json, read_curve, read_reliability, reliability_to_json
from .scoring_tasks import Task

KINDS = ("strict", "boundary", "lenient")


def summarise(task: Task, settings: Settings) -> dict[str, Any]:
    """Lay a task out as JSON values. No text of a note is in them.

    task (Task): The counts.
    settings (Settings): Of the intervals.
    RETURNS (dict[str, Any]): `strict`, `boundary` and `lenient` scores for "all", "macro" and each
        label, `confusion` rows, and where there are scores `curve` and `reliability`.
    """
    found: dict[str, Any] = {"documents": len(task.strict.values)}
    for kind in KINDS:
        table = getattr(task, kind)
        if table is not None:
            found[kind] = summarise_counts(table, settings)
    rows = sorted(task.confusion.items(), key=lambda item: [str(x) for x in item[0]])
    found["confusion"] = [{"gold": g, "predicted": p, "count": n} for (g, p), n in rows]
    if task.scores:
        counts = task.strict.total.sum(axis=0)
        n_gold = int(counts[RIGHT] + counts[MISSED])
        found["curve"] = curve_to_json(read_curve(task.scores, task.right, n_gold))
        made = [i for i, is_made in enumerate(task.made) if is_made]
        scores, right = [task.scores[i] for i in made], [task.right[i] for i in made]
        found["reliability"] = reliability_to_json(read_reliability(scores, right))
    return found


def summarise_counts(table: CountTable, settings: Settings) -> dict[str, Any]:
    """Score a table, all labels together and each by itself.

    table (CountTable): The counts.
    settings (Settings): Of the intervals.
    RETURNS (dict): `all` and, by label, `labels`: each with `right`, `spurious`, `missed`, and
        with `p`, `r`, `f`, which have `value`, `low`, `high`. `macro`: the means of the labels'
        `p`, `r`, `f`, what isn't defined counting as 0.
    """
    values = table.with_total()
    counts = values.sum(axis=0)
    scores, bounds = precision_recall_f(counts), bootstrap(values, settings)
    rows = [_row(*numbers) for numbers in zip(counts, scores, bounds, strict=True)]
    labels = dict(zip(table.labels, rows[:-1], strict=True))
    return {"all": rows[-1], "macro": _macro(scores[:-1]), "labels": labels}


def compare_tasks(
    first: dict[str, Task], second: dict[str, Task], settings: Settings
) -> dict[str, Any]:
    """Test two pipelines' F1 on the same documents against each other.

    first, second (dict[str, Task]): Tasks by name.
    settings (Settings): Of the test.
    RETURNS (dict[str, Any]): For each task of both and each of KINDS: see `compare`.
    """
    found: dict[str, Any] = {}
    for name in first:
        if name in second:
            for kind in KINDS:
                one, other = getattr(first[name], kind), getattr(second[name], kind)
                if one is not None and other is not None and len(one.values):
                    found.setdefault(name, {})[kind] = compare(one.total, other.total, settings)
    return found


def _macro(scores: Array) -> dict[str, float | None]:
    if not len(scores):
        return dict.fromkeys("prf")
    return {name: float(x) for name, x in zip("prf", numpy.nan_to_num(scores).mean(0), strict=True)}


def _row(counts: Array, scores: Array, bounds: Array) -> dict[str, Any]:
    row: dict[str, Any] = {
        "right": int(counts[RIGHT]),
        "spurious": int(counts[SPURIOUS]),
        "missed": int(counts[MISSED]),
    }
    for name, score, (low, high) in zip("prf", scores, bounds, strict=True):
        row[name] = {"value": as_json(score), "low": as_json(low), "high": as_json(high)}
    return row
