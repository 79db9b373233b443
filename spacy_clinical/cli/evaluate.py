"""`evaluate`: entities, assertions and relations, end to end and given gold mentions."""

from pathlib import Path
from typing import Any

from spacy.cli._util import Opt, setup_gpu
from wasabi import msg

from ..corpus.corpus_files import read_corpus
from ..encoder.choose_engine import use_engine
from ..evaluation.finding_evaluation import evaluate_findings, finding_tables
from ..evaluation.pipeline_comparison import compare
from ..evaluation.pipeline_evaluation import evaluate
from ..evaluation.score_tables import score_tables
from ..files import check_outputs
from ..installed import load_model
from ..json_io import write_json
from ..scoring.concept_relation_scores import ConceptNames
from ..scoring.confidence_intervals import Settings
from ..viewer.html_page import write_page
from ..viewer.report_page import check_report
from . import options
from .util import lenient_reading, print_tables


def evaluate_cli(
    model: options.Model,
    corpus: options.Corpus,
    output: options.ScoresFile = None,
    report: options.ReportPage = None,
    other: str | None = Opt(None, "--compare", help="A second pipeline, to test against"),
    names: Path | None = Opt(
        None, "--names", help="A corpus that says which name means which concept"
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
    settings = Settings(samples=samples, seed=seed)
    with lenient_reading(lenient, output or Path(corpus.name), force=force):
        check_outputs(output, report, force=force, sources=[corpus, names, findings])
        check_report(report)
        nlp = load_model(model)
        if engine is not None:
            use_engine(nlp, engine, precision=precision)
        if findings is not None:
            scores = evaluate_findings(nlp, corpus, findings, settings, limit)
            print_tables(finding_tables(scores))
        else:
            known = ConceptNames.learn(read_corpus(names, nlp)) if names else None
            how: dict[str, Any] = {"names": known, "limit": limit, "settings": settings}
            how["with_errors"] = report is not None
            if other is None:
                found = evaluate(nlp, corpus, **how)
            else:
                found = compare(nlp, other, corpus, **how).first
            scores = found.to_dict()
            print_tables(score_tables(found.scores))
        if output is not None:
            write_json(scores, output)
            msg.good(f"Scores in {output}")
        if report is not None and findings is None:
            write_page(found.to_page(), report)
            msg.good(f"Report in {report}, which holds text of the notes")
