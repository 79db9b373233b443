"""Components that add mentions have a place: behind what finds mentions anew, before what says
something of them. So have components of others that write entities, such as `entity_ruler`."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from spacy.language import Language

from ..docs import ENTITY, KEY, role_of
from ..errors import Errors
from .pipeline_link import PipelineLink

logger = logging.getLogger(__name__)
ASSERTS, FINDS_ANEW, OURS = "span._.assertion", ("clinical_ner",), "clinical_"
STATED = ("condition", "medication")  # roles of labels: what a patient has or takes

_TOLD: "WeakKeyDictionary[Language, set[str]]" = WeakKeyDictionary()


class OrderCheck:
    """Tells once what stands in the wrong place of a pipeline. A component asks it when it has
    documents, and is answered when the pipeline has changed: `EntityRuler.add_patterns` runs one
    that isn't complete.

    nlp (Language | None): The component's pipeline; not kept alive.
    """

    def __init__(self, nlp: Language | None = None):
        self._link = PipelineLink(nlp)
        self._seen: list[str] = []

    def tell(self) -> None:
        """Warn of what is wrong, the first time."""
        nlp = self._link.get()
        names = [] if nlp is None else list(nlp.pipe_names)
        if nlp is not None and names != self._seen:
            self._seen = names
            self.tell_of(nlp)

    def tell_of(self, nlp: Language) -> None:
        """Warn of what is wrong in a pipeline, be it another one that has borrowed the component,
        and wasn't told of.

        nlp (Language): The pipeline.
        """
        told = _TOLD.setdefault(nlp, set())
        for message in dict.fromkeys(_wrong(nlp)):
            if message not in told:
                told.add(message)
                logger.warning(message)


def _wrong(nlp: Language) -> Iterator[str]:
    """What is wrong with the places of a pipeline's components."""
    asserting = [i for i, n in enumerate(nlp.pipe_names) if ASSERTS in nlp.get_pipe_meta(n).assigns]
    for place, name in enumerate(nlp.pipe_names):
        adds = _adds_mentions(nlp, name)
        if adds or _writes_entities(nlp, name):
            yield from _unasserted(nlp, place, asserting, adds=adds)
            for other in nlp.pipe_names[place + 1 :]:
                if nlp.get_pipe_meta(other).factory in FINDS_ANEW:
                    yield Errors.SC332.format(name=name, other=other)


def _unasserted(
    nlp: Language, place: int, asserting: Sequence[int], *, adds: bool
) -> Iterator[str]:
    """What isn't asserted of the mentions of the component in a place."""
    names, (name, component) = nlp.pipe_names, nlp.pipeline[place]
    before = [names[i] for i in asserting if i < place]
    behind = [names[i] for i in asserting if i > place]
    if adds:
        yield from (Errors.SC331.format(name=name, other=other) for other in before)
    elif before and not behind:
        yield Errors.SC334.format(name=name, other=before[0])
    unsaid = _unsaid(component, [nlp.get_pipe(other) for other in behind])
    if unsaid:
        labels = ", ".join(unsaid)
        yield Errors.SC333.format(name=name, labels=labels, other=behind[-1])


def _adds_mentions(nlp: Language, name: str) -> bool:
    """Whether a component adds mentions, or one of others writes to their span group."""
    if nlp.get_pipe_meta(name).factory.startswith(OURS):
        return getattr(nlp.get_pipe(name), "adds_mentions", False)
    return nlp.get_pipe_config(name).get("spans_key") == KEY


def _writes_entities(nlp: Language, name: str) -> bool:
    """Whether a component of others writes entities."""
    meta, config = nlp.get_pipe_meta(name), nlp.get_pipe_config(name)
    if meta.factory.startswith(OURS):
        return False
    return "doc.ents" in meta.assigns or bool(config.get("annotate_ents"))


def _unsaid(component: Any, asserting: Sequence[Any]) -> list[str]:
    """Labels of what a patient has or takes that no component behind asserts."""
    said = [getattr(other, "asserted", None) for other in asserting]
    known = {label for labels in said for label in labels or ()}
    if not said or None in said:  # None: all labels
        return []
    labels = getattr(component, "labels", ())
    return [x for x in labels if role_of(ENTITY, x) in STATED and x not in known]
