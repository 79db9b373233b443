"""Give the encoder of a trained pipeline a branch, before heads learn on it."""

from collections.abc import Callable

from spacy.language import Language

from ..encoder.find_encoders import shared_encoders
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
    found = shared_encoders(nlp)
    if not found:
        raise EncoderError(Errors.SC235)
    for encoder in found:
        encoder.shim.add_branch(layers)
    return nlp
