"""Layers that don't learn, in training: what they give for a window is computed once."""

from typing import Any

import numpy
import torch

from ..errors import EncoderError, Errors
from .adapters import share_parameters
from .engines.ragged_network import RaggedNetwork
from .engines.torch_engine import TorchEngine
from .learning_layers import learning_engine

Array = numpy.ndarray[Any, Any]
LIMIT = 2 << 30  # bytes kept; windows that come later are computed each time


class FrozenLayers:
    """An encoder in two parts: the lower one runs once for each window, the upper one each time.

    The frozen layers run without dropout, so that a window always gives the same.

    network (Module): A Hugging Face encoder. It stays as it is; its parameters are shared.
    n_layers (int | None): How many layers from below are frozen, one at least. Raises EncoderError
        where the network isn't laid out as BERT's is. None for the whole network, of any kind.
    precision (str): "float32", "bfloat16" or "auto".
    """

    def __init__(self, network: Any, n_layers: int | None, precision: str):
        self.upper: TorchEngine | None = None
        if n_layers is None:
            lower = share_parameters(network)
        else:
            lower, upper, self.given = split_network(network, n_layers)
            self.upper = _upper_engine(network, n_layers, upper, self.given, precision)
        self.lower = TorchEngine(lower, precision)
        self.lower.pack()
        self.kept: dict[bytes, torch.Tensor] = {}
        self.free = LIMIT

    def forward(self, ids: Array, lengths: Array) -> torch.Tensor:
        """Encode one padded batch, with gradients.

        ids (Array): Wordpiece ids, shape (n_windows, length).
        lengths (Array): True length of each row, shape (n_windows,).
        RETURNS (Tensor): Shape (n_windows, length, width).
        """
        keys = [row[:n].tobytes() for row, n in zip(ids, lengths, strict=True)]
        new = [i for i, key in enumerate(keys) if key not in self.kept]
        computed = self._compute(ids, lengths, numpy.asarray(new)) if new else {}
        found = [computed[i] if i in computed else self.kept[keys[i]] for i in range(len(keys))]
        for i, vectors in computed.items():
            self._keep(keys[i], vectors)
        padded = _pad(found, ids.shape[1])
        if self.upper is None:
            return padded
        self.given.vectors = padded
        return self.upper.forward(ids, lengths)

    def _compute(self, ids: Array, lengths: Array, rows: Array) -> dict[int, torch.Tensor]:
        """RETURNS (dict[int, Tensor]): Vectors of these rows, each of shape (length, width) and, if
        it holds them, of 16 bits. They don't depend on what else is in the batch, nor on whether
        they were computed before: a resumed training computes them anew.
        """
        found = {}
        for i in rows.tolist():
            with torch.no_grad():
                alone = ids[i : i + 1, : lengths[i]], lengths[i : i + 1]
                vectors = self.lower.forward(*alone)[0]
            half = vectors.to(torch.float16)
            found[i] = half if bool(torch.isfinite(half).all()) else vectors
        return found

    def _keep(self, key: bytes, vectors: torch.Tensor) -> None:
        """Keep a window's vectors of 16 bits, unless the memory for that is used up."""
        if vectors.dtype == torch.float16:
            self.free -= vectors.nbytes + len(key)
            if self.free >= 0:
                self.kept[key] = vectors


class _Given(torch.nn.Module):
    """Stands where the embeddings do, and gives what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.vectors: torch.Tensor | None = None

    def forward(self, *args: Any, **kwargs: Any) -> torch.Tensor | None:
        vectors, self.vectors = self.vectors, None
        return vectors


def split_network(network: Any, n_layers: int) -> tuple[Any, Any, _Given]:
    """Build the two parts of an encoder, of the same parameters.

    network (Module): A Hugging Face encoder.
    n_layers (int): Layers of the lower part.
    RETURNS (tuple): Embeddings and lower layers; the upper layers on what `_Given` gives; that.
        Raises EncoderError where the parts don't give what the whole gives.
    """
    lower, upper, given = share_parameters(network), share_parameters(network), _Given()
    try:
        lower.encoder.layer = lower.encoder.layer[:n_layers]
        upper.encoder.layer = upper.encoder.layer[n_layers:]
        upper.embeddings = given
        is_whole = _is_whole(network, lower, upper, given)
    except (AttributeError, TypeError, ValueError, RuntimeError):
        is_whole = False
    if not is_whole:
        raise EncoderError(Errors.SC230.format(kind=network.config.model_type))
    return lower, upper, given


def _upper_engine(
    network: Any, n_layers: int, upper: Any, given: _Given, precision: str
) -> TorchEngine:
    """What runs the upper layers: without padding where the whole network can be run so."""
    engine = learning_engine(network, precision)
    if isinstance(engine.network, RaggedNetwork):
        engine.network.layers, engine.network.embeddings = engine.network.layers[n_layers:], given
        return engine
    return TorchEngine(upper.train(), precision)


def _is_whole(network: Any, lower: Any, upper: Any, given: _Given) -> bool:
    """Compare the parts with the whole on four pieces."""
    modes = [module.training for module in network.modules()]
    pieces = numpy.arange(4)[None], numpy.asarray([4])
    expected, given.vectors = (TorchEngine(x, "float32").run(*pieces) for x in (network, lower))
    found = TorchEngine(upper, "float32").run(*pieces)
    for module, mode in zip(network.modules(), modes, strict=True):
        module.training = mode
    return bool(torch.allclose(found, expected, rtol=1e-4, atol=1e-4))


def _pad(found: list[torch.Tensor], length: int) -> torch.Tensor:
    """RETURNS (Tensor): Shape (n_windows, length, width), float32, zeros as padding."""
    padded = found[0].new_zeros((len(found), length, found[0].shape[1]), dtype=torch.float32)
    for row, vectors in zip(padded, found, strict=True):
        row[: len(vectors)] = vectors
    return padded
