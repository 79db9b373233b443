"""Saved networks: what is damaged, or claims other sizes, is a coded error before it is built."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import srsly
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import spacy_clinical
from spacy_clinical.encoder.encoder_shim import EncoderShim
from spacy_clinical.errors import PackageError
from spacy_clinical.layers.network_shim import NetworkShim
from spacy_clinical.tensors import weights_saved_in_half

HUGE = 10**12


class Network(torch.nn.Module):
    def __init__(self, n_in: int, n_out: int):
        super().__init__()
        self.inner = torch.nn.Linear(n_in, n_out)
        self.register_buffer("seen", torch.arange(n_out))
        self.register_buffer("made", torch.zeros(n_in, 100), persistent=False)


@pytest.fixture(scope="module")
def encoder(tiny_encoder: Path) -> bytes:
    shim = EncoderShim()
    shim.load(str(tiny_encoder), {})
    return shim.to_bytes()


def network() -> bytes:
    shim = NetworkShim(Network)
    shim.create({"n_in": 3, "n_out": 2})
    return shim.to_bytes()


NETWORK = network()


def changed(data: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    message = srsly.msgpack_loads(data)
    change(message)
    return srsly.msgpack_dumps(message)


def without_digest(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    def both(message: dict[str, Any]) -> None:
        message.pop("digest")
        message["state"] = change(message["state"])

    return changed(data, both)


LENGTH = int.from_bytes(srsly.msgpack_loads(NETWORK)["state"][:8], "little")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "SC816.*no message"),
        (b"\xc1", "SC816.*no message"),
        (srsly.msgpack_dumps([1]), "SC816.*no message"),
        (NETWORK[: len(NETWORK) // 2], "SC816.*no message"),
        (changed(NETWORK, lambda m: m.pop("state")), "SC816.*no tensors"),
        (changed(NETWORK, lambda m: m.update(state="text")), "SC816.*no tensors"),
        (changed(NETWORK, lambda m: m.update(digest=b"0" * 16)), "SC816.*another digest"),
        (changed(NETWORK, lambda m: m["sizes"].update(n_in=HUGE)), "SC816.*too large|SC817"),
        (changed(NETWORK, lambda m: m["sizes"].update(n_out=HUGE)), "SC817.*3 tensors"),
        (changed(NETWORK, lambda m: m["sizes"].update(n_out=2**63 - 1)), "SC816.*no network has"),
        (changed(NETWORK, lambda m: m["sizes"].update(n_out=-1)), "SC816.*no network has"),
        (changed(NETWORK, lambda m: m["sizes"].update(n_out="2")), "SC816.*no network has"),
        (changed(NETWORK, lambda m: m["sizes"].update(more=1)), "SC816.*no network has"),
        (changed(NETWORK, lambda m: m.update(sizes=7)), "SC816.*no network has"),
        (without_digest(NETWORK, lambda s: s[:-1]), "SC816.*another length"),
        (without_digest(NETWORK, lambda s: s[:4]), "SC816.*longer than the data"),
        (without_digest(NETWORK, lambda s: b"\xff" * 8 + s[8:]), "SC816.*longer than the data"),
        (without_digest(NETWORK, lambda s: s[:8] + b"x" * LENGTH + s[8 + LENGTH :]), "no header"),
        (without_digest(NETWORK, lambda s: s.replace(b"[2,3]", b"[3,2]")), "SC817.*inner.weight"),
        (without_digest(NETWORK, lambda s: s.replace(b'"I64"', b'"F64"')), "SC817.*seen"),
        (without_digest(NETWORK, lambda s: s.replace(b"seen", b"sean")), "SC817.*2 tensors"),
    ],
    ids=lambda value: value if isinstance(value, str) else "data",
)
def test_damaged_networks(data: bytes, found: str) -> None:
    with pytest.raises(PackageError, match=found):
        NetworkShim(Network).from_bytes(data)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"vocab_size": HUGE}, "SC817.*1 tensors"),
        ({"hidden_size": 10**9 * 4}, "SC816|SC817"),
        ({"num_hidden_layers": 3}, "SC817.*16 tensors"),
        ({"num_hidden_layers": 10**9}, "SC816.*no network has"),
        ({"max_position_embeddings": HUGE}, "SC816.*too large|SC817"),
        ({"model_type": "no such type"}, "SC816.*no network has"),
        ({"hidden_size": "wide"}, "SC816.*no network has"),
    ],
)
def test_sizes_that_are_only_claimed(encoder: bytes, change: dict[str, Any], found: str) -> None:
    data = changed(encoder, lambda message: message["config"].update(change))
    with pytest.raises(PackageError, match=found):
        EncoderShim().from_bytes(data)


@pytest.mark.parametrize("change", [{"tokenizer": "{}"}, {"special": {}}, {"config": 7}])
def test_damaged_encoders(encoder: bytes, change: dict[str, Any]) -> None:
    with pytest.raises(PackageError, match="SC816"):
        EncoderShim().from_bytes(changed(encoder, lambda message: message.update(change)))


def test_what_was_saved_before_there_were_digests(encoder: bytes) -> None:
    old = changed(encoder, lambda message: message.pop("digest"))
    again = srsly.msgpack_loads(EncoderShim().from_bytes(old).to_bytes())
    assert again["state"] == srsly.msgpack_loads(encoder)["state"]


def test_other_types_of_numbers_are_taken_as_the_network_has_them() -> None:
    shim = NetworkShim(lambda **sizes: Network(**sizes).half())
    data = without_digest(NETWORK, bytes)
    assert shim.from_bytes(data)._model.inner.weight.dtype == torch.float16


@settings(max_examples=80)
@given(st.integers(0, len(NETWORK) - 1), st.integers(0, 7))
def test_no_flipped_bit_is_taken(place: int, bit: int) -> None:
    data = bytearray(NETWORK)
    data[place] ^= 1 << bit
    try:
        shim = NetworkShim(Network).from_bytes(bytes(data))
    except PackageError:
        return
    assert shim.to_bytes() == NETWORK or not shim.sizes  # the key "digest" itself was hit


FORBIDDEN = re.compile(
    r"torch\.load\(|pickle\.loads?\(|\b(dill|joblib)\.|allow_pickle\s*=\s*True|\bmarshal\.|"
    r"weights_only|\bimport (c?[Pp]ickle|shelve|cloudpickle|dill|joblib)\b|from pickle import"
)


def test_no_pickle_in_the_source() -> None:
    """pickletools, which takes apart and runs nothing, is what looks for pickle in packages."""
    root = Path(spacy_clinical.__file__).parent
    found = {
        f"{path.relative_to(root)}: {match[0]}"
        for path in root.rglob("*.py")
        for match in FORBIDDEN.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_weights_in_half() -> None:
    shim = NetworkShim(Network)
    shim.create({"n_in": 300, "n_out": 200})
    whole = shim.to_bytes()
    with weights_saved_in_half():
        half = shim.to_bytes()
    assert len(half) < 0.51 * len(whole)
    read = NetworkShim(Network).from_bytes(half)._model
    assert read.inner.weight.dtype == torch.float32
    assert read.seen.dtype == torch.int64 and torch.equal(read.seen, shim._model.seen)
    assert torch.allclose(read.inner.weight, shim._model.inner.weight, rtol=2**-11, atol=2**-25)
    assert shim.to_bytes() == whole


def test_a_tensor_that_16_bits_cannot_hold_keeps_its_32() -> None:
    shim = NetworkShim(Network)
    shim.create({"n_in": 300, "n_out": 200})
    shim._model.inner.weight.data[0, 0] = 1e6
    with weights_saved_in_half():
        read = NetworkShim(Network).from_bytes(shim.to_bytes())._model
    assert torch.equal(read.inner.weight, shim._model.inner.weight)
    assert not torch.equal(read.inner.bias, shim._model.inner.bias)
