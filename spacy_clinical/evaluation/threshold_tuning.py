"""Thresholds to a wanted precision or recall, chosen on an annotated corpus."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from spacy.language import Language
from spacy.training import Example

from ..audit import Trail
from ..audit.model_description import describe_model
from ..corpus.corpus_files import Corpus, read_examples
from ..errors import CommandError, Errors
from ..installed import as_pipeline
from ..pipeline.deid.clinical_deid import TrainedDeid
from ..pipeline.heads.component_calibration import round_down
from ..pipeline.heads.pipeline_checks import keep_thresholds
from ..result_tables import Message, Result, Table, decimal
from ..scoring.relations_given_gold import predict_with_gold_mentions, steps_after_mentions
from ..scoring.scored_predictions import Scored
from ..training.string_pruning import save_without_texts
from .identifier_thresholds import measure_thresholds
from .lowered_thresholds import Finder, add_found, is_beside_gold, lower_thresholds

ALL = "all"  # instead of a label


@dataclass(frozen=True)
class Wanted:
    """What is wanted of each label; neither for the best F1.

    precision, recall (float | None): In 0..1.
    """

    precision: float | None = None
    recall: float | None = None

    def __post_init__(self) -> None:
        given = [value for value in (self.precision, self.recall) if value is not None]
        if len(given) > 1 or not all(0 < value <= 1 for value in given):
            raise CommandError(Errors.SC541)


class Choice(NamedTuple):
    """A label's threshold, and how the label does with it on the corpus.

    threshold (float | None): None where nothing was predicted: the old one stays.
    reached (bool): Whether what is wanted is reached.
    """

    label: str
    threshold: float | None
    precision: float
    recall: float
    gold: int
    reached: bool


@dataclass
class Tuned:
    """A tuned pipeline.

    nlp (Language): The pipeline, with new thresholds.
    choices (list[Choice]): One a label.
    """

    nlp: Language
    choices: list[Choice]


def tune(
    model: str | Path | Language,
    corpus: Corpus,
    component: str = "clinical_rel",
    *,
    precision: float | None = None,
    recall: float | None = None,
    given_mentions: bool = False,
    output: Path | None = None,
    force: bool = False,
    audit: Trail | None = None,
) -> Tuned:
    """Choose each label's threshold: the lowest with the wanted precision, the highest with the
    wanted recall, or, if neither is given, the one with the best F1. A head of identifiers gets one
    for all labels, chosen on what head and rules find together.

    model (str | Path | Language): The pipeline, which is changed, its package's name or folder.
    corpus (str | Path | Iterable[Doc | Record]): Annotated, not learned from.
    component (str): Name of a component with thresholds.
    precision, recall (float | None): Wanted for each label, above 0 and up to 1; one at most.
    given_mentions (bool): Whether it is for gold mentions, instead of those that the pipeline
        finds.
    output (Path | None): New folder for the tuned pipeline.
    force (bool): Replace a pipeline that is there.
    audit (Trail | None): Record it there.
    RETURNS (Tuned): The pipeline and its thresholds. Raises CommandError if the component has no
        thresholds, or relates concepts of which the corpus knows none.
    """
    nlp, wanted = as_pipeline(model), Wanted(precision, recall)
    before = describe_model(nlp) if audit else {}
    examples = read_examples(corpus, nlp)
    choices = choose_thresholds(nlp, examples, component, wanted, given_mentions=given_mentions)
    if output is not None:
        save_without_texts(nlp, output, force=force)
    if audit is not None:
        asked = {"precision": precision, "recall": recall, "notes": len(examples)}
        audit.change("tune", before, nlp, output, component=component, **asked)
    return Tuned(nlp, choices)


def choose_thresholds(
    nlp: Language,
    examples: list[Example],
    component: str,
    wanted: Wanted,
    *,
    given_mentions: bool = False,
) -> list[Choice]:
    """Set the thresholds of a component. They are of its calibrated scores, if they are calibrated.

    nlp (Language): The pipeline, which is changed.
    examples (list[Example]): An annotated corpus, not yet processed.
    component (str): Name of a component with thresholds.
    wanted (Wanted): What for.
    given_mentions (bool): Whether it is for gold mentions, instead of those that the pipeline
        finds.
    RETURNS (list[Choice]): One a label. Raises CommandError if the component has no thresholds, or
        relates concepts of which the corpus knows none.
    """
    steps = steps_after_mentions(nlp) if given_mentions else dict(nlp.pipeline)
    pipe = steps.get(component)
    if not isinstance(pipe, Finder):
        raise CommandError(Errors.SC540.format(name=component, known=", ".join(steps)))
    if isinstance(pipe, TrainedDeid):
        return [_choose_of_head(nlp, component, pipe, examples, wanted)]
    cfg = pipe.cfg
    before = lower_thresholds(pipe)
    scored = _score(nlp, pipe, examples, given_mentions=given_mentions)
    cfg.update(before)
    if is_beside_gold(scored, pipe):
        raise CommandError(Errors.SC547.format(name=component, n=len(scored.predictions)))
    own: dict[str, list[tuple[float, bool]]] = {}
    for found in scored.predictions:
        own.setdefault(found.label, []).append((found.score, found.right))
    choices = [
        choose(label, own.get(label, []), scored.n_gold[label], wanted) for label in pipe.labels
    ]
    chosen = {c.label: c.threshold for c in choices if c.threshold is not None}
    cfg["thresholds"] = {**cfg["thresholds"], **chosen}
    keep_thresholds(nlp, component, pipe.cfg)
    return choices


def _choose_of_head(
    nlp: Language, component: str, pipe: TrainedDeid, examples: list[Example], wanted: Wanted
) -> Choice:
    """One threshold for all identifiers: which are missed matters, not what they are called."""
    points = [
        Choice(ALL, point.threshold, point.precision, point.recall, point.gold, True)
        for point in measure_thresholds(nlp, component, pipe, examples)
    ]
    best = _choose_point(points, wanted)
    pipe.cfg["threshold"] = best.threshold
    keep_thresholds(nlp, component, pipe.cfg)
    return best


def _score(nlp: Language, pipe: Finder, examples: list[Example], *, given_mentions: bool) -> Scored:
    """Run the pipeline. Gives what one of its components found, beside the gold."""
    if given_mentions:
        predict_with_gold_mentions(nlp, examples)
    else:
        docs = nlp.pipe([example.predicted for example in examples])
        for example, doc in zip(examples, docs, strict=True):
            example.predicted = doc
    scored = Scored()
    add_found(scored, pipe, examples)
    return scored


def choose(label: str, scored: list[tuple[float, bool]], n_gold: int, wanted: Wanted) -> Choice:
    """Choose a threshold.

    label (str): The label.
    scored (list[tuple[float, bool]]): Score of each prediction, and whether it is right.
    n_gold (int): Gold items, predicted or not.
    wanted (Wanted): What for.
    RETURNS (Choice): If what is wanted can't be reached, the threshold that comes nearest.
    """
    points = list(_points(label, scored, n_gold))
    if not points:
        return Choice(label, None, 0.0, 0.0, n_gold, not n_gold)
    return _choose_point(points, wanted)


def _choose_point(points: list[Choice], wanted: Wanted) -> Choice:
    """The point that is wanted, of some with the highest threshold first."""
    if wanted.precision is not None:
        goal = wanted.precision
        fit = [point for point in points if point.precision >= goal]
        best = fit[-1] if fit else max(points, key=lambda p: (p.precision, p.recall))
        return best._replace(reached=bool(fit))
    if wanted.recall is not None:
        goal = wanted.recall
        fit = [point for point in points if point.recall >= goal]
        best = fit[0] if fit else max(points, key=lambda p: p.recall)
        return best._replace(reached=bool(fit))
    return max(points, key=_f1)


def _points(label: str, scored: list[tuple[float, bool]], n_gold: int) -> Iterator[Choice]:
    """What each possible threshold gives, the highest threshold first."""
    ranked = sorted(scored, key=lambda pair: -pair[0])
    right = 0
    for count, (score, is_right) in enumerate(ranked, 1):
        right += is_right
        if count == len(ranked) or ranked[count][0] < score:
            recall = right / n_gold if n_gold else 0.0
            yield Choice(label, round_down(score), right / count, recall, n_gold, True)


def _f1(choice: Choice) -> float:
    total = choice.precision + choice.recall
    return 2 * choice.precision * choice.recall / total if total else 0.0


def tuning_results(tuned: Tuned, output: Path) -> Iterator[Result]:
    """Lay thresholds out.

    tuned (Tuned): The pipeline.
    output (Path): Where it is.
    YIELDS (Result): A table with a row a label, precision and recall in percent; how many labels
        don't reach what is wanted.
    """
    rows = [
        (
            c.label,
            decimal(c.threshold, 3),
            f"{100 * c.precision:.1f}",
            f"{100 * c.recall:.1f}",
            c.gold,
            "" if c.reached else "not reached",
        )
        for c in tuned.choices
    ]
    yield Table("Thresholds", ("label", "threshold", "P", "R", "gold", ""), rows)
    if missed := sum(not choice.reached for choice in tuned.choices):
        yield Message(f"{missed} labels don't reach what is wanted on this corpus", "warn")
    yield Message(f"Tuned pipeline in {output}")
