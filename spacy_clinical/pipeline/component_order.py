"""Components that add mentions have a place: behind what finds mentions anew, before what says
something of them."""

import logging
import weakref
from collections.abc import Iterator, Sequence
from typing import Any

from spacy.language import Language

from ..docs import ENTITY, role_of
from ..errors import Errors

logger = logging.getLogger(__name__)
ASSERTS, FINDS_ANEW = "span._.assertion", ("clinical_ner",)
STATED = ("condition", "medication")  # roles of labels: what a patient has or takes


class OrderCheck:
    """Tells once of a component that adds mentions and stands in the wrong place.

    It is asked at the first document, when the pipeline is complete. A pickle knows no pipeline:
    what is wrong was told where it was made.

    nlp (Language | None): The pipeline.
    """

    def __init__(self, nlp: Language | None = None):
        self._nlp = None if nlp is None else weakref.ref(nlp)

    def __reduce__(self) -> tuple[Any, ...]:
        return OrderCheck, ()

    def tell(self, component: Any) -> None:
        """Warn of what is wrong, the first time.

        component (Any): The component that adds mentions.
        """
        nlp, self._nlp = None if self._nlp is None else self._nlp(), None
        for message in () if nlp is None else _wrong(nlp, component):
            logger.warning(message)


def _wrong(nlp: Language, component: Any) -> Iterator[str]:
    """What is wrong with a component's place."""
    place = next((i for i, (_, pipe) in enumerate(nlp.pipeline) if pipe is component), None)
    if place is None:
        return
    name = nlp.pipe_names[place]
    asserting = [
        (i, other)
        for i, other in enumerate(nlp.pipe_names)
        if ASSERTS in nlp.get_pipe_meta(other).assigns
    ]
    for i, other in asserting:
        if i < place:
            yield Errors.SC331.format(name=name, other=other)
    behind = [other for i, other in asserting if i > place]
    unsaid = _unsaid(component, [nlp.get_pipe(other) for other in behind])
    if unsaid:
        labels = ", ".join(unsaid)
        yield Errors.SC333.format(name=name, labels=labels, other=behind[-1])
    for other in nlp.pipe_names[place:]:
        if nlp.get_pipe_meta(other).factory in FINDS_ANEW:
            yield Errors.SC332.format(name=name, other=other)


def _unsaid(component: Any, asserting: Sequence[Any]) -> list[str]:
    """Labels of what a patient has or takes that no component behind asserts."""
    said = [getattr(other, "asserted", None) for other in asserting]
    known = {label for labels in said for label in labels or ()}
    if not said or None in said:  # None: all labels
        return []
    return [x for x in component.labels if role_of(ENTITY, x) in STATED and x not in known]
