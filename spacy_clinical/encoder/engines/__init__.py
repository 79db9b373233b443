"""What runs the encoder's forward pass in predictions; training always runs in torch.

An engine gets the network with its weights, compiles what it needs in memory, and gives the same
vectors as torch within TOLERANCES. Nothing of it is saved: a pipeline on any engine writes the
plain weights.
"""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

import numpy
import torch

from ...errors import EncoderError, Errors
from ..precision import check_precision

Array = numpy.ndarray[Any, Any]

# Engine to its module here, the packages that it needs, and the precisions that it has.
ENGINES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "torch": (".torch_engine", (), ("float32", "bfloat16")),
    "onnx": (".onnx_engine", ("onnx", "onnxruntime"), ("float32",)),
    "openvino": (".openvino_engine", ("openvino",), ("float32", "bfloat16", "int8")),
}
# The least cosine of a position's vector with torch's in float32, by the engine's precision.
TOLERANCES = {"float32": 0.99999, "bfloat16": 0.99, "int8": 0.9}


class Engine(Protocol):
    """Runs padded batches.

    precision (str): "float32", "bfloat16" or "int8": what it computes in.
    """

    precision: str

    @property
    def skips_padding(self) -> bool:
        """RETURNS (bool): Whether padding costs next to nothing."""

    def run(self, ids: Array, lengths: Array) -> torch.Tensor:
        """Encode one padded batch.

        ids (Array): Wordpiece ids with special and padding pieces, shape (n_windows, length).
        lengths (Array): True length of each row, shape (n_windows,).
        RETURNS (Tensor): Shape (n_windows, length, width). Padding positions hold anything.
        """


@dataclass(frozen=True)
class EngineSettings:
    """Which engine, as a config or `use_engine` asks. Never saved with the weights.

    name (str): A key of ENGINES.
    precision (str): "float32", "bfloat16", "int8", or "auto": bfloat16 where both the engine and
        the hardware have it.
    fallback (bool): Let torch run, counted and with one warning, where the engine can't.
    """

    name: str = "torch"
    precision: str = "float32"
    fallback: bool = False

    def __post_init__(self) -> None:
        if self.precision != "int8":
            check_precision(self.precision)
        if self.name not in ENGINES:
            raise EncoderError(Errors.SC210.format(engine=self.name, known=", ".join(ENGINES)))


def check_engine(settings: EngineSettings) -> None:
    """Raise EncoderError where the engine is not installed or lacks the precision.

    settings (EngineSettings): The wish.
    """
    _, packages, precisions = ENGINES[settings.name]
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        message = Errors.SC211.format(
            engine=settings.name, missing=" and ".join(missing), extra=settings.name
        )
        raise EncoderError(message)
    if settings.precision not in ("auto", *precisions):
        message = Errors.SC212.format(
            engine=settings.name, precision=settings.precision, known=" or ".join(precisions)
        )
        raise EncoderError(message)


def build_engine(settings: EngineSettings, network: torch.nn.Module) -> Engine:
    """Compile an engine and hold its vectors against torch's.

    settings (EngineSettings): The wish. Raises EncoderError where it can't be had.
    network (Module): The encoder, with its weights.
    RETURNS (Engine): Ready to run.
    """
    check_engine(settings)
    module = import_module(ENGINES[settings.name][0], __name__)
    if settings.name == "torch":
        return module.build(network, settings.precision)
    device = next(network.parameters()).device
    if device.type != "cpu":
        reason = f"the pipeline is on the device '{device}', the engine runs on the CPU only"
        raise EncoderError(Errors.SC213.format(engine=settings.name, reason=reason))
    try:
        engine = module.build(network, settings.precision)
    except Exception as error:  # each runtime has its own for what it can't express
        reason = f"{type(error).__name__}: {error}"
        raise EncoderError(Errors.SC213.format(engine=settings.name, reason=reason)) from error
    _check_vectors(engine, network, settings.name)
    return engine


def _check_vectors(engine: Engine, network: torch.nn.Module, name: str) -> None:
    """Compare two batches of other shapes than the engine was compiled with."""
    from .torch_engine import TorchEngine

    exact = TorchEngine(network, "float32")
    generator = numpy.random.default_rng(0)
    limit = getattr(network.config, "vocab_size", 100)
    for shape in ((3, 11), (1, 29)):
        ids = generator.integers(0, limit, size=shape)
        lengths = numpy.minimum(numpy.arange(shape[0]) * 3 + 5, shape[1])
        inside = torch.from_numpy(numpy.arange(shape[1]) < lengths[:, None])
        found, expected = engine.run(ids, lengths)[inside], exact.run(ids, lengths)[inside]
        worst = float(torch.cosine_similarity(found.double(), expected.double()).min())
        if not worst >= TOLERANCES[engine.precision]:
            reason = f"its vectors differ from torch's: a cosine of {worst:.5f}"
            raise EncoderError(Errors.SC213.format(engine=name, reason=reason))
