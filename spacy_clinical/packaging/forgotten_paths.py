"""Take the folder of an encoder's weights out of a saved pipeline, which carries them itself."""

from pathlib import Path
from typing import Any

from thinc.api import Config

WEIGHTS = "spacy-clinical.EncoderWeights.v1"


def forget_weights(model: Path) -> None:
    """Set the folders of encoders to null: they are read at `initialize` only.

    model (Path): The saved pipeline.
    """
    config = Config().from_disk(model / "config.cfg", interpolate=False)
    _forget(config["components"])
    config.to_disk(model / "config.cfg")


def _forget(section: dict[str, Any]) -> None:
    if section.get("@misc") == WEIGHTS:
        section["folder"] = None
    for value in section.values():
        if isinstance(value, dict):
            _forget(value)
