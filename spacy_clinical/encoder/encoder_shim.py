"""The encoder network behind a thinc shim: batches of windows, safetensors, its own rate."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import current_process
from typing import Any

import numpy
import srsly
import torch
from thinc.api import Optimizer, PyTorchShim, get_torch_default_device

from ..errors import EncoderError, Errors
from ..optimizers.accumulate import GradientMean
from ..optimizers.network import network_params, update_network
from ..tensors import read_message
from ..torch_defaults import own_defaults
from .adapters import adapters_of, freeze_adapted, make_adapters, put_adapters
from .base_encoder import BaseEncoder, load_base, share_base
from .branches import add_branch, freeze_trunk, n_branch_layers
from .engines import EngineSettings, check_engine
from .engines.runner import Runner
from .engines.torch_engine import TorchEngine
from .frozen_layers import FrozenLayers, split_network
from .layer_names import is_frozen, layer_number
from .learning_layers import learning_engine
from .memory_release import bound_primitive_cache
from .precision import check_precision
from .saved_encoder import AdapterSettings, adapters_message, encoder_message, read_encoder
from .vocabulary import Vocabulary
from .windows import ALIKE

Array = numpy.ndarray[Any, Any]
LOOSELY = 1 / 2  # where padding costs next to nothing

# OpenMP's threads don't survive a fork: a worker of `nlp.pipe(n_process=2)` would wait for them. A
# worker that was spawned, or comes from a fork server, imports this when it unpickles the pipeline:
# it has its name by then, and no parent yet.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: torch.set_num_threads(1))
if current_process().name != "MainProcess":
    torch.set_num_threads(1)


class EncoderShim(PyTorchShim):
    """Holds a Hugging Face encoder and its vocabulary.

    rate (float): Factor on the optimizer's learning rate: an encoder wants a lower one than the
        heads above it.
    precision (str): "float32", "bfloat16" or "auto". Weights are kept in float32 anyway.
    train_precision (str): The same for training.
    frozen_layers (int | None): Layers from below that keep their weights, 0 for the embeddings
        only, None for none.
    layer_decay (float): Factor on the rate from each layer to the one below it.
    engine (str): What runs predictions: a key of `engines.ENGINES`.
    engine_fallback (bool): Let torch run where that engine can't.
    adapters (AdapterSettings | None): What learns instead of the network's own weights.
    keep_frozen (bool): Keep what the frozen layers give in training, see FrozenLayers.
    """

    @own_defaults()
    def __init__(
        self,
        rate: float = 1.0,
        precision: str = "float32",
        train_precision: str = "float32",
        frozen_layers: int | None = None,
        layer_decay: float = 1.0,
        engine: str = "torch",
        engine_fallback: bool = False,
        adapters: AdapterSettings | None = None,
        keep_frozen: bool = False,
    ):
        super().__init__(None)
        bound_primitive_cache()
        check_precision(train_precision)
        settings = EngineSettings(engine, precision, engine_fallback)
        if not engine_fallback:
            check_engine(settings)
        self.runner = Runner(settings, merge=not (adapters and adapters.only))
        self.rate = rate
        self.train_precision = train_precision
        self.frozen_layers = frozen_layers
        self.keep_frozen = keep_frozen
        self.frozen: FrozenLayers | None = None
        self.n_stopped = 0
        self._learner: TorchEngine | None = None
        self.layer_decay = layer_decay
        self.adapters = adapters or AdapterSettings()
        self.base: BaseEncoder | None = None
        self.mean = GradientMean()
        self.vocabulary: Vocabulary | None = None

    @own_defaults()
    def load(self, source: str, overrides: dict[str, Any]) -> None:
        """Read network and tokenizer from a folder, or by a name of the hub.

        source (str): As `EncoderWeights.locate` returns it.
        overrides (dict[str, Any]): Changes to the network's own configuration.
        """
        if self.adapters.only:
            self.base = share_base(source, overrides)
            self._take(self.base.lend(), self.base.vocabulary)
        else:
            base = load_base(source, overrides)
            self._take(base.network, base.vocabulary)

    def _take(self, network: Any, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        if self.adapters.rank and not adapters_of(network):
            put_adapters(network, self._make_adapters(network))
        self._model = network.to(get_torch_default_device())
        for name, parameter in network.named_parameters():
            parameter.requires_grad_(not is_frozen(name, self.frozen_layers))
        freeze_adapted(network)
        freeze_trunk(network)
        self.n_stopped = 0
        self._renew()

    def freeze(self, n_layers: int | None = None) -> None:
        """Let layers learn no more until weights are read: in training, what they give for a window
        is computed once and kept, as for `keep_frozen`.

        n_layers (int | None): How many from below, the embeddings with them. None for all. Raises
            EncoderError for none, and for more than there are.
        """
        stopped = self._count_layers(n_layers)
        if stopped > self.n_stopped:
            self.check_freeze(n_layers)
            for name, parameter in self._model.named_parameters():
                if stopped == self._count_layers() or is_frozen(name, stopped):
                    parameter.requires_grad_(False)
            self.n_stopped = stopped
            self._renew()

    def check_freeze(self, n_layers: int | None = None) -> None:
        """Raise EncoderError where `freeze` would, and where layers can't run apart from those
        above them.

        n_layers (int | None): As for `freeze`.
        """
        if self._count_layers(n_layers) < self._count_layers():
            split_network(self._model, self._count_layers(n_layers))

    def _count_layers(self, n_layers: int | None = None) -> int:
        most = int(self._model.config.num_hidden_layers)
        if n_layers is not None and not 1 <= n_layers <= most:
            raise EncoderError(Errors.SC240.format(layers=n_layers, most=most))
        return most if n_layers is None else n_layers

    def _make_adapters(self, network: Any) -> Any:
        made = make_adapters(network, self.adapters.rank, self.frozen_layers or 0)
        if not made:
            message = Errors.SC216.format(rank=self.adapters.rank, kind=network.config.model_type)
            raise EncoderError(message)
        return made

    @property
    def precision(self) -> str:
        """RETURNS (str): Of predictions, as asked for."""
        return self.runner.settings.precision

    @property
    def width(self) -> int:
        return int(self._model.config.hidden_size)

    @property
    def output_width(self) -> int:
        """RETURNS (int): Of the vectors: twice the width where the encoder has a branch."""
        return self.width * (2 if n_branch_layers(self._model) else 1)

    @own_defaults()
    def add_branch(self, n_layers: int) -> None:
        """Fork the network. From now on nothing but the branch learns.

        n_layers (int): Layers of the branch. As for `branches.add_branch`; raises EncoderError for
            an encoder that keeps adapters only, too.
        """
        if self.base is not None or self._model is None:
            raise EncoderError(Errors.SC235)
        add_branch(self._model, n_layers)
        freeze_trunk(self._model)
        self._renew()

    def to_device(self, device_type: str, device_id: int) -> None:
        super().to_device(device_type, device_id)
        self._renew()

    def _renew(self) -> None:
        self.runner.renew()
        self.frozen = self._learner = None

    def run(self, ids: Array, lengths: Array, is_train: bool) -> torch.Tensor:
        """Encode one padded batch.

        ids (Array): Wordpiece ids with special and padding pieces, shape (n_windows, length).
        lengths (Array): True length of each row, shape (n_windows,).
        is_train (bool): Keep what the backward pass needs.
        RETURNS (Tensor): Shape (n_windows, length, width).
        """
        if not is_train:
            return self.runner.run(self._model, ids, lengths)
        self.runner.renew(reason="the network was trained after it was loaded")
        self._model.train()
        if not self._keeps:
            return self._learning_engine().forward(ids, lengths)
        if self.frozen is None:
            self.frozen = FrozenLayers(self._model, self._n_frozen(), self.train_precision)
        return self.frozen.forward(ids, lengths)

    @property
    def _keeps(self) -> bool:
        """Whether training keeps what layers give."""
        return self.keep_frozen or self.n_stopped > 0

    def alike(self, is_train: bool) -> float:
        """RETURNS (float): How alike lengths in a batch should be, as for `batch_windows`."""
        if not is_train:
            return LOOSELY if self.runner.engine(self._model).skips_padding else ALIKE
        return 0.0 if self._learning_engine().skips_padding else ALIKE

    def _learning_engine(self) -> TorchEngine:
        """What runs the network in training, of the same parameters."""
        if self._learner is None:
            self._learner = learning_engine(self._model, self.train_precision)
        return self._learner

    def _n_frozen(self) -> int | None:
        """Layers from below that don't learn: those below a branch, which may have more. None if
        the whole network doesn't."""
        branch = n_branch_layers(self._model)
        n_layers = int(self._model.config.num_hidden_layers)
        if self.n_stopped == n_layers:
            return None
        return max(n_layers - branch if branch else self.frozen_layers or 0, self.n_stopped)

    def rate_of(self, name: str) -> float:
        """RETURNS (float): Factor on the learning rate of a parameter, by its name."""
        n_layers = int(self._model.config.num_hidden_layers)
        layer = layer_number(name)
        if layer is None:
            below = n_layers if name.startswith("embeddings.") else 0
        else:
            below = n_layers - 1 - layer
        return self.rate * self.layer_decay**below

    def finish_update(self, optimizer: Optimizer) -> None:
        update_network(self._model, self.id, optimizer, self.rate_of)
        self.runner.renew(reason=self.runner.reason)
        self.mean.reset()

    @contextmanager
    def use_params(self, params: Mapping[Any, Any]) -> Iterator[None]:
        if self._model is None:
            yield
            return
        with network_params(self._model, self.id, params) as changed:
            if changed:
                self.runner.renew(reason=self.runner.reason)
            yield
        if changed:
            self.runner.renew(reason=self.runner.reason)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "frozen": None, "_learner": None}  # packed weights can't be

    def to_bytes(self) -> bytes:
        if self._model is None or self.vocabulary is None:
            return srsly.msgpack_dumps({})
        if self.base is not None:
            return srsly.msgpack_dumps(adapters_message(self._model, self.base))
        return srsly.msgpack_dumps(encoder_message(self._model, self.vocabulary))

    @own_defaults()
    def from_bytes(self, bytes_data: bytes) -> "EncoderShim":
        message = read_message("the encoder", bytes_data)
        if message:
            network, vocabulary, self.base = read_encoder(message, self.adapters)
            self._take(network, vocabulary)
        return self
