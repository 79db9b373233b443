"""Output schemes of `clinical_ner`, by the name that an architecture sets in its model's attrs."""

from typing import Any

from .base import Found, Gold, Scheme
from .biluo import BiluoScheme

__all__ = ["Found", "Gold", "Scheme", "get_scheme"]

SCHEMES = {"biluo": BiluoScheme}


def get_scheme(attrs: dict[str, Any], n_labels: int) -> Scheme:
    """Give the scheme of a model.

    attrs (dict[str, Any]): The model's `attrs`: "scheme", without which it is "biluo".
    n_labels (int): Number of entity labels.
    RETURNS (Scheme): The scheme.
    """
    return SCHEMES[attrs.get("scheme", "biluo")](n_labels)
