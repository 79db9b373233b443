"""What stands beside a note, de-identified: a field that nobody says what it holds goes."""

from collections.abc import Collection, Mapping
from typing import Any

from ..pipeline.deid.known_person import FIELDS as FIELDS
from ..pipeline.deid.known_person import FoundElsewhere, texts_in
from ..pipeline.deid.known_person import KnownPerson as KnownPerson
from .replacements import Replacements

OURS = ("annotated",)  # what our own corpora keep in it


def replace_meta(
    meta: Mapping[str, Any], replacements: Replacements, kept: Collection[str]
) -> tuple[dict[str, Any], list[str]]:
    """De-identify a note's meta.

    meta (Mapping[str, Any]): The fields.
    replacements (Replacements): What takes the place of what.
    kept (Collection[str]): Fields that stay as they are.
    RETURNS (tuple[dict[str, Any], list[str]]): The new fields, and the names of those that were
        left out: neither kept nor known to hold a name, a date, a code...
    """
    found: dict[str, Any] = {}
    dropped = []
    for name, value in meta.items():
        label, texts = FIELDS.get(str(name).lower()), texts_in(value)
        if isinstance(value, FoundElsewhere):
            continue
        if name in kept or name in OURS:
            found[name] = value
        elif label and texts:
            done = [replacements.replace(label, text)[0] for text in texts]
            found[name] = done[0] if not isinstance(value, list | tuple | Mapping) else done
        else:
            dropped.append(name)
    return found, dropped
