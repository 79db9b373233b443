"""The engine that a network runs on: built when first needed, dropped when the weights change."""

import logging
import os
from collections import Counter
from typing import Any

import numpy
import torch

from ...errors import EncoderError, Errors
from ..adapters import merge_adapters
from . import Engine, EngineSettings, build_engine
from .torch_engine import TorchEngine

Array = numpy.ndarray[Any, Any]
logger = logging.getLogger(__name__)

# Compiled engines whose threads a fork has left behind. Ending them would wait for those threads.
_ORPHANS: list[Engine] = []


class Runner:
    """Runs batches of predictions on the engine that was asked for.

    settings (EngineSettings): The wish.
    merge (bool): Fold adapters into weights that torch runs, and lay out those of its linear layers
        for predictions: quicker, and a copy of those layers. Other engines, which copy the weights
        anyway, always get them folded.
    batches (Counter): Batches so far by the engine that ran them.
    reason (str): Why torch runs instead of the engine that was asked for; empty if it doesn't.
    """

    def __init__(self, settings: EngineSettings, *, merge: bool = True):
        self.settings = settings
        self.merge = merge
        self.batches: Counter[str] = Counter()
        self.reason = ""
        self._engine: Engine | None = None
        self._process = os.getpid()

    def run(self, network: torch.nn.Module, ids: Array, lengths: Array) -> torch.Tensor:
        """As Engine.run.

        network (Module): The encoder; always the same between two calls of `renew`.
        """
        engine = self.engine(network)
        self.batches["torch" if self.reason else self.settings.name] += 1
        return engine.run(ids, lengths)

    def engine(self, network: torch.nn.Module) -> Engine:
        """Build the engine, unless this process has it.

        network (Module): The encoder.
        RETURNS (Engine): That of the settings, or torch where it can't be had and the settings
            allow that. Raises EncoderError where they don't.
        """
        if self._process != os.getpid():
            if self._engine is not None:
                _ORPHANS.append(self._engine)
            self._engine, self._process = None, os.getpid()
        if self._engine is None:
            self._engine = self._build(network)
            if isinstance(self._engine, TorchEngine) and self.merge:
                self._engine.pack()
        return self._engine

    def renew(self, settings: EngineSettings | None = None, *, reason: str = "") -> None:
        """Forget the engine, because it or the weights changed.

        settings (EngineSettings | None): A new wish, None to keep the old one.
        reason (str): If given, torch runs from now on, for this reason.
        """
        self.settings = settings or self.settings
        self.reason = "" if self.settings.name == "torch" else reason
        self._engine = None

    def _build(self, network: torch.nn.Module) -> Engine:
        plain = self.settings.name == "torch" or bool(self.reason)
        if self.merge or not plain:
            network = merge_adapters(network)
        if self.reason:
            return TorchEngine(network, self.settings.precision)
        try:
            return build_engine(self.settings, network)
        except EncoderError as error:
            if not self.settings.fallback or self.settings.name == "torch":
                raise
            logger.warning(Errors.SC214.format(engine=self.settings.name, error=error))
            self.reason = str(error)
            return TorchEngine(network, self.settings.precision)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_engine": None}  # a compiled engine stays in its process
