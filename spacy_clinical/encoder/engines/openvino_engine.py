"""OpenVINO on the CPU: the network is converted in memory, without files and telemetry."""

from threading import Lock
from typing import Any

import numpy
import torch

from ..precision import use_bfloat16
from .torch_engine import make_mask
from .trace import trace

Array = numpy.ndarray[Any, Any]
GROUP = 64  # inputs that share a scale in int8


class OpenVinoEngine:
    """Runs a compiled copy of the network, on as many threads as torch has.

    network (Module): The encoder.
    precision (str): "float32", "bfloat16", "int8" or "auto". int8 rounds each output channel of a
        weight on its own scale, and inputs in groups as they come; the rest is in bfloat16 where
        the hardware has it.
    """

    skips_padding = False

    def __init__(self, network: torch.nn.Module, precision: str):
        half = use_bfloat16("auto" if precision == "int8" else precision, torch.device("cpu"))
        self.precision = "int8" if precision == "int8" else "bfloat16" if half else "float32"
        self._traced = trace(network)
        model = _convert(self._traced)
        if self.precision == "int8":
            _round_weights(model)
        self._request = _compile(model, half).create_infer_request()
        self._lock = Lock()  # one request at a time

    def run(self, ids: Array, lengths: Array) -> torch.Tensor:
        """As Engine.run."""
        with self._lock:
            found = self._request.infer([ids, make_mask(ids, lengths)], share_inputs=True)
            return torch.from_numpy(found[0])


def _compile(model: Any, half: bool) -> Any:
    import openvino

    settings = {
        "INFERENCE_PRECISION_HINT": "bf16" if half else "f32",
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": GROUP,  # of no effect without int8 weights
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "NUM_STREAMS": 1,
        "PERFORMANCE_HINT": "LATENCY",
    }
    return openvino.Core().compile_model(model, "CPU", settings)


def _round_weights(model: Any) -> None:
    """Store the weights of all matrix products as int8, one scale for each output channel."""
    from openvino import Type, opset13

    for node in model.get_ordered_ops():
        weight = node.input_value(1).get_node() if node.get_type_name() == "MatMul" else None
        if weight is not None and weight.get_type_name() == "Constant":
            exact = numpy.array(weight.data, dtype="f4")
            axis = 1 if node.get_attributes()["transpose_b"] else 0
            scale = numpy.maximum(numpy.abs(exact).max(axis=axis, keepdims=True), 1e-12) / 127
            rounded = opset13.constant(numpy.round(exact / scale).astype("i1"), dtype=Type.i8)
            exact_type = opset13.convert(rounded, "f32")
            product = opset13.multiply(exact_type, opset13.constant(scale.astype("f4")))
            node.input(1).replace_source_output(product.output(0))
    model.validate_nodes_and_infer_types()


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
