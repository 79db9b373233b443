"""`evaluate`: entities, assertions and relations, end to end and given gold mentions."""

from pathlib import Path

from spacy.cli._util import Opt, setup_gpu

from ..encoder.choose_engine import use_engine
from ..evaluation.evaluation_run import run_evaluation
from ..installed import load_model
from ..json_io import write_json
from ..scoring.confidence_intervals import Settings
from ..viewer.html_page import write_page
from ..viewer.report_page import check_report
from . import options
from .util import app, lenient_reading, print_results


@app.command("evaluate", writes=["output", "report"])
def evaluate_cli(
    model: options.Model,
    corpus: options.Corpus,
    settings: Settings,
    output: options.ScoresFile = None,
    report: options.ReportPage = None,
    other: str | None = Opt(None, "--compare", help="A second pipeline, to test against"),
    names: Path | None = Opt(None, help="A corpus that says which name means which concept"),
    findings: Path | None = Opt(None, help="Score nothing but findings, against this CSV"),
    limit: int = Opt(0, "--limit", "-n", help="Documents to read at most, 0 for all"),
    engine: str | None = Opt(None, help="Run the encoder on torch, onnx or openvino"),
    precision: str = Opt("auto", help="Of the engine: float32, bfloat16 or auto"),
    gpu: options.Gpu = -1,
    lenient: options.Lenient = False,
    force: options.Force = False,
) -> None:
    """Score a pipeline on an annotated corpus: entities; what is said of them; relations end to
    end, and given the gold mentions; relations between concepts where the corpus has them. The
    report shows every error with the text around it. With --findings the corpus may be reports in
    any form that `annotate` reads."""
    setup_gpu(gpu, silent=True)
    with lenient_reading(lenient, output or Path(corpus.name), force=force):
        check_report(report)
        nlp = load_model(model)
        if engine is not None:
            use_engine(nlp, engine, precision=precision)
        with_page = report is not None
        done = run_evaluation(nlp, corpus, settings, limit, other, names, findings, with_page)
        print_results(done.tables)
        if output is not None:
            write_json(done.scores, output)
            print_results(f"Scores in {output}")
        if report is not None and done.page:
            write_page(done.page, report)
            print_results(f"Report in {report}, which holds text of the notes")
