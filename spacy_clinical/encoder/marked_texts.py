"""The encoder over texts with markers beside them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy
import torch

from ..errors import EncoderError, Errors
from .encoder_shim import EncoderShim
from .marker_packing import Pack, Rows, lay_out
from .precision import use_bfloat16
from .windows import batch_windows

# What the network must let one say apart: vectors, positions, and who sees whom.
ARCHITECTURES = ("bert",)


def check_architecture(shim: EncoderShim) -> None:
    """Raise EncoderError for a network whose positions can't be set one by one.

    shim (EncoderShim): With its network.
    """
    kind = shim._model.config.model_type
    if kind not in ARCHITECTURES:
        raise EncoderError(Errors.SC221.format(kind=kind, known=", ".join(ARCHITECTURES)))


def encode_marked(
    shim: EncoderShim,
    packs: Sequence[Pack],
    mark: Callable[[int], torch.Tensor],
    max_padded: int,
    *,
    is_train: bool,
) -> torch.Tensor:
    """Read texts with markers beside them, texts of like length together.

    shim (EncoderShim): The network and its vocabulary.
    packs (Sequence[Pack]): One at least, with a pair at least each.
    mark (Callable): Takes the number of a pack, gives its markers, shape (n_pairs, 4, width).
    max_padded (int): Positions in one padded batch at most; one pack may exceed it.
    is_train (bool): Keep what the backward pass needs.
    RETURNS (Tensor): What became of the markers, pack after pack, shape (all pairs, 4, width).
    """
    vocabulary = shim.vocabulary
    assert vocabulary is not None
    shim._model.train(is_train)
    lengths = numpy.asarray([pack.length for pack in packs])
    special = len(vocabulary.prefix) + len(vocabulary.suffix)
    states, order = [], []
    for batch in batch_windows(lengths + special, max_padded):
        chosen = [packs[i] for i in batch]
        rows = lay_out(chosen, vocabulary.prefix, vocabulary.suffix, vocabulary.pad)
        markers = torch.cat([mark(int(i)) for i in batch])
        states.append(_run(shim, rows, markers, is_train))
        order.append(_numbers(packs, batch))
    back = numpy.argsort(numpy.concatenate(order))
    return torch.cat(states)[torch.from_numpy(back).to(shim.device)]


def _numbers(packs: Sequence[Pack], batch: Any) -> Any:
    """The numbers of the pairs in a batch of packs, counted through all packs."""
    ends = numpy.cumsum([len(pack.pairs) for pack in packs])
    return numpy.concatenate([numpy.arange(ends[i] - len(packs[i].pairs), ends[i]) for i in batch])


def _run(shim: EncoderShim, rows: Rows, markers: torch.Tensor, is_train: bool) -> torch.Tensor:
    """One padded batch through the network. Shape (n_pairs, 4, width)."""
    device = shim.device
    precision = shim.train_precision if is_train else shim.precision
    at = torch.from_numpy(rows.rows).to(device), torch.from_numpy(rows.columns).to(device)
    words = shim._model.get_input_embeddings()(torch.from_numpy(rows.ids).to(device))
    vectors = words.new_zeros((len(rows.ids), rows.positions.shape[1], words.shape[2]))
    vectors[:, : words.shape[1]] = words
    vectors = vectors.index_put(at, markers.to(vectors.dtype))
    positions = torch.from_numpy(rows.positions).to(device)
    half = use_bfloat16(precision, device)
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=half):
        output = shim._model(
            inputs_embeds=vectors,
            position_ids=positions,
            token_type_ids=torch.zeros_like(positions),
            attention_mask=torch.from_numpy(rows.visible).to(device).long(),
        )
    return output.last_hidden_state[at].float()
