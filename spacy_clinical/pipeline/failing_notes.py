"""A document that fails doesn't take its batch along."""

from typing import Any

from spacy.tokens import Doc


def annotate_sound(component: Any, docs: list[Doc]) -> list[Doc]:
    """Annotate a batch, or, where a document of it fails, its halves: the others stay together.

    component (Pipe): With `predict` and `set_annotations`. Its error handler, which raises unless
        the user has set another, gets each document that fails by itself.
    docs (list[Doc]): The batch.
    RETURNS (list[Doc]): Those that didn't fail, in order.
    """
    try:
        component.set_annotations(docs, component.predict(docs))
    except Exception as error:
        if len(docs) == 1:
            component.get_error_handler()(component.name, component, docs, error)
            return []
        half = len(docs) // 2
        return [
            *annotate_sound(component, docs[:half]),
            *annotate_sound(component, docs[half:]),
        ]
    return docs
