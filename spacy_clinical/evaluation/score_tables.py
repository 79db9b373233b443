"""Scores of `evaluate` as tables: by label, given gold mentions, of concepts, with intervals."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..result_tables import Table, decimal, percent, score_table
from ..scoring.biored_scores import LEVELS
from ..scoring.full_analysis import KINDS
from ..viewer.report_page import TITLES

Scores = Mapping[str, Any]
_COLUMNS = ("first", "second", "difference", "low", "high")
_LEVELS = {
    "pair": "pair",
    "type": "pair and type",
    "novelty": "pair and novelty",
    "all": "pair, type and novelty",
}
_ASSERTIONS = {
    "end_to_end": "Assertions of strictly found mentions, end to end",
    "given_mentions": "Assertions given gold mentions",
}
_RELATIONS = {
    "end_to_end": "Relations, strict, end to end",
    "given_mentions": "Relations given gold mentions",
}
_OF_VALUES = {"mean of the values": "macro_f"}
_OF_LABELS = {"mean of the labels": "macro_f", "all, types ignored": "boundary_f"}
_ANSWERS = {
    "qa_em": "exact match",
    "qa_f1": "F1",
    "qa_answered": "answered",
    "qa_answered_f1": "F1 of those",
}


def score_tables(scores: Scores) -> list[Table]:
    """Lay the scores of one pipeline out, or of two that were compared.

    scores (Mapping[str, Any]): As `evaluate` and `compare` give them.
    RETURNS (list[Table]): One for each thing that was scored; numbers in percent.
    """
    whole = scores["end_to_end"]
    tables = [
        _entities(whole),
        *_twice(scores, "assertion", _OF_VALUES, _ASSERTIONS),
        *_twice(scores, "rel", _OF_LABELS, _RELATIONS),
    ]
    if whole.get("qa_f1") is not None:
        rows = [(name, percent(whole[key], 1)) for key, name in _ANSWERS.items()]
        tables.append(Table("Answers, as SQuAD scores them", ("", "%"), rows))
    if whole.get("links_f") is not None:
        tables.append(score_table("Links to concepts, end to end", {"all": _prf(whole, "links")}))
    tables += [*_concepts(scores), _intervals(scores), _comparison(scores.get("comparison", {}))]
    return [table for table in tables if table.rows]


def _entities(whole: Scores) -> Table:
    rows = {**(whole["ents_per_type"] or {}), "all": _prf(whole, "ents")}
    return score_table("Entities, strict", rows)


def _twice(
    scores: Scores, prefix: str, means: Mapping[str, str], titles: Mapping[str, str]
) -> Iterator[Table]:
    """What is scored end to end and given gold mentions, label by label.

    prefix (str): Of the scores' names.
    means (Mapping[str, str]): Names of rows that have F1 only, to the ends of their scores' names.
    titles (Mapping[str, str]): Of what is scored in which way.
    """
    for name, title in titles.items():
        found = scores.get(name, {})
        if f"{prefix}_macro_f" in found:
            rows = {**(found[f"{prefix}_per_type"] or {}), "all": _prf(found, f"{prefix}_micro")}
            rows |= {row: {"f": found[f"{prefix}_{end}"]} for row, end in means.items()}
            yield score_table(title, rows)


def _concepts(scores: Scores) -> Iterator[Table]:
    """Relations between concepts: all, label by label, and by BioRED's four levels."""
    rows = {name.replace("_", " "): row for name, row in scores.get("concepts", {}).items()}
    yield score_table("Relations between concepts", rows)
    for name, found in scores.get("concept_labels", {}).items():
        if len(found["per_type"]) > 1:
            rows = {**found["per_type"], "mean of the labels": {"f": found["macro_f"]}}
            yield score_table(f"Relations between concepts, {name.replace('_', ' ')}", rows)
    for name, found in scores.get("biored", {}).items():
        rows = {_LEVELS[level]: found[level] for level in LEVELS}
        yield score_table(f"BioRED's levels, {name.replace('_', ' ')}", rows)


def _intervals(scores: Scores) -> Table:
    """Each task's F1 with its interval, strict, with types ignored, and lenient; and what is beyond
    reach."""
    rows = [
        (
            TITLES[name],
            kind,
            *(percent(summary[kind]["all"]["f"][x]) for x in ("value", "low", "high")),
            _calibration(summary) if kind == "strict" else "",
        )
        for name, summary in scores["tasks"].items()
        for kind in KINDS
        if kind in summary
    ]
    header = ("", "", "F", "low", "high", "ECE")
    return Table("F1 with its interval", header, rows, _losses(scores["losses"]))


def _losses(losses: Scores) -> list[str]:
    if not losses["relations"]:
        return []
    return [
        f"{losses['mentions']} gold mentions, {losses['inside_tokens']} with a border inside a "
        f"token, {losses['discontinuous']} discontinuous; {losses['relations']} gold relations, "
        f"candidate recall {percent(losses['candidate_recall'])}"
    ]


def _comparison(comparison: Scores) -> Table:
    """The tests of two pipelines against each other."""
    rows = [
        (TITLES[name], kind, *(percent(row[x]) for x in _COLUMNS), decimal(row["p"], 4))
        for name, kinds in comparison.get("tests", {}).items()
        for kind, row in kinds.items()
    ]
    header = ("", "", "F", "F of the other", "difference", "low", "high", "p")
    return Table(f"Against {comparison.get('model')}", header, rows)


def _calibration(summary: Scores) -> str:
    found = summary.get("reliability")
    return decimal(found["expected_calibration_error"] if found else None, 3)


def _prf(scores: Scores, prefix: str) -> dict[str, float | None]:
    return {name: scores[f"{prefix}_{name}"] for name in "prf"}
