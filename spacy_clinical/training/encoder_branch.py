"""Give the encoder of a trained pipeline a branch, before heads learn on it."""

from collections.abc import Callable
from typing import Any

import spacy_transformers
from spacy.language import Language

from ..encoder.encoder_shim import EncoderShim
from ..errors import EncoderError, Errors


def make_branch_encoder(layers: int = 3) -> Callable[[Language], Language]:
    """Make a callback for `[initialize.before_init]`: the encoder's upper layers a second time.

    Components with `branch = true` in their listener read those; they learn, and nothing else of
    the encoder does. So what the other components find stays as it was, if they are frozen too.

    layers (int): Of the branch. Each costs as much as a layer of the encoder.
    RETURNS (Callable[[Language], Language]): See `add_branches`.
    """
    return lambda nlp: add_branches(nlp, layers)


def add_branches(nlp: Language, layers: int) -> Language:
    """Fork the encoders that components of a pipeline share.

    nlp (Language): The pipeline, changed in place.
    layers (int): Layers of the branch.
    RETURNS (Language): The same. Raises EncoderError where there is no such encoder, or it can't be
        forked.
    """
    shims = _shared_encoders(nlp)
    if not shims:
        raise EncoderError(Errors.SC235)
    for shim in shims:
        shim.add_branch(layers)
    return nlp


def _shared_encoders(nlp: Language) -> list[EncoderShim]:
    """Sourced components are disabled while others are initialised, so disabled ones count."""
    shared: list[Any] = [
        component.model
        for _, component in nlp.components
        if isinstance(component, spacy_transformers.Transformer)
    ]
    return [shim for model in shared for shim in model.shims if isinstance(shim, EncoderShim)]
