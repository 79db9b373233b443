"""The encoder as a function of its word embeddings, for the windows that some tokens need."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy
import torch
from spacy.tokens import Doc
from torch import Tensor

from ..encoder.encoder_shim import EncoderShim
from ..encoder.windows import WindowSettings, cut_document
from ..encoder.wordpieces import tokenize

MASKS = ("[MASK]", "<mask>")


class EncoderPath:
    """One document's way through the encoder, as `encode_pieces` takes it.

    shim (EncoderShim): The network and its vocabulary.
    settings (WindowSettings): How documents are cut.
    doc (Doc): The document.
    tokens (tuple[int, int]): The first token whose vector is wanted, and one past the last.
    branch (bool): The vectors are those of the encoder's branch.
    """

    def __init__(
        self,
        shim: EncoderShim,
        settings: WindowSettings,
        doc: Doc,
        tokens: tuple[int, int],
        branch: bool = False,
    ):
        assert shim.vocabulary is not None
        self.shim, self.vocabulary = shim, shim.vocabulary
        self.n_tokens, self.tokens, self.branch = len(doc), tokens, branch
        (self.pieces,) = tokenize([doc], self.vocabulary.tokenizer, self.vocabulary.unk)
        self.bounds = numpy.concatenate([[0], numpy.cumsum(self.pieces.lengths)])
        self.windows = self._needed_windows(settings)

    def embed(self) -> tuple[list[Tensor], list[Tensor]]:
        """Look up the word embeddings.

        RETURNS (tuple[list[Tensor], list[Tensor]]): Of each window and of its baseline, in which
            every wordpiece is masked; shape (length, width).
        """
        layer = self.shim._model.get_input_embeddings()
        with torch.no_grad():
            rows = [self._ids(window) for window in self.windows]
            return [layer(ids) for ids in rows], [layer(self._mask(ids)) for ids in rows]

    def vectors(self, points: list[Tensor]) -> Tensor:
        """Encode.

        points (list[Tensor]): Word embeddings of each window, shape (n_points, length, width).
        RETURNS (Tensor): Token vectors, shape (n_points, n_tokens, width); zeros outside `tokens`.
        """
        parts = []
        for window, embedded in zip(self.windows, points, strict=True):
            start, _, read_from, read_to = window
            first = len(self.vocabulary.prefix) + read_from - start
            hidden = self._run(self._ids(window), embedded)
            parts.append(hidden[:, first : first + read_to - read_from])
        return self._pool(torch.cat(parts, dim=1))

    def to_tokens(self, values: list[Tensor]) -> Any:
        """Add up what belongs to each token.

        values (list[Tensor]): Attributions of each window's embeddings, shape (length, width).
        RETURNS (Array): Shape (n_tokens,). A wordpiece that tokens share is split evenly.
        """
        of_pieces = numpy.zeros(len(self.pieces.ids))
        before = len(self.vocabulary.prefix)
        for (start, end, _, _), value in zip(self.windows, values, strict=True):
            sums = value.sum(dim=1).cpu().numpy()
            of_pieces[start:end] += sums[before : before + end - start]
        shared = numpy.bincount(self.pieces.align, minlength=len(of_pieces))
        owner = numpy.repeat(numpy.arange(self.n_tokens), self.pieces.lengths)
        share = (of_pieces / numpy.maximum(shared, 1))[self.pieces.align]
        return numpy.bincount(owner, weights=share, minlength=self.n_tokens)

    def _needed_windows(self, settings: WindowSettings) -> list[tuple[int, int, int, int]]:
        special = len(self.vocabulary.prefix) + len(self.vocabulary.suffix)
        room = min(settings.window, self.vocabulary.max_length) - special
        windows = cut_document(self.pieces, room, min(settings.overlap, room // 2))
        wanted = self._wanted()
        return [
            (int(s), int(e), int(f), int(t))
            for s, e, f, t in windows.tolist()
            if len(wanted) and f <= wanted.max() and t > wanted.min()
        ]

    def _wanted(self) -> Any:
        start, end = (self.bounds[token] for token in self.tokens)
        return self.pieces.align[start:end]

    def _ids(self, window: tuple[int, int, int, int]) -> Tensor:
        ids = self.pieces.ids[window[0] : window[1]].tolist()
        row = [*self.vocabulary.prefix, *ids, *self.vocabulary.suffix]
        return torch.tensor(row, device=self.shim.device)

    def _mask(self, ids: Tensor) -> Tensor:
        known = (self.vocabulary.tokenizer.token_to_id(name) for name in MASKS)
        mask = next((number for number in known if number is not None), self.vocabulary.pad)
        masked = torch.full_like(ids, mask)
        before, after = len(self.vocabulary.prefix), len(self.vocabulary.suffix)
        masked[:before] = ids[:before]
        masked[len(ids) - after :] = ids[len(ids) - after :]
        return masked

    def _run(self, ids: Tensor, embedded: Tensor) -> Tensor:
        network = self.shim._model
        rows = ids.expand(len(embedded), -1)
        with _replaced(network.get_input_embeddings(), embedded), _evaluated(network):
            output = network(input_ids=rows, attention_mask=torch.ones_like(rows))
        width = self.shim.width
        found: Tensor = output.last_hidden_state
        return found[..., -width:] if self.branch else found[..., :width]

    def _pool(self, pieces: Tensor) -> Tensor:
        """Mean of each wanted token's pieces."""
        (start, end), first = self.tokens, self.windows[0][2]
        lengths = self.pieces.lengths[start:end]
        align = self.pieces.align[self.bounds[start] : self.bounds[end]] - first
        owner = numpy.repeat(numpy.arange(start, end), lengths)
        found = pieces.new_zeros(len(pieces), self.n_tokens, pieces.shape[2])
        rows = pieces[:, torch.from_numpy(align.astype("int64"))]
        found = found.index_add(1, torch.from_numpy(owner).to(pieces.device), rows)
        counts = torch.from_numpy(numpy.maximum(self.pieces.lengths, 1)).to(pieces)
        return found / counts[None, :, None]


@contextmanager
def _replaced(layer: torch.nn.Module, output: Tensor) -> Iterator[None]:
    """Let a layer give this in place of what it finds."""
    handle = layer.register_forward_hook(lambda *_: output)
    try:
        yield
    finally:
        handle.remove()


@contextmanager
def _evaluated(network: torch.nn.Module) -> Iterator[None]:
    """Without dropout; afterwards as it was."""
    before = network.training
    network.eval()
    try:
        yield
    finally:
        network.train(before)
