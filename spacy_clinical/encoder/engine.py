"""Choose the engine of a loaded pipeline, and see which one runs."""

from typing import Any, NamedTuple

from spacy.language import Language

from ..errors import EncoderError, Errors
from .engines import EngineSettings, check_engine
from .shim import EncoderShim


class EngineReport(NamedTuple):
    """What runs an encoder's predictions.

    component (str): The pipeline's component.
    asked (str): The engine that was asked for.
    runs (str): The engine that runs.
    precision (str): What it computes in.
    reason (str): Why another one runs than was asked for, or "".
    batches (dict[str, int]): Batches so far by engine: how often another one had to step in.
    """

    component: str
    asked: str
    runs: str
    precision: str
    reason: str
    batches: dict[str, int]


def use_engine(
    nlp: Language, name: str, *, precision: str = "auto", fallback: bool = False
) -> list[EngineReport]:
    """Run the predictions of a pipeline's encoders on another engine, from now on.

    Nothing that is saved changes. Training goes on in torch, and so do predictions after it, until
    this function is called again. An engine uses as many threads as torch does when it is built.

    nlp (Language): The pipeline, trained or loaded.
    name (str): "torch", "onnx" (extra `onnx`) or "openvino" (extra `openvino`).
    precision (str): "float32", "bfloat16", or "auto": bfloat16 where engine and hardware have it.
    fallback (bool): Let torch run where the engine can't, with one warning. Otherwise an engine
        that is missing, or unfit for the network or the device, raises EncoderError.
    RETURNS (list[EngineReport]): One for each encoder.
    """
    settings = EngineSettings(name, precision, fallback)
    if not fallback:
        check_engine(settings)
    found = _encoders(nlp)
    if not found:
        raise EncoderError(Errors.SC215.format(known=", ".join(nlp.pipe_names) or "none"))
    for _, shim in found:
        shim.runner.renew(settings)
    return engine_reports(nlp)


def engine_reports(nlp: Language) -> list[EngineReport]:
    """Tell which engine runs each encoder, building it if that hasn't happened yet.

    nlp (Language): The pipeline.
    RETURNS (list[EngineReport]): One for each encoder of `spacy-clinical.TransformerModel.v1`.
    """
    return [_report(name, shim) for name, shim in _encoders(nlp)]


def _report(component: str, shim: EncoderShim) -> EngineReport:
    runner = shim.runner
    engine = runner.engine(shim._model)
    runs = "torch" if runner.reason else runner.settings.name
    return EngineReport(
        component, runner.settings.name, runs, engine.precision, runner.reason, dict(runner.batches)
    )


def _encoders(nlp: Language) -> list[tuple[str, EncoderShim]]:
    """The initialised encoders of a pipeline, each once."""
    found: dict[int, tuple[str, EncoderShim]] = {}
    for name, component in nlp.pipeline:
        model: Any = getattr(component, "model", None)
        for node in model.walk() if hasattr(model, "walk") else ():
            for shim in node.shims:
                if isinstance(shim, EncoderShim) and shim._model is not None:
                    found.setdefault(id(shim), (name, shim))
    return list(found.values())
