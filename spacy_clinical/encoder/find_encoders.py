"""The encoders of a pipeline."""

from typing import Any, NamedTuple

from spacy.language import Language

from ..errors import EncoderError, Errors
from .encoder_shim import EncoderShim


class Encoder(NamedTuple):
    """An initialised `spacy-clinical.TransformerModel.v1`.

    component (str): The pipeline's component.
    model (Model): Its attrs hold the settings.
    shim (EncoderShim): The network and its vocabulary.
    """

    component: str
    model: Any
    shim: EncoderShim


def find_encoders(nlp: Language) -> list[Encoder]:
    """Find the encoders of a pipeline, each once.

    nlp (Language): The pipeline.
    RETURNS (list[Encoder]): One at least; raises EncoderError where there is none.
    """
    found = encoders_of(nlp)
    if not found:
        raise EncoderError(Errors.SC215.format(known=", ".join(nlp.pipe_names) or "none"))
    return found


def encoders_of(nlp: Language) -> list[Encoder]:
    """RETURNS (list[Encoder]): As `find_encoders`, and none where there is none."""
    found: dict[int, Encoder] = {}
    for name, component in nlp.pipeline:
        model: Any = getattr(component, "model", None)
        for node in model.walk() if hasattr(model, "walk") else ():
            for shim in node.shims:
                if isinstance(shim, EncoderShim) and shim.vocabulary is not None:
                    found.setdefault(id(shim), Encoder(name, node, shim))
    return list(found.values())


def shared_encoders(nlp: Language) -> list[Encoder]:
    """Find the encoders that several components can read, disabled ones too: sourced components are
    disabled while others are initialised.

    nlp (Language): The pipeline.
    RETURNS (list[Encoder]): In pipeline order; of one that isn't initialised the shim is empty.
    """
    shared: list[Any] = [
        (name, own) for name, own in nlp.components if hasattr(own, "listener_map")
    ]
    return [
        Encoder(name, component.model, shim)
        for name, component in shared
        for shim in component.model.shims
        if isinstance(shim, EncoderShim)
    ]
