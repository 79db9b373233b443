"""A pipeline as the trail names it."""

from collections.abc import Iterable
from typing import Any

from spacy.language import Language

from ..exports.export_settings import name_system
from ..installed import fingerprint_config, fingerprint_model


def describe_model(nlp: Language, fingerprint: str = "") -> dict[str, Any]:
    """Name a pipeline as the trail does.

    nlp (Language): The pipeline.
    fingerprint (str): As `fingerprint_model` gives it, "" to find it out.
    RETURNS (dict[str, Any]): Name, version, a hash of its files or bytes, one of its config, and
        its thresholds by component and label.
    """
    name, version = name_system(nlp)
    return {
        "name": name,
        "version": version,
        "hash": fingerprint or fingerprint_model(nlp),
        "config": fingerprint_config(nlp),
        "thresholds": dict(_thresholds(nlp)),
    }


def _thresholds(nlp: Language) -> Iterable[tuple[str, dict[str, float]]]:
    for name in nlp.pipe_names:
        settings = nlp.get_pipe_config(name)
        one, each = settings.get("threshold"), settings.get("thresholds") or {}
        labels = map(str, getattr(nlp.get_pipe(name), "labels", ()))
        found = {label: each.get(label, one) for label in labels}
        known = {label: float(x) for label, x in found.items() if isinstance(x, int | float)}
        if known:
            yield name, known
