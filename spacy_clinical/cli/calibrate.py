"""`calibrate`: scores that are right as often as they say, in a copy of the pipeline."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from spacy.cli._util import Arg, Opt
from spacy.language import Language
from spacy.training import Example
from spacy.util import minibatch
from wasabi import msg

from ..corpus import make_corpus
from ..errors import CommandError, Errors
from ..evaluation.component_calibrators import Calibrator, Fit, calibrator_for
from ..files import new_folder
from ..scoring.given_gold import copy_gold_mentions, run_component, steps_after_mentions
from ..training.string_pruning import without_texts
from .tune import keep_thresholds
from .util import clear_errors, load_model, print_table

BATCH = 64


def calibrate_cli(
    model: str = Arg(..., help="Installed pipeline or its folder"),
    corpus: Path = Arg(..., help="A .spacy file or folder that the pipeline hasn't learned from"),
    output: Path = Arg(..., help="New folder for the calibrated copy"),
    component: list[str] = Opt(
        [], "--component", "-c", help="Calibrate this one; may be repeated. Else all that can be"
    ),
    given_mentions: bool = Opt(
        False, "--given-mentions", help="For use on gold mentions: calibrate what is said of them"
    ),
) -> None:
    """
    Fit scores so that of predictions with score 0.8 eight in ten are right. What the pipeline finds
    stays the same: thresholds move along. ECE is the expected calibration error; the one after is
    of documents that the fit didn't see, a fifth of the corpus at a time.
    """
    with clear_errors():
        nlp = load_model(model)
        examples = list(make_corpus(corpus)(nlp))
        fits, warnings = calibrate(nlp, examples, component, given_mentions=given_mentions)
        with new_folder(output) as folder:
            without_texts(nlp).to_disk(folder)
        print_fits(fits)
        for warning in warnings:
            msg.warn(warning)
        msg.good(f"Calibrated pipeline in {output}")


def calibrate(
    nlp: Language,
    examples: Sequence[Example],
    names: Sequence[str] = (),
    *,
    given_mentions: bool = False,
) -> tuple[list[Fit], list[str]]:
    """Fit the scores of components to how often they are right.

    nlp (Language): The pipeline, whose components' settings are changed.
    examples (Sequence[Example]): An annotated corpus, not yet processed.
    names (Sequence[str]): Components to calibrate, none for all that can be.
    given_mentions (bool): Whether scores are to be right for gold mentions, instead of those that
        the pipeline finds.
    RETURNS (tuple[list[Fit], list[str]]): Calibration errors; and warnings, of components that stay
        as they were. Raises CommandError for a component that can't be calibrated.
    """
    steps = steps_after_mentions(nlp) if given_mentions else dict(nlp.pipeline)
    chosen = _choose(steps, names)
    for batch in minibatch(examples, BATCH):
        if given_mentions:
            for example in batch:
                copy_gold_mentions(example.reference, example.predicted)
        _run(list(batch), steps, chosen)
    fits: list[Fit] = []
    warnings: list[str] = []
    for name, calibrator in chosen.items():
        found, missing = calibrator.finish()
        fits, warnings = fits + found, warnings + missing
        if "thresholds" in nlp.get_pipe_config(name):
            keep_thresholds(nlp, name)
    return fits, warnings


def print_fits(fits: Sequence[Fit]) -> None:
    """Print calibration errors.

    fits (Sequence[Fit]): Of all components.
    """
    for name in dict.fromkeys(fit.component for fit in fits):
        rows = [
            (f.label, f.n, f"{100 * f.right:.1f}", f"{f.before:.3f}", f"{f.after:.3f}")
            for f in fits
            if f.component == name
        ]
        print_table(name, rows, ("", "predictions", "right %", "ECE", "after"))


def _choose(steps: dict[str, Any], names: Sequence[str]) -> dict[str, Calibrator]:
    """What calibrates the components of these names, or all. Changes their settings."""
    makers = {name: calibrator_for(component) for name, component in steps.items()}
    known = [name for name, maker in makers.items() if maker]
    wrong = [name for name in names if name not in known]
    if wrong or not known:
        message = Errors.SC542.format(
            names=", ".join(wrong) or "", known=", ".join(known) or "none"
        )
        raise CommandError(message)
    return {
        name: maker(steps[name])
        for name, maker in makers.items()
        if maker and name in (names or known)
    }


def _run(batch: list[Example], steps: dict[str, Any], chosen: dict[str, Calibrator]) -> None:
    for name, component in steps.items():
        if name in chosen:
            chosen[name].before(batch)
        docs = run_component(component, [example.predicted for example in batch])
        for example, doc in zip(batch, docs, strict=True):
            example.predicted = doc
        if name in chosen:
            chosen[name].after(batch)
