"""What decides how a training goes on, as tensors and plain values: optimizer, random numbers."""

import random
from collections.abc import Iterator
from typing import Any

import numpy
import torch
from spacy.language import Language
from thinc.api import Optimizer, PyTorchShim, get_current_ops, get_torch_default_device

from ..errors import CorpusError, Errors
from ..optimizers.adamw import AdamW, Key

Tensors = dict[str, torch.Tensor]
PARTS = ("mom1", "mom2", "steps", "average")


def optimizer_tensors(nlp: Language, optimizer: Optimizer) -> Tensors:
    """Read an optimizer's memory. Keys are places in the pipeline: identifiers are not the same
    in another process.

    nlp (Language): The pipeline.
    optimizer (Optimizer): thinc's or ours; its schedules are not part of this.
    RETURNS (dict[str, Tensor]): "component/node/shim/parameter/part" to values.
    """
    names = dict(_parameters(nlp))
    values = _read(optimizer)
    unknown = len(values.keys() - names.keys())
    if unknown:
        raise CorpusError(Errors.SC411.format(count=unknown))
    return {f"{names[key]}/{p}": t.cpu() for key, parts in values.items() for p, t in parts.items()}


def set_optimizer_tensors(nlp: Language, optimizer: Optimizer, tensors: Tensors) -> None:
    """Give an optimizer the memory that `optimizer_tensors` read.

    nlp (Language): A pipeline of the same config.
    optimizer (Optimizer): One of the same config.
    tensors (dict[str, Tensor]): As they were read.
    """
    keys = {name: key for key, name in _parameters(nlp)}
    values: dict[Key, Tensors] = {}
    for name, tensor in tensors.items():
        place, _, part = name.rpartition("/")
        if place not in keys or part not in PARTS:
            raise CorpusError(Errors.SC411.format(count=1))
        values.setdefault(keys[place], {})[part] = tensor
    _write(optimizer, values)


def random_state() -> tuple[dict[str, Any], Tensors]:
    """RETURNS (tuple): States of Python's and numpy's random numbers, and of torch's devices."""
    name, keys, *rest = numpy.random.get_state()
    tensors = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        tensors |= {f"cuda:{i}": s for i, s in enumerate(torch.cuda.get_rng_state_all())}
    return {
        "python": random.getstate(),
        "numpy": [name, numpy.asarray(keys).tolist(), *rest],
    }, tensors


def set_random_state(plain: dict[str, Any], tensors: Tensors) -> None:
    """Go on with the random numbers that `random_state` saw.

    plain (dict): Python's and numpy's, as msgpack gives them back.
    tensors (dict[str, Tensor]): Torch's.
    """
    version, internal, gauss = plain["python"]
    random.setstate((version, tuple(internal), gauss))
    name, keys, *rest = plain["numpy"]
    numpy.random.set_state((name, numpy.asarray(keys, dtype="uint32"), *rest))
    torch.set_rng_state(tensors["cpu"])
    for device in tensors.keys() - {"cpu"}:
        torch.cuda.set_rng_state(tensors[device], device)


def _parameters(nlp: Language) -> Iterator[tuple[Key, str]]:
    """The optimizer's key of each parameter, and its place."""
    for component, pipe in nlp.pipeline:
        model: Any = getattr(pipe, "model", None)
        for i, node in enumerate(model.walk()) if hasattr(model, "walk") else ():
            for name in node.param_names:
                yield (node.id, name), f"{component}/{i}/-/{name}"
            for j, shim in enumerate(node.shims):
                if isinstance(shim, PyTorchShim) and shim._model is not None:
                    for name, _ in shim._model.named_parameters():
                        yield (shim.id, name), f"{component}/{i}/{j}/{name}"


def _read(optimizer: Optimizer) -> dict[Key, Tensors]:
    if isinstance(optimizer, AdamW):
        state = optimizer.get_state().items()
        return {key: dict(zip(PARTS, tensors, strict=False)) for key, tensors in state}
    found: dict[Key, Tensors] = {}
    for part, memory in zip(PARTS, _memories(optimizer), strict=True):
        for key, value in memory.items():
            array = value.get() if hasattr(value, "get") else value
            found.setdefault(key, {})[part] = torch.tensor(array)
    return found


def _write(optimizer: Optimizer, values: dict[Key, Tensors]) -> None:
    if isinstance(optimizer, AdamW):
        device = get_torch_default_device()
        optimizer.set_state(
            {
                key: tuple(parts[part].to(device) for part in PARTS if part in parts)
                for key, parts in values.items()
            }
        )
        return
    ops: Any = get_current_ops()
    for key, parts in values.items():
        for part, memory in zip(PARTS, _memories(optimizer), strict=True):
            if part in parts:
                value = parts[part]
                memory[key] = int(value) if part == "steps" else ops.asarray(value.numpy())


def _memories(optimizer: Optimizer) -> tuple[dict[Key, Any], ...]:
    """What thinc's optimizer keeps for each parameter, in the order of PARTS."""
    averages = {} if optimizer.averages is None else optimizer.averages
    return optimizer.mom1, optimizer.mom2, optimizer.nr_update, averages
