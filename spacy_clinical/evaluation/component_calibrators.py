"""What is learned of a component's scores from what it says of an annotated corpus."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy
from spacy.tokens import Doc
from spacy.training import Example

from ..docs import get_spans, set_mentions
from ..errors import Errors
from ..pipeline.assertion.attribute_values import Array, best_values, fit_temperatures
from ..pipeline.assertion.clinical_assertion import ClinicalAssertion
from ..pipeline.assertion.mention_instances import UNKNOWN
from ..pipeline.heads.component_calibration import (
    ENOUGH,
    FOLDS,
    apply,
    cross_fit,
    fit,
    is_enough,
    set_lines,
)
from ..pipeline.heads.platt_scaling import undo
from ..pipeline.ner.clinical_ner import ClinicalNER
from ..pipeline.qa.clinical_qa import ClinicalQA
from ..scoring.all_scores import FLOOR
from ..scoring.reliability import read_reliability
from ..scoring.scored_predictions import Prediction, Scored
from .lowered_thresholds import Finder, add_found, is_beside_gold, lower_thresholds

ENOUGH_MENTIONS = 50
Scores = Sequence[tuple[float, bool]]


class Fit(NamedTuple):
    """How well scores tell how often they are right.

    component, label (str): Of what; "all" for all labels together, "all that is found" for those
        of them that reach their threshold.
    n (int): Predictions looked at.
    right (float): Share of right ones.
    before (float): Expected calibration error of the scores as they were.
    after (float): The same by fits that saw other documents only.
    """

    component: str
    label: str
    n: int
    right: float
    before: float
    after: float


class Calibrator(Protocol):
    """Watches a component at work, then changes its settings."""

    def before(self, examples: Sequence[Example]) -> None:
        """Look at documents that the component is about to annotate.

        examples (Sequence[Example]): A batch.
        """
        ...

    def after(self, examples: Sequence[Example]) -> None:
        """Look at documents that the component has annotated.

        examples (Sequence[Example]): The batch.
        """
        ...

    def finish(self) -> tuple[list[Fit], list[str]]:
        """Fit, and change the component's settings.

        RETURNS (tuple[list[Fit], list[str]]): What was reached; and warnings of what stays as it
            was, as there are too few examples.
        """
        ...


def calibrator_for(component: Any) -> Callable[[Any], Calibrator] | None:
    """RETURNS (Callable | None): Makes what calibrates a component; None if nothing does."""
    if isinstance(component, ClinicalAssertion):
        return AssertionCalibrator
    return LineCalibrator if isinstance(component, Finder) else None


class LineCalibrator:
    """For mentions, relations of both kinds, and answers: a line a label. Until it is finished, the
    component gives scores that no line has changed, and relations whatever their threshold.

    component (Finder): The component, whose settings are changed.
    """

    def __init__(self, component: Finder):
        self.component = component
        self.scored = Scored()
        lines = component.cfg["calibration"]
        self.lowest = undo(component.lowest, lines)
        floor = 0.0 if isinstance(component, ClinicalNER | ClinicalQA) else FLOOR
        self.old = {**lower_thresholds(component, floor), "calibration": lines}
        component.cfg["calibration"] = {}

    def before(self, examples: Sequence[Example]) -> None:
        """Nothing to see yet."""

    def after(self, examples: Sequence[Example]) -> None:
        """Look at what was found; leave later components the mentions that reach their threshold.

        examples (Sequence[Example]): The batch.
        """
        component = self.component
        add_found(self.scored, component, examples)
        if isinstance(component, ClinicalNER):
            for example in examples:
                keep_mentions(example.predicted, self.lowest, component.key)

    def finish(self) -> tuple[list[Fit], list[str]]:
        """RETURNS (tuple[list[Fit], list[str]]): As the protocol says."""
        component, found = self.component, self.scored.predictions
        component.cfg.update(self.old)
        if is_beside_gold(self.scored, component):
            return [], [Errors.SC547.format(name=component.name, n=len(found))]
        if not is_enough(found):
            right = sum(p.right for p in found)
            numbers = {"right": right, "wrong": len(found) - right, "needed": ENOUGH}
            return [], [Errors.SC543.format(name=component.name, **numbers)]
        labels = component.labels
        set_lines(component.cfg, fit(found, labels), self.lowest)
        return self._compare(apply(found, self.old["calibration"])), []

    def _compare(self, old: list[Prediction]) -> list[Fit]:
        """Compare scores as they were with those by fits on other documents."""
        name, labels, found = self.component.name, self.component.labels, self.scored.predictions
        new = cross_fit(found, labels)
        made = [p.score >= self.lowest[p.label] for p in found]
        groups = {label: [p.label == label for p in found] for label in labels}
        groups["all"] = [True] * len(found)
        groups |= {} if all(made) else {"all that is found": made}
        fits = []
        for label, chosen in groups.items():
            parts = (
                [(p.score, p.right) for p, yes in zip(own, chosen, strict=True) if yes]
                for own in (old, new)
            )
            fits += _fit_of(name, label, *parts)
        return fits


class AssertionCalibrator:
    """For what is said of mentions: a temperature an attribute.

    component (ClinicalAssertion): The component, whose settings are changed.
    """

    def __init__(self, component: ClinicalAssertion):
        self.component = component
        widths = len(component.labels), len(component.scheme.types)
        nothing = [numpy.zeros((0, width), dtype="int64") for width in widths]
        self.seen: list[tuple[Array, ...]] = [(*nothing, numpy.zeros(0, dtype="int64"))]
        self.n_docs = 0

    def before(self, examples: Sequence[Example]) -> None:
        """Look at the values of gold mentions, and of predicted ones that touch them.

        examples (Sequence[Example]): The batch.
        """
        if examples:
            logits, truth, owners = self.component.observe(examples)
            self.seen.append((logits, truth, owners + self.n_docs))
            self.n_docs += len(examples)

    def after(self, examples: Sequence[Example]) -> None:
        """Nothing more to see."""

    def finish(self) -> tuple[list[Fit], list[str]]:
        """RETURNS (tuple[list[Fit], list[str]]): As the protocol says."""
        logits, truth, owners = (numpy.concatenate(part) for part in zip(*self.seen, strict=True))
        cfg, scheme, name = self.component.cfg, self.component.scheme, self.component.name
        old = self._values(logits, cfg["temperatures"])
        new = self._cross_fit(logits, truth, owners)
        fitted = fit_temperatures(logits, truth, scheme)
        fits, warnings = [], []
        for k, type in enumerate(scheme.types):
            known = truth[:, k] != UNKNOWN
            numbers = {"found": int(known.sum()), "needed": ENOUGH_MENTIONS}
            if known.sum() < ENOUGH_MENTIONS:
                warnings.append(Errors.SC544.format(name=name, attribute=type.name, **numbers))
                continue
            cfg["temperatures"][type.name] = fitted[type.name]
            parts = [[x[known, k] for x in (*values, truth)] for values in (old, new)]
            fits += _fit_of(
                name, type.name, *(list(zip(s, c == t, strict=True)) for c, s, t in parts)
            )
        return fits, warnings

    def _values(self, logits: Array, temperatures: Mapping[str, float]) -> tuple[Array, Array]:
        cfg = self.component.cfg
        settings = temperatures, cfg["counts"], cfg["balance"]
        return best_values(logits, self.component.scheme, *settings)

    def _cross_fit(self, logits: Array, truth: Array, owners: Array) -> tuple[Array, Array]:
        """Values and scores of each document's mentions by what was fitted on other documents."""
        chosen, certain = self._values(logits, {})
        for fold in range(FOLDS):
            rows = owners % FOLDS == fold
            fitted = fit_temperatures(logits[~rows], truth[~rows], self.component.scheme)
            chosen[rows], certain[rows] = self._values(logits[rows], fitted)
        return chosen, certain


def _fit_of(name: str, label: str, old: Scores, new: Scores) -> list[Fit]:
    """Compare scores before and after. RETURNS (list[Fit]): One, or none if there are no scores."""
    if not new:
        return []
    share = sum(right for _, right in new) / len(new)
    return [Fit(name, label, len(new), share, _error(old), _error(new))]


def _error(scores: Scores) -> float:
    found = read_reliability([score for score, _ in scores], [right for _, right in scores])
    return found.error if found else 0.0


def keep_mentions(doc: Doc, lowest: Mapping[str, float], key: str) -> None:
    """Drop the mentions whose score doesn't reach their label's threshold."""
    group = doc.spans[key]
    scores = group.attrs.get("scores", [])
    kept = [i for i, span in enumerate(group) if scores[i] >= lowest[span.label_]]
    if len(kept) < len(group):
        fragments = group.attrs.get("fragments", {})
        moved = {j: fragments[str(i)] for j, i in enumerate(kept) if str(i) in fragments}
        spans = get_spans(doc, key)
        own = [scores[i] for i in kept]
        set_mentions(doc, [spans[i] for i in kept], scores=own, fragments=moved, key=key)
