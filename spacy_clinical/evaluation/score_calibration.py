"""Scores that are right as often as they say, fitted on an annotated corpus."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.training import Example
from spacy.util import minibatch

from ..audit import Trail
from ..audit.model_description import describe_model
from ..corpus.corpus_files import Corpus, read_examples
from ..errors import CommandError, Errors
from ..installed import as_pipeline
from ..pipeline.heads.pipeline_checks import keep_thresholds
from ..result_tables import Message, Result, Table
from ..scoring.relations_given_gold import copy_gold_mentions, run_component, steps_after_mentions
from ..training.string_pruning import save_without_texts
from .component_calibrators import Calibrator, Fit, calibrator_for

BATCH = 64


@dataclass
class Calibrated:
    """A calibrated pipeline.

    nlp (Language): The pipeline, with new settings.
    fits (list[Fit]): Calibration errors before and after, one a component and label.
    warnings (list[str]): Of components that stay as they were.
    """

    nlp: Language
    fits: list[Fit]
    warnings: list[str]


def calibrate(
    model: str | Path | Language,
    corpus: Corpus,
    components: Sequence[str] = (),
    *,
    given_mentions: bool = False,
    output: Path | None = None,
    force: bool = False,
    audit: Trail | None = None,
) -> Calibrated:
    """Fit scores so that of predictions with score 0.8 eight in ten are right.

    model (str | Path | Language): The pipeline, which is changed, its package's name or folder.
    corpus (str | Path | Iterable[Doc | Record]): Annotated, not learned from.
    components (Sequence[str]): Components to calibrate, none for all that can be.
    given_mentions (bool): Whether scores are to be right for gold mentions, instead of those that
        the pipeline finds.
    output (Path | None): New folder for the calibrated pipeline.
    force (bool): Replace a pipeline that is there.
    audit (Trail | None): Record it there.
    RETURNS (Calibrated): The pipeline and its calibration errors. Raises CommandError for a
        component that can't be calibrated.
    """
    nlp = as_pipeline(model)
    before = describe_model(nlp) if audit else {}
    examples = read_examples(corpus, nlp)
    fits, warnings = fit_scores(nlp, examples, components, given_mentions=given_mentions)
    if output is not None:
        save_without_texts(nlp, output, force=force)
    if audit is not None:
        done = sorted({fit.component for fit in fits})
        asked = {"components": list(components), "fitted": done, "notes": len(examples)}
        audit.change("calibrate", before, nlp, output, **asked)
    return Calibrated(nlp, fits, warnings)


def fit_scores(
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
            keep_thresholds(nlp, name, nlp.get_pipe(name).cfg)  # type: ignore[attr-defined]
    return fits, warnings


def _quoted(names: Sequence[str]) -> str:
    return f" under the name '{', '.join(names)}'" if names else ""


def _choose(steps: dict[str, Any], names: Sequence[str]) -> dict[str, Calibrator]:
    """What calibrates the components of these names, or all. Changes their settings."""
    makers = {name: calibrator_for(component) for name, component in steps.items()}
    known = [name for name, maker in makers.items() if maker]
    wrong = [name for name in names if name not in known]
    if wrong or not known:
        message = Errors.SC542.format(names=_quoted(wrong), known=", ".join(known) or "none")
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


def calibration_results(done: Calibrated, output: Path) -> Iterator[Result]:
    """Lay calibration errors out.

    done (Calibrated): The pipeline.
    output (Path): Where it is.
    YIELDS (Result): A table a component, with a row a label; warnings of components that stay as
        they were.
    """
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for f in done.fits:
        row = (f.label, f.n, f"{100 * f.right:.1f}", f"{f.before:.3f}", f"{f.after:.3f}")
        rows.setdefault(f.component, []).append(row)
    header = ("", "predictions", "right %", "ECE", "after")
    yield from (Table(name, header, own) for name, own in rows.items())
    yield from (Message(warning, "warn") for warning in done.warnings)
    yield Message(f"Calibrated pipeline in {output}")
