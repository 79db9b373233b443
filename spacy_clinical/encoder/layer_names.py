"""Which layer a parameter belongs to, by its name in any Hugging Face encoder."""

import re


def is_frozen(name: str, frozen_layers: int | None) -> bool:
    """Tell whether a parameter keeps its weights.

    name (str): As in `named_parameters`, such as "encoder.layer.3.output.dense.weight".
    frozen_layers (int | None): As for EncoderShim.
    RETURNS (bool): Whether it belongs to the embeddings or to one of the lowest layers.
    """
    if frozen_layers is None:
        return False
    layer = layer_number(name)
    if layer is None:
        return name.startswith("embeddings.")
    return layer < frozen_layers


def layer_number(name: str) -> int | None:
    """RETURNS (int | None): The layer that a parameter belongs to, counted from below."""
    layer = re.search(r"\blayers?\.(\d+)\.", name)
    return None if layer is None else int(layer.group(1))
