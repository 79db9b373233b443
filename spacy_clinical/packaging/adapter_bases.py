"""Encoders that a pipeline of adapters alone needs: its package asks for theirs."""

from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from spacy.language import Language

from ..encoder.base_encoder import share_base
from ..encoder.find_encoders import encoders_of
from ..encoder.saved_encoder import AdapterSettings
from ..encoder.weights import EncoderWeights, find_in_package
from ..errors import CommandError, Errors


def require_encoders(nlp: Language) -> None:
    """Add the packages of the encoders, in the versions that are here, to the requirements.

    nlp (Language): The pipeline. Raises CommandError where an encoder of `adapter_only` isn't that
        of an installed package: the pipeline couldn't be loaded anywhere else.
    """
    needed = [
        _requirement(encoder.component, encoder.shim.base.digest, encoder.shim.adapters)
        for encoder in encoders_of(nlp)
        if encoder.shim.base is not None
    ]
    known = nlp.meta.get("requirements") or []
    if needed:
        nlp.meta["requirements"] = [*known, *(name for name in needed if name not in known)]


def _requirement(component: str, digest: str, adapters: AdapterSettings) -> str:
    package = adapters.weights.package or ""
    installed = replace(adapters.weights, folder=None, hub=None)
    if (
        not package
        or not find_in_package(package)
        or _digest(installed, adapters.overrides) != digest
    ):
        raise CommandError(Errors.SC229.format(name=component, package=package or "none"))
    try:
        return f"{package}=={version(package)}"
    except PackageNotFoundError:  # a module that no distribution has
        raise CommandError(Errors.SC229.format(name=component, package=package)) from None


def _digest(weights: EncoderWeights, overrides: dict[str, Any]) -> str:
    return share_base(weights.locate_installed(), overrides).digest
