"""Precision: what is asked for, or what the hardware multiplies."""

import pytest
import torch

from spacy_clinical.encoder.precision import use_bfloat16

CPU, CUDA = torch.device("cpu"), torch.device("cuda", 0)


@pytest.mark.parametrize("name, expected", [("float32", False), ("bfloat16", True)])
@pytest.mark.parametrize("device", [CPU, CUDA])
def test_what_is_asked_for(name: str, device: torch.device, expected: bool) -> None:
    assert use_bfloat16(name, device) is expected


@pytest.mark.parametrize("capability, expected", [((7, 5), False), ((8, 0), True), ((9, 0), True)])
def test_gpus(monkeypatch: pytest.MonkeyPatch, capability: tuple[int, int], expected: bool) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert use_bfloat16("auto", CUDA) is expected


CAPABILITIES = [({}, False), ({"avx512_bf16": True}, True), ({"amx_bf16": True}, True)]


@pytest.mark.parametrize("found, expected", [*CAPABILITIES, ({"amx_bf16": False}, False)])
def test_cpus(monkeypatch: pytest.MonkeyPatch, found: dict[str, bool], expected: bool) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: found, raising=False)
    assert use_bfloat16("auto", CPU) is expected
