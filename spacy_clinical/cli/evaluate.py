"""`evaluate`: entities, assertions and relations, end to end and given gold mentions."""

import json
from pathlib import Path
from typing import Any

from spacy.cli._util import Opt, setup_gpu
from wasabi import msg

from ..corpus.corpus_files import read_corpus
from ..errors import CommandError, Errors
from ..evaluation.pipeline_comparison import compare
from ..evaluation.pipeline_evaluation import evaluate
from ..files import check_outputs, new_file
from ..installed import load_model, need_extra
from ..scoring.biored_scores import LEVELS
from ..scoring.concept_relation_scores import ConceptNames
from ..scoring.confidence_intervals import Settings
from ..scoring.full_analysis import KINDS
from ..viewer.html_page import write_page
from ..viewer.report_page import TITLES, render_report
from . import options
from .finding_scores import print_findings, score_reports
from .util import lenient_reading, print_scores, print_table

COLUMNS = ("first", "second", "difference", "low", "high")
LEVEL_TITLES = {
    "pair": "pair",
    "type": "pair and type",
    "novelty": "pair and novelty",
    "all": "pair, type and novelty",
}


def evaluate_cli(
    model: options.Model,
    corpus: options.Corpus,
    output: options.ScoresFile = None,
    report: options.ReportPage = None,
    other: str | None = Opt(None, "--compare", help="A second pipeline, to test against"),
    names: Path | None = Opt(
        None,
        "--names",
        help="A corpus that says which name means which concept",
    ),
    findings: Path | None = Opt(
        None, "--findings", help="Score findings of reports against this CSV, and nothing else"
    ),
    limit: int = Opt(0, "--limit", "-n", help="Documents to read at most, 0 for all"),
    samples: int = Opt(2000, "--samples", help="Rounds of bootstrap and test", min=1),
    seed: options.Seed = 0,
    engine: str | None = Opt(None, "--engine", help="Run the encoder on torch, onnx or openvino"),
    precision: str = Opt("auto", "--precision", help="Of the engine: float32, bfloat16 or auto"),
    gpu: options.Gpu = -1,
    lenient: options.Lenient = False,
    force: options.Force = False,
) -> None:
    """
    Score a pipeline on an annotated corpus: entities; what is said of them; relations end to end,
    and given the gold mentions; relations between concepts where the corpus has them. The report
    shows every error with the text around it. With --findings the corpus may be reports in any form
    that `annotate` reads.
    """
    setup_gpu(gpu, silent=True)
    with lenient_reading(lenient, output or Path(corpus.name), force=force):
        check_outputs(output, report, force=force, sources=[corpus, names, findings])
        if report is not None:
            need_extra("matplotlib", "The report", "eval")
            if report.suffix.lower() not in (".html", ".htm"):
                raise CommandError(Errors.SC704.format(path=report))
        nlp, settings = load_model(model), Settings(samples=samples, seed=seed)
        if engine is not None:
            from ..encoder.choose_engine import use_engine

            use_engine(nlp, engine, precision=precision)
        if findings is not None:
            scores = score_reports(nlp, corpus, findings, settings, limit)
            print_findings(scores)
            if output is not None:
                write_json(scores, output)
                msg.good(f"Scores in {output}")
            return
        known = ConceptNames.learn(read_corpus(names, nlp)) if names else None
        options: dict[str, Any] = {"names": known, "limit": limit, "settings": settings}
        options["with_errors"] = report is not None
        if other is None:
            found = evaluate(nlp, corpus, **options)
        else:
            compared = compare(nlp, other, corpus, **options)
            found = compared.first
            found.scores["comparison"] = {"model": Path(other).name, "tests": compared.tests}
        print_report(found.scores)
        if output is not None:
            write_json({"made_with": found.made_with, **found.scores}, output)
            msg.good(f"Scores in {output}")
        if report is not None:
            page = render_report(
                found.scores,
                found.errors,
                title=found.made_with["pipeline"],
                made_with=found.made_with,
            )
            write_page(page, report)
            msg.good(f"Report in {report}, which holds text of the notes")


