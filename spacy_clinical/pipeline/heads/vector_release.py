"""The encoder's vectors leave a document when the last component has read them."""

from collections.abc import Iterable
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from ...encoder.clinical_listener import NAME
from ...encoder.token_data import EXTENSION


def is_last_reader(nlp: Language | None, component: Any) -> bool:
    """Tell whether the vectors can go when this component has read them.

    nlp (Language | None): The component's pipeline.
    component (Any): A component with a listener.
    RETURNS (bool): Whether no enabled component after it listens to the encoder, and the encoder
        isn't told to keep its vectors. False if in doubt: for a component that another pipeline
        has borrowed, for instance, which spaCy renames in both.
    """
    pipes = [] if nlp is None else [own for _, own in nlp.pipeline]
    place = next((i for i, own in enumerate(pipes) if own is component), None)
    if nlp is None or place is None:
        return False
    mine = _listeners(component)
    for upstream in pipes[:place]:
        listening = {id(x) for xs in getattr(upstream, "listener_map", {}).values() for x in xs}
        if not listening.isdisjoint(mine):
            # A pipeline that borrowed the encoder may have linked it to readers unknown here.
            known = listening <= {x for _, own in nlp.components for x in _listeners(own)}
            settings = upstream.model.attrs.get("settings")  # type: ignore[attr-defined]
            keep = getattr(settings, "keep_vectors", True)
            return known and not keep and not any(map(_listeners, pipes[place + 1 :]))
    return False


def drop_vectors(docs: Iterable[Doc]) -> None:
    """Forget the encoder's vectors.

    docs (Iterable[Doc]): The documents.
    """
    for doc in docs:
        if doc.has_extension(EXTENSION):
            doc._.trf_data = None


def _listeners(component: Any) -> set[int]:
    """The listeners in a component's model, by identity."""
    model: Any = getattr(component, "model", None)
    nodes = model.walk() if hasattr(model, "walk") else ()
    return {id(node) for node in nodes if node.name == NAME}
