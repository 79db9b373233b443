"""ONNX Runtime on the CPU: the network is exported to memory."""

from io import BytesIO
from typing import Any, cast

import numpy
import torch

from .torch_engine import make_mask
from .trace import NAMES, example_inputs, quiet, trace

Array = numpy.ndarray[Any, Any]
OUTPUT = "hidden_state"


class OnnxEngine:
    """Runs an exported copy of the network in float32, on as many threads as torch has.

    network (Module): The encoder.
    """

    precision = "float32"
    skips_padding = False

    def __init__(self, network: torch.nn.Module):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            export(network), options, providers=["CPUExecutionProvider"]
        )

    def run(self, ids: Array, lengths: Array) -> torch.Tensor:
        """As Engine.run."""
        inputs = dict(zip(NAMES, (ids, make_mask(ids, lengths)), strict=True))
        return torch.from_numpy(self._session.run([OUTPUT], inputs)[0])


def export(network: torch.nn.Module) -> bytes:
    """Write the network as an ONNX graph with free batch and length, to memory.

    network (Module): The encoder.
    RETURNS (bytes): The model.
    """
    stream = BytesIO()
    axes = {name: {0: "windows", 1: "length"} for name in (*NAMES, OUTPUT)}
    with quiet(), torch.no_grad():
        torch.onnx.export(
            trace(network),
            example_inputs(),
            cast(Any, stream),
            dynamo=False,
            input_names=list(NAMES),
            output_names=[OUTPUT],
            dynamic_axes=axes,
            opset_version=17,
        )
    return stream.getvalue()


def build(network: torch.nn.Module, precision: str) -> OnnxEngine:
    """RETURNS (OnnxEngine): For `build_engine`."""
    return OnnxEngine(network)
