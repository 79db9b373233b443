"""What `clinical_rel` demands of its place in the pipeline, and what it reports as left out."""

import logging
from collections.abc import Iterable, Sequence
from typing import Protocol

from spacy.language import Language
from spacy.tokens import Doc

from ...docs import has_mentions, set_mentions
from ...errors import Errors, PipelineError
from .probabilities import Array

logger = logging.getLogger(__name__)


class Counted(Protocol):
    """Candidate pairs of a document, of mentions or of concepts, and what is not among them."""

    @property
    def dropped(self) -> int: ...
    @property
    def truth(self) -> Array | None: ...
    @property
    def outside(self) -> int: ...


def require_entity_component(nlp: Language, name: str, key: str) -> None:
    """Raise PipelineError unless a component before this one writes mentions. Frozen components
    and those taken from another pipeline count: spaCy disables them during `initialize`.

    nlp (Language): The pipeline.
    name (str): This component.
    key (str): The span group.
    """
    for other in nlp.component_names:
        if other == name:
            raise PipelineError(Errors.SC303.format(name=name, key=key))
        if {"doc.ents", "doc.spans"} & set(nlp.get_pipe_meta(other).assigns):
            return


def require_mentions(doc: Doc, name: str, key: str) -> None:
    """Store the mentions of `doc.ents` where another component wrote only those.

    doc (Doc): The document. Raises PipelineError if it has no entity annotation at all.
    name (str): This component.
    key (str): The span group.
    """
    if has_mentions(doc, key):
        return
    if len(doc) and not doc.has_annotation("ENT_IOB"):
        raise PipelineError(Errors.SC303.format(name=name, key=key))
    set_mentions(doc, list(doc.ents), set_ents=False, key=key)


def check_thresholds(thresholds: Iterable[str], labels: Sequence[str], name: str) -> None:
    """Raise PipelineError for a threshold of a label that isn't there.

    thresholds (Iterable[str]): The labels that have one.
    labels (Sequence[str]): The component's labels.
    name (str): This component.
    """
    for label in thresholds:
        if label not in labels:
            known = ", ".join(labels)
            raise PipelineError(Errors.SC307.format(name=name, label=label, known=known))


def report_outside(instances: Sequence[Counted], name: str) -> None:
    """Warn of gold relations that no candidate can carry.

    instances (Sequence[Counted]): Of the training data.
    name (str): This component.
    """
    outside = sum(found.outside for found in instances)
    inside = sum(int(found.truth.sum()) for found in instances if found.truth is not None)
    if outside:
        total = outside + inside
        logger.warning(Errors.SC306.format(name=name, outside=outside, total=total))


def report_dropped(instances: Sequence[Counted], name: str) -> None:
    """Warn of pairs that the limit on their number cut off.

    instances (Sequence[Counted]): Of one batch.
    name (str): This component.
    """
    dropped = sum(found.dropped for found in instances)
    if dropped:
        docs = sum(found.dropped > 0 for found in instances)
        logger.warning(Errors.SC305.format(name=name, dropped=dropped, docs=docs))
