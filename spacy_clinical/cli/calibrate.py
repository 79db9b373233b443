"""`calibrate`: scores that are right as often as they say, in a copy of the pipeline."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..evaluation.score_calibration import calibrate, calibration_tables
from ..training.string_pruning import check_pipeline_output
from . import options
from .util import lenient_reading, open_trail, print_tables


def calibrate_cli(
    model: options.Model,
    corpus: options.UnseenCorpus,
    output: Path = Arg(..., help="New folder for the calibrated copy"),
    component: list[str] = Opt(
        [], "--component", "-c", help="Calibrate this one; may be repeated. Else all that can be"
    ),
    given_mentions: bool = Opt(
        False, "--given-mentions", help="For use on gold mentions: calibrate what is said of them"
    ),
    force: options.ForcePipeline = False,
    audit: options.AuditFolder = None,
    actor: options.Actor = "",
    lenient: options.Lenient = False,
) -> None:
    """
    Fit scores so that of predictions with score 0.8 eight in ten are right. What the pipeline finds
    stays the same: thresholds move along. ECE is the expected calibration error; the one after is
    of documents that the fit didn't see, a fifth of the corpus at a time.
    """
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
        print_tables(calibration_tables(done.fits))
        for warning in done.warnings:
            msg.warn(warning)
        msg.good(f"Calibrated pipeline in {output}")
