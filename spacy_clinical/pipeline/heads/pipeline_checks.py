"""What `clinical_rel` demands of its place in the pipeline, and what it reports as left out."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Config

from ...docs import has_mentions
from ...docs.mention_additions import take_ents
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


def require_mentions(doc: Doc, name: str, key: str, *, asserting: bool = False) -> None:
    """Store the mentions of `doc.ents` that another component wrote only there.

    doc (Doc): The document. Raises PipelineError if it has no entity annotation at all.
    name (str): This component.
    key (str): The span group.
    asserting (bool): The component asserts mentions.
    """
    if not has_mentions(doc, key) and len(doc) and not doc.has_annotation("ENT_IOB"):
        raise PipelineError(Errors.SC303.format(name=name, key=key))
    take_ents(doc, key=key, asserting=asserting)


def check_thresholds(
    cfg: Mapping[str, Any], labels: Sequence[str], name: str, nlp: Language | None
) -> None:
    """Raise PipelineError for a threshold of a label that isn't there, and leave those that a
    config can't hold out of the pipeline's.

    cfg (Mapping[str, Any]): The component's settings.
    labels (Sequence[str]): The component's labels.
    name (str): This component.
    nlp (Language | None): The pipeline.
    """
    for label in cfg["thresholds"]:
        if label not in labels:
            known = ", ".join(labels)
            raise PipelineError(Errors.SC307.format(name=name, label=label, known=known))
    if nlp is not None and not all(map(fits_config, cfg["thresholds"])):
        keep_thresholds(nlp, name, cfg)


def fits_config(label: str) -> bool:
    """RETURNS (bool): Whether a label that is a key of a config is the same when it is read again.
    confection 1.3.4 ends a key at the first "=" or ":" ("CPR:3", of ChemProt, becomes "CPR"), and
    passes over one that begins with "#", ";" or "[" (its `_parser`, `_get_configparser`)."""
    written = Config({"thresholds": {label: 0.5}})
    try:
        return bool(Config().from_str(written.to_str()) == written)
    except ValueError:
        return False


def keep_thresholds(nlp: Language, name: str, cfg: Mapping[str, Any]) -> None:
    """Write a component's thresholds into the pipeline's config too, but for those of labels that
    a config can't hold: with them the saved pipeline couldn't be loaded. All are in the component's
    own settings, which are read after the config.

    nlp (Language): The pipeline.
    name (str): The component's name.
    cfg (Mapping[str, Any]): The component's settings.
    """
    single = {label: value for label, value in cfg["thresholds"].items() if fits_config(label)}
    nlp.get_pipe_config(name).update(threshold=cfg["threshold"], thresholds=single)


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
