"""The encoder network behind a thinc shim: batches of windows, safetensors, its own rate."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import current_process
from typing import Any

import numpy
import srsly
import torch
from thinc.api import Optimizer, PyTorchShim, get_torch_default_device
from tokenizers import Tokenizer

from ..errors import EncoderError, Errors, PackageError
from ..optimizers.accumulate import GradientMean
from ..optimizers.network import network_params, update_network
from ..tensors import pack, read_message, unpack
from .engines import EngineSettings, check_engine
from .engines.runner import Runner
from .engines.torch_engine import TorchEngine
from .memory_release import bound_primitive_cache
from .precision import check_precision
from .weights import read_backend

Array = numpy.ndarray[Any, Any]
MAX_LAYERS = 1000

# OpenMP's threads don't survive a fork: a worker of `nlp.pipe(n_process=2)` would wait for them. A
# worker that was spawned, or comes from a fork server, imports this when it unpickles the pipeline:
# it has its name by then, and no parent yet.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: torch.set_num_threads(1))
if current_process().name != "MainProcess":
    torch.set_num_threads(1)


@dataclass(frozen=True)
class Vocabulary:
    """A tokenizer and what surrounds a window of its wordpieces.

    tokenizer (Tokenizer): The fast tokenizer's backend, without truncation and padding.
    prefix (list[int]): Special pieces before each window, such as [CLS].
    suffix (list[int]): Special pieces after each window, such as [SEP].
    pad (int): The padding piece.
    unk (int): The piece for what the vocabulary can't say.
    max_length (int): Positions that the network can take, special pieces included.
    """

    tokenizer: Tokenizer
    prefix: list[int]
    suffix: list[int]
    pad: int
    unk: int
    max_length: int


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
    """

    def __init__(
        self,
        rate: float = 1.0,
        precision: str = "float32",
        train_precision: str = "float32",
        frozen_layers: int | None = None,
        layer_decay: float = 1.0,
        engine: str = "torch",
        engine_fallback: bool = False,
    ):
        super().__init__(None)
        bound_primitive_cache()
        check_precision(train_precision)
        settings = EngineSettings(engine, precision, engine_fallback)
        if not engine_fallback:
            check_engine(settings)
        self.runner = Runner(settings)
        self.rate = rate
        self.train_precision = train_precision
        self.frozen_layers = frozen_layers
        self.layer_decay = layer_decay
        self.mean = GradientMean()
        self.vocabulary: Vocabulary | None = None

    def load(self, source: str, overrides: dict[str, Any]) -> None:
        """Read network and tokenizer from a folder, or by a name of the hub.

        source (str): As `EncoderWeights.locate` returns it.
        overrides (dict[str, Any]): Changes to the network's own configuration.
        """
        from transformers import AutoModel, AutoTokenizer

        try:
            tokenizer = AutoTokenizer.from_pretrained(source, use_fast=True)
            network, report = AutoModel.from_pretrained(
                source, output_loading_info=True, **overrides
            )
        except Exception as error:  # each library below has its own for a damaged file
            raise EncoderError(Errors.SC203.format(source=source, error=error)) from error
        backend = read_backend(tokenizer, source)
        missing = [name for name in report["missing_keys"] if "pooler" not in name]
        if missing:
            message = Errors.SC208.format(source=source, count=len(missing), first=missing[0])
            raise EncoderError(message)
        self.vocabulary = _vocabulary(tokenizer, backend, network)
        self._take(network)

    def _take(self, network: Any) -> None:
        self._model = network.to(get_torch_default_device())
        for name, parameter in network.named_parameters():
            parameter.requires_grad_(not is_frozen(name, self.frozen_layers))
        self.runner.renew()

    @property
    def precision(self) -> str:
        """RETURNS (str): Of predictions, as asked for."""
        return self.runner.settings.precision

    @property
    def width(self) -> int:
        return int(self._model.config.hidden_size)

    def to_device(self, device_type: str, device_id: int) -> None:
        super().to_device(device_type, device_id)
        self.runner.renew()

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
        return TorchEngine(self._model, self.train_precision).forward(ids, lengths)

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

    def to_bytes(self) -> bytes:
        if self._model is None or self.vocabulary is None:
            return srsly.msgpack_dumps({})
        vocabulary = self.vocabulary
        config = self._model.config.to_dict()
        config.pop("_name_or_path", None)
        message = {
            "config": config,
            "tokenizer": vocabulary.tokenizer.to_str(),
            "special": {
                "prefix": vocabulary.prefix,
                "suffix": vocabulary.suffix,
                "pad": vocabulary.pad,
                "unk": vocabulary.unk,
                "max_length": vocabulary.max_length,
            },
            **pack(self._model.state_dict()),
        }
        return srsly.msgpack_dumps(message)

    def from_bytes(self, bytes_data: bytes) -> "EncoderShim":
        message = read_message("the encoder", bytes_data)
        if message:
            network = unpack("the encoder", partial(_build, message), message)
            self.vocabulary = _read_vocabulary(message)
            self._take(network)
        return self


def _build(message: Mapping[str, Any]) -> Any:
    """The network that a saved encoder's config describes: no repository and no file of code."""
    from transformers import AutoConfig, AutoModel

    config = AutoConfig.for_model(**message["config"])
    if config.num_hidden_layers > MAX_LAYERS:
        raise ValueError
    return AutoModel.from_config(config)


def _read_vocabulary(message: Mapping[str, Any]) -> Vocabulary:
    try:
        return Vocabulary(Tokenizer.from_str(message["tokenizer"]), **message["special"])
    except Exception as error:  # tokenizers raises Exception itself
        found = f"a vocabulary that can't be read ({type(error).__name__})"
        raise PackageError(Errors.SC816.format(what="the encoder", found=found)) from None


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


def _vocabulary(tokenizer: Any, backend: Tokenizer, network: Any) -> Vocabulary:
    marked = tokenizer.build_inputs_with_special_tokens([tokenizer.unk_token_id])
    middle = marked.index(tokenizer.unk_token_id)
    return Vocabulary(
        tokenizer=backend,
        prefix=marked[:middle],
        suffix=marked[middle + 1 :],
        pad=int(tokenizer.pad_token_id or 0),
        unk=int(tokenizer.unk_token_id),
        max_length=_max_length(tokenizer, network),
    )


def _max_length(tokenizer: Any, network: Any) -> int:
    """Positions the network has: a checkpoint may not say, or may say more than there are."""
    positions = getattr(network.config, "max_position_embeddings", 512)
    embeddings = getattr(getattr(network, "embeddings", None), "position_embeddings", None)
    padding = getattr(embeddings, "padding_idx", None)
    offset = 0 if padding is None else padding + 1
    return int(min(tokenizer.model_max_length, positions - offset))
