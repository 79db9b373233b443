"""`calibrate`: scores that are right as often as they say, in a copy of the pipeline."""

from pathlib import Path

from spacy.cli._util import Arg, Opt

from ..evaluation.score_calibration import calibrate, calibration_results
from ..training.string_pruning import check_pipeline_output
from . import options
from .util import app, lenient_reading, open_trail, print_results


@app.command("calibrate")
def calibrate_cli(
    model: options.Model,
    corpus: options.UnseenCorpus,
    output: Path = Arg(..., help="New folder for the calibrated copy"),
    component: list[str] = Opt([], "--component", "-c", help="Only this one; may be given again"),
    given_mentions: options.GivenMentions = False,
    force: options.ForcePipeline = False,
    audit: options.AuditFolder = None,
    actor: options.Actor = "",
    lenient: options.Lenient = False,
) -> None:
    """Fit scores so that of predictions with score 0.8 eight in ten are right. What the pipeline
    finds stays the same: thresholds move along. ECE is the expected calibration error; the one
    after is of documents that the fit didn't see, a fifth of the corpus at a time."""
    with lenient_reading(lenient, output, force=force):
        check_pipeline_output(output, model, corpus, force=force)
        done = calibrate(
            model,
            corpus,
            component,
            given_mentions=given_mentions,
            output=output,
            force=force,
            audit=open_trail(audit, actor=actor),
        )
        print_results(calibration_results(done, output))
