"""Notes on Apache Spark: DataFrames of notes to DataFrames of facts, once each.

Names resolve on first use, and nothing of spaCy is loaded on a driver."""

from importlib import import_module
from typing import Any

_PLACES = {
    "Annotated": "dataframes",
    "annotate": "dataframes",
    "append": "appending",
    "append_deidentified": "appending",
    "deidentify": "dataframes",
}
__all__ = sorted(_PLACES)


def __getattr__(name: str) -> Any:
    """Import what a name stands for."""
    if name not in _PLACES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
