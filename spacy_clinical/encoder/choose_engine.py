"""Choose the engine of a loaded pipeline, and see which one runs."""

from typing import NamedTuple

from spacy.language import Language

from .engines import EngineSettings, check_engine
from .find_encoders import Encoder, find_encoders


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
    precision (str): "float32", "bfloat16", "int8" (OpenVINO only: check the scores on your corpus),
        or "auto": bfloat16 where engine and hardware have it.
    fallback (bool): Let torch run where the engine can't, with one warning. Otherwise an engine
        that is missing, or unfit for the network or the device, raises EncoderError.
    RETURNS (list[EngineReport]): One for each encoder.
    """
    settings = EngineSettings(name, precision, fallback)
    if not fallback:
        check_engine(settings)
    for encoder in find_encoders(nlp):
        encoder.shim.runner.renew(settings)
    return engine_reports(nlp)


def engine_reports(nlp: Language) -> list[EngineReport]:
    """Tell which engine runs each encoder, building it if that hasn't happened yet.

    nlp (Language): The pipeline.
    RETURNS (list[EngineReport]): One for each encoder of `spacy-clinical.TransformerModel.v1`.
    """
    return [_report(encoder) for encoder in find_encoders(nlp)]


def _report(encoder: Encoder) -> EngineReport:
    runner = encoder.shim.runner
    engine = runner.engine(encoder.shim._model)
    asked = runner.settings.name
    return EngineReport(
        component=encoder.component,
        asked=asked,
        runs="torch" if runner.reason else asked,
        precision=engine.precision,
        reason=runner.reason,
        batches=dict(runner.batches),
    )
