"""A torch network that is built when its sizes are known, and saved without pickle."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import srsly
import torch
from thinc.api import Optimizer, PyTorchShim, get_torch_default_device

from ..optimizers.network import network_params, update_network
from ..tensors import pack, read_message, unpack
from ..torch_defaults import own_defaults
from .layer_growth import Rows, grow_network


class NetworkShim(PyTorchShim):
    """Holds a network that `build(**sizes)` makes.

    build (Callable): Makes the network.
    """

    @own_defaults()
    def __init__(self, build: Callable[..., torch.nn.Module]):
        super().__init__(None)
        self.build = build
        self.sizes: dict[str, int] = {}

    @own_defaults()
    def create(self, sizes: dict[str, int]) -> None:
        """Build the network.

        sizes (dict[str, int]): What `build` takes; saved with the weights.
        """
        self.sizes = sizes
        self._model = self.build(**sizes).to(get_torch_default_device())

    @own_defaults()
    def grow(self, rows: Rows, types: Rows, **sizes: int) -> None:
        """Replace the network by a larger one that knows what it knows.

        rows (Rows): Its outputs, see `growth`.
        types (Rows): Its entity types.
        sizes (int): Those that change.
        """
        old: Any = self._model
        self.create({**self.sizes, **sizes})
        grow_network(old, self._model, old.grown_tables(rows, types))

    def finish_update(self, optimizer: Optimizer) -> None:
        update_network(self._model, self.id, optimizer)

    @contextmanager
    def use_params(self, params: Mapping[Any, Any]) -> Iterator[None]:
        if self._model is None:
            yield
            return
        with network_params(self._model, self.id, params):
            yield

    def to_bytes(self) -> bytes:
        state = self._model.state_dict() if self._model is not None else {}
        return srsly.msgpack_dumps({"sizes": self.sizes, **pack(state)})

    def from_bytes(self, bytes_data: bytes) -> "NetworkShim":
        message = read_message("a network", bytes_data)
        sizes: Any = message.get("sizes")
        if sizes:
            network = unpack("a network", lambda: self.build(**sizes), message)
            self.sizes, self._model = sizes, network.to(get_torch_default_device())
        return self
