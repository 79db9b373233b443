"""The encoder pass: windows of all documents through the network, one vector a token."""

from collections.abc import Callable
from typing import Any

import numpy
import torch
from thinc.api import torch2xp, xp2torch

from .encoder_shim import EncoderShim
from .memory_release import LARGE
from .vocabulary import Vocabulary
from .windows import WindowSettings, batch_windows, cut_document
from .wordpiece_pooling import TokenMap, add_tokens, pool_tokens, read_windows
from .wordpieces import Array, DocPieces, expand_ranges

Backprop = Callable[[Any], None]
LEAN = 2048  # positions in a padded batch of a long text on a CPU: as fast, and half the memory


def encode_pieces(
    shim: EncoderShim,
    pieces: list[DocPieces],
    settings: WindowSettings,
    *,
    is_train: bool,
    hidden_rate: float = 0.0,
) -> tuple[list[Any], Backprop]:
    """Encode the wordpieces of several documents into vectors of their tokens.

    A token's vector is the mean of its pieces' vectors; one without pieces gets zeros.

    shim (EncoderShim): The network and its vocabulary.
    pieces (list[DocPieces]): The documents.
    settings (WindowSettings): How to cut and batch them.
    is_train (bool): Keep what the backward pass needs.
    hidden_rate (float): Share of the wordpieces to take for unknown ones, drawn anew each time.
    RETURNS (tuple): An array of shape (n_tokens, output width) for each document, of the
        settings' dtype in predictions, else float32; and a callback that takes the gradient of all
        of them joined, shape (all tokens, output width).
    """
    assert shim.vocabulary is not None
    ids, known = numpy.concatenate([p.ids for p in pieces]), TokenMap.of(pieces)
    if hidden_rate:
        ids = numpy.where(numpy.random.rand(len(ids)) < hidden_rate, shim.vocabulary.unk, ids)
    windows = plan_windows(pieces, shim.vocabulary, settings)
    is_long = len(ids) > LARGE and shim.device.type == "cpu"
    budget = min(settings.max_padded, LEAN) if is_long else settings.max_padded
    half = settings.vector_dtype == "float16" and not is_train
    dtype = torch.float16 if half else torch.float32
    joined = torch.zeros((len(known.lengths), shim.output_width), dtype=dtype, device=shim.device)
    kept: list[tuple[torch.Tensor, torch.Tensor]] = []
    for batch in batch_windows(windows[:, 1] - windows[:, 0], budget, shim.alike(is_train)):
        rows, lengths = _pad(ids, windows[batch], shim.vocabulary)
        reading = read_windows(windows[batch], rows.shape[1], len(shim.vocabulary.prefix), known)
        vectors = pool_tokens(shim.run(rows, lengths, is_train), reading)
        where = add_tokens(joined, vectors.detach(), reading)
        if vectors.requires_grad:
            kept.append((vectors, where))

    def backprop(d_joined: Any) -> None:
        gradient = xp2torch(d_joined, device=shim.device)
        if kept:
            torch.autograd.backward([v for v, _ in kept], [gradient[where] for _, where in kept])
        kept.clear()

    return _part(joined, [len(p.lengths) for p in pieces]), backprop


def _part(joined: torch.Tensor, sizes: list[int]) -> list[Any]:
    """Give each document its own array, so that one that is kept doesn't keep the others."""
    if sum(size > 0 for size in sizes) == 1:
        return [torch2xp(part) for part in joined.split(sizes)]
    return [torch2xp(part.clone()) for part in joined.split(sizes)]


def plan_windows(
    pieces: list[DocPieces], vocabulary: Vocabulary, settings: WindowSettings
) -> Array:
    """Cut all documents.

    pieces (list[DocPieces]): The documents.
    vocabulary (Vocabulary): Says how many positions and special pieces there are.
    settings (WindowSettings): The wishes.
    RETURNS (Array): As `cut_document` gives them, pieces numbered through, shape (n_windows, 4).
    """
    special = len(vocabulary.prefix) + len(vocabulary.suffix)
    room = min(settings.window, vocabulary.max_length) - special
    overlap = min(settings.overlap, room // 2)
    base, windows = 0, [numpy.zeros((0, 4), dtype="int64")]
    for doc_pieces in pieces:
        if len(doc_pieces.ids):
            windows.append(cut_document(doc_pieces, room, overlap) + base)
        base += len(doc_pieces.ids)
    return numpy.concatenate(windows)


def _pad(ids: Array, windows: Array, vocabulary: Vocabulary) -> tuple[Array, Array]:
    """Lay windows out as rows of prefix, pieces, suffix, padding."""
    before, after = len(vocabulary.prefix), len(vocabulary.suffix)
    sizes = windows[:, 1] - windows[:, 0]
    rows = numpy.full((len(windows), before + int(sizes.max()) + after), vocabulary.pad)
    rows[:, :before] = vocabulary.prefix
    columns = numpy.arange(rows.shape[1])
    inside = (columns >= before) & (columns < before + sizes[:, None])
    rows[inside] = ids[expand_ranges(windows[:, :2])]
    for i, piece in enumerate(vocabulary.suffix):
        rows[numpy.arange(len(rows)), before + sizes + i] = piece
    return rows, before + sizes + after
