"""The encoder pass: windows of all documents through the network, each piece read once."""

from collections.abc import Callable
from typing import Any

import numpy
import torch
from thinc.api import torch2xp, xp2torch

from .shim import EncoderShim, Vocabulary
from .windows import WindowSettings, batch_windows, cut_document
from .wordpieces import Array, DocPieces, expand_ranges

Backprop = Callable[[Any], None]


def encode_pieces(
    shim: EncoderShim,
    pieces: list[DocPieces],
    settings: WindowSettings,
    *,
    is_train: bool,
) -> tuple[list[Any], Backprop]:
    """Encode the wordpieces of several documents.

    shim (EncoderShim): The network and its vocabulary.
    pieces (list[DocPieces]): The documents.
    settings (WindowSettings): How to cut and batch them.
    is_train (bool): Keep what the backward pass needs.
    RETURNS (tuple): A float32 array of shape (n_pieces, width) for each document, and a callback
        that takes the gradient of all of them joined, shape (all pieces, width).
    """
    assert shim.vocabulary is not None
    ids = numpy.concatenate([p.ids for p in pieces])
    windows = _all_windows(pieces, shim.vocabulary, settings)
    sizes = [len(p.ids) for p in pieces]
    joined = torch.empty((len(ids), shim.width), device=shim.device)
    kept: list[tuple[torch.Tensor, torch.Tensor]] = []
    for batch in batch_windows(windows[:, 1] - windows[:, 0], settings.max_padded):
        rows, lengths = _pad(ids, windows[batch], shim.vocabulary)
        source, target = _read_positions(windows[batch], rows.shape[1], shim.vocabulary)
        hidden = shim.run(rows, lengths, is_train).flatten(0, 1)[torch.from_numpy(source)]
        joined[torch.from_numpy(target)] = hidden.detach().float()
        if hidden.requires_grad:
            kept.append((hidden, torch.from_numpy(target)))

    def backprop(d_joined: Any) -> None:
        gradient = xp2torch(d_joined, device=shim.device)
        outputs = [hidden for hidden, _ in kept]
        if outputs:
            torch.autograd.backward(outputs, [gradient[t].to(h.dtype) for h, t in kept])
        kept.clear()

    return [torch2xp(part.clone()) for part in joined.split(sizes)], backprop


def _all_windows(
    pieces: list[DocPieces], vocabulary: Vocabulary, settings: WindowSettings
) -> Array:
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


def _read_positions(windows: Array, length: int, vocabulary: Vocabulary) -> tuple[Array, Array]:
    """Where each piece stands in the flattened rows, and which piece of the batch it is."""
    target = expand_ranges(windows[:, 2:])
    starts = windows[:, 2] - windows[:, 0] + len(vocabulary.prefix)
    starts = starts + numpy.arange(len(windows)) * length
    sizes = windows[:, 3] - windows[:, 2]
    source = expand_ranges(numpy.stack([starts, starts + sizes], axis=1))
    return source, target
