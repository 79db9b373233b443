"""Output schemes of `clinical_ner`, by the name that an architecture sets in its model's attrs."""

from typing import Any

from .band_scheme import BandScheme
from .biluo_scheme import BiluoScheme
from .multilabel_scheme import MultiLabelScheme
from .scheme import Found, Gold, Scheme

__all__ = ["Found", "Gold", "Scheme", "get_scheme"]


def get_scheme(attrs: dict[str, Any], n_labels: int) -> Scheme:
    """Give the scheme of a model.

    attrs (dict[str, Any]): The model's `attrs`: "scheme" is "biluo" (also if there is none),
        "multilabel", which needs "cut", or "band", which needs "max_width".
    n_labels (int): Number of entity labels.
    RETURNS (Scheme): The scheme.
    """
    name = attrs.get("scheme", "biluo")
    if name == "band":
        return BandScheme(n_labels, attrs["max_width"])
    if name == "multilabel":
        return MultiLabelScheme(n_labels, attrs["cut"])
    return BiluoScheme(n_labels)
