"""OpenVINO on the CPU: the network is converted in memory, without files and telemetry."""

from threading import Lock
from typing import Any

import numpy
import torch

from ..precision import use_bfloat16
from .torch_engine import make_mask
from .trace import trace

Array = numpy.ndarray[Any, Any]


class OpenVinoEngine:
    """Runs a compiled copy of the network, on as many threads as torch has.

    network (Module): The encoder.
    precision (str): "float32", "bfloat16" or "auto".
    """

    def __init__(self, network: torch.nn.Module, precision: str):
        half = use_bfloat16(precision, torch.device("cpu"))
        self.precision = "bfloat16" if half else "float32"
        self._traced = trace(network)
        self._request = _compile(self._traced, self.precision).create_infer_request()
        self._lock = Lock()  # one request at a time

    def run(self, ids: Array, lengths: Array) -> torch.Tensor:
        """As Engine.run."""
        with self._lock:
            found = self._request.infer([ids, make_mask(ids, lengths)], share_inputs=True)
            return torch.from_numpy(found[0])


def _compile(traced: Any, precision: str) -> Any:
    import openvino

    settings = {
        "INFERENCE_PRECISION_HINT": "bf16" if precision == "bfloat16" else "f32",
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "NUM_STREAMS": 1,
        "PERFORMANCE_HINT": "LATENCY",
    }
    return openvino.Core().compile_model(_convert(traced), "CPU", settings)


def _convert(traced: Any) -> Any:
    """`openvino.convert_model` would do the same, and tell its maker."""
    from openvino import PartialShape, Type
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    frontend = FrontEndManager().load_by_framework("pytorch")
    decoder = TorchScriptPythonDecoder(traced)  # must live as long as the conversion
    loaded = frontend.load(decoder)
    model = frontend.convert(loaded)
    for parameter in model.get_parameters():
        parameter.set_partial_shape(PartialShape([-1, -1]))
        parameter.set_element_type(Type.i64)
    model.validate_nodes_and_infer_types()
    return model


def build(network: torch.nn.Module, precision: str) -> OpenVinoEngine:
    """RETURNS (OpenVinoEngine): For `build_engine`."""
    return OpenVinoEngine(network, precision)