def print_report(scores: dict[str, Any]) -> None:
    """Print scores as tables.

    scores (dict[str, Any]): As `evaluate` gives them.
    """
    whole = scores["end_to_end"]
    entities = {label: row for label, row in (whole["ents_per_type"] or {}).items()}
    print_scores("Entities, strict", {**entities, "all": _prf(whole, "ents")})
    for name, title in (
        ("end_to_end", "Assertions of strictly found mentions, end to end"),
        ("given_mentions", "Assertions given gold mentions"),
    ):
        if "assertion_macro_f" in scores.get(name, {}):
            rows = dict(scores[name]["assertion_per_type"] or {})
            rows["all"] = _prf(scores[name], "assertion_micro")
            rows["mean of the values"] = {"f": scores[name]["assertion_macro_f"]}
            print_scores(title, rows)
    for name, title in (
        ("end_to_end", "Relations, strict, end to end"),
        ("given_mentions", "Relations given gold mentions"),
    ):
        if "rel_micro_f" in scores.get(name, {}):
            rows = dict(scores[name]["rel_per_type"] or {})
            rows["all"] = _prf(scores[name], "rel_micro")
            rows["mean of the labels"] = {"f": scores[name]["rel_macro_f"]}
            rows["all, types ignored"] = {"f": scores[name]["rel_boundary_f"]}
            print_scores(title, rows)
    if whole.get("qa_f1") is not None:
        print_table("Answers, as SQuAD scores them", _answers(whole), ("", "%"))
    if whole.get("links_f") is not None:
        print_scores("Links to concepts, end to end", {"all": _prf(whole, "links")})
    print_concepts(scores)
    print_intervals(scores)
    print_comparison(scores.get("comparison", {}))


def _answers(scores: dict[str, Any]) -> list[tuple[str, str]]:
    """Rows of exact match and F1 of all questions, and of those that were answered."""
    names = {
        "qa_em": "exact match",
        "qa_f1": "F1",
        "qa_answered": "answered",
        "qa_answered_f1": "F1 of those",
    }
    known = ((name, scores[key]) for key, name in names.items())
    return [(name, "-" if x is None else f"{100 * x:.1f}") for name, x in known]


def print_concepts(scores: dict[str, Any]) -> None:
    """Print relations between concepts: all, label by label, and by BioRED's four levels.

    scores (dict[str, Any]): As `evaluate` gives them.
    """
    print_scores(
        "Relations between concepts",
        {name.replace("_", " "): row for name, row in scores.get("concepts", {}).items()},
    )
    for name, found in scores.get("concept_labels", {}).items():
        if len(found["per_type"]) > 1:
            rows = {**found["per_type"], "mean of the labels": {"f": found["macro_f"]}}
            print_scores(f"Relations between concepts, {name.replace('_', ' ')}", rows)
    for name, found in scores.get("biored", {}).items():
        rows = {LEVEL_TITLES[level]: found[level] for level in LEVELS}
        print_scores(f"BioRED's levels, {name.replace('_', ' ')}", rows)


def print_intervals(scores: dict[str, Any]) -> None:
    """Print each task's F1 with its interval, strict, with types ignored, and lenient; and what is
    beyond reach.

    scores (dict[str, Any]): As `evaluate` gives them.
    """
    rows = [
        (
            TITLES[name],
            kind,
            *_with_interval(summary[kind]["all"]["f"]),
            _calibration(summary) if kind == "strict" else "",
        )
        for name, summary in scores["tasks"].items()
        for kind in KINDS
        if kind in summary
    ]
    print_table("F1 with its interval", rows, ("", "", "F", "low", "high", "ECE"))
    losses = scores["losses"]
    if losses["relations"]:
        recall = losses["candidate_recall"]
        msg.text(
            f"{losses['mentions']} gold mentions, {losses['inside_tokens']} with a border inside a "
            f"token, {losses['discontinuous']} discontinuous; {losses['relations']} gold "
            f"relations, candidate recall {_number(recall)}"
        )


def print_comparison(comparison: dict[str, Any]) -> None:
    """Print the tests of two pipelines against each other.

    comparison (dict[str, Any]): `model` and `tests`; empty for none.
    """
    rows = [
        (TITLES[name], kind, *(_number(row[x]) for x in COLUMNS), _p_value(row["p"]))
        for name, kinds in comparison.get("tests", {}).items()
        for kind, row in kinds.items()
    ]
    header = ("", "", "F", "F of the other", "difference", "low", "high", "p")
    print_table(f"Against {comparison.get('model')}", rows, header)


def _p_value(p: float | None) -> str:
    return "-" if p is None else f"{p:.4f}"


def _with_interval(score: dict[str, float | None]) -> list[str]:
    return [_number(score[name]) for name in ("value", "low", "high")]


def _calibration(summary: dict[str, Any]) -> str:
    found = summary.get("reliability")
    return "-" if not found else f"{found['expected_calibration_error']:.3f}"


def _number(score: float | None) -> str:
    return "-" if score is None else f"{100 * score:.2f}"


def write_json(scores: dict[str, Any], path: Path) -> None:
    """Write scores, under another name first.

    scores (dict[str, Any]): The scores.
    path (Path): The file.
    """
    with new_file(path) as file:
        file.write((json.dumps(scores, indent=2) + "\n").encode("utf-8"))


def _prf(scores: dict[str, Any], prefix: str) -> dict[str, float | None]:
    return {name: scores[f"{prefix}_{name}"] for name in "prf"}
