"""Masked-language training of an encoder on unlabelled texts, before it learns any task."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import numpy
import torch
from typer import Option

from ..encoder.encoder_shim import EncoderShim
from ..encoder.layer_names import is_frozen
from ..encoder.learning_layers import learning_engine
from ..encoder.vocabulary import Vocabulary
from ..errors import CorpusError, Errors
from ..optimizers.adamw import AdamW
from ..optimizers.network import update_network
from ..optimizers.schedules import make_warmup_cosine
from .batcher import pack
from .masking import NOT_ASKED, Masking, Window
from .pretraining_state import read_state, write_state

Array = numpy.ndarray[Any, Any]
Batch = tuple[Array, Array, Array]
NO_ATTENTION_DROPOUT = {"attention_probs_dropout_prob": 0.0}
BUFFER = 256


@dataclass(frozen=True)
class PretrainSettings:
    """How an encoder goes on learning.

    steps (int): Batches that the encoder learns from.
    head_steps (int): Batches for the new head alone before, so that it doesn't spoil the encoder.
    rate (float): Highest learning rate of the encoder.
    head_rate (float): Highest learning rate of the head.
    warmup (int): Steps of the rate's rise, from which it falls along a cosine.
    size (int): Wordpieces in a batch.
    share (float): Share of the wordpieces that are hidden.
    frozen_layers (int | None): Layers from below that stay as they are, 0 for the embeddings only.
    precision (str): "float32", "bfloat16" or "auto".
    seed (int): Of all draws.
    """

    steps: Annotated[int, Option("--steps", min=1)] = 2000
    head_steps: Annotated[int, Option("--head-steps", min=0)] = 200
    rate: Annotated[float, Option("--rate")] = 1e-4
    head_rate: float = 1e-3
    warmup: Annotated[int, Option("--warmup", min=0)] = 100
    size: Annotated[int, Option("--size", min=1)] = 4096
    share: Annotated[float, Option("--share")] = 0.15
    frozen_layers: Annotated[int | None, Option("--frozen-layers")] = None
    precision: str = "auto"
    seed: Annotated[int, Option("--seed", min=0)] = 0

    def __post_init__(self) -> None:
        numbers = (self.steps, self.head_steps, self.rate, self.head_rate, self.warmup, self.seed)
        if min(numbers) < 0 or self.size < 1 or not 0 < self.share < 1:
            raise CorpusError(Errors.SC420.format(settings=asdict(self)))


class MaskedModel(torch.nn.Module):
    """An encoder under a head that says which wordpieces are hidden.

    The head has a transformation of its own; its last layer is the encoder's input embeddings, as
    in BERT, so it fits encoders whose checkpoints have no head.

    encoder (Module): As `AutoModel` loads it.
    """

    def __init__(self, encoder: Any):
        super().__init__()
        embeddings = encoder.get_input_embeddings()
        self.encoder = encoder
        self.dense = torch.nn.Linear(encoder.config.hidden_size, embeddings.embedding_dim)
        self.norm = torch.nn.LayerNorm(embeddings.embedding_dim)
        self.bias = torch.nn.Parameter(torch.zeros(embeddings.num_embeddings))

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """RETURNS (Tensor): Logits of all wordpieces, for vectors of the encoder."""
        changed = self.norm(torch.nn.functional.gelu(self.dense(hidden)))
        weights = self.encoder.get_input_embeddings().weight
        return torch.nn.functional.linear(changed, weights, self.bias)


class Pretraining:
    """A training that can go on where it was killed: a step depends on its number alone.

    source (str): The encoder, as `EncoderWeights.locate` returns it.
    windows (list[Window]): What is learned from.
    settings (PretrainSettings): How.
    before (float | None): See `measure_before`; kept in checkpoints.
    """

    def __init__(self, source: str, windows: Sequence[Window], settings: PretrainSettings):
        self.settings, self.windows = settings, windows
        self.step = 0
        self.before: float | None = None
        torch.manual_seed(settings.seed)
        shim = EncoderShim(frozen_layers=settings.frozen_layers)
        shim.load(source, NO_ATTENTION_DROPOUT)
        assert shim.vocabulary is not None
        self.vocabulary: Vocabulary = shim.vocabulary
        self.model = MaskedModel(shim._model).to(shim.device)
        self.engine = learning_engine(self.model.encoder, settings.precision)
        self.masking = Masking(settings.share, _mask_piece(source), _n_pieces(self.model))
        schedule = make_warmup_cosine(1.0, settings.warmup, settings.steps)
        self.factors = list(islice(schedule, settings.steps))
        self.optimizer = AdamW(1.0, weight_decay=0.01, grad_clip=1.0)

    @property
    def total(self) -> int:
        """RETURNS (int): Steps of the head alone and of the whole."""
        return self.settings.head_steps + self.settings.steps

    def run(self) -> Iterator[float]:
        """Go on to the end.

        YIELDS (float): The mean loss of each step, after it.
        """
        for number, batch in self._batches():
            if number >= self.step:
                yield self._learn(batch)
            if self.step >= self.total:
                return

    def perplexity(self, windows: Sequence[Window]) -> float:
        """Measure how surprising hidden pieces are; always the same ones are hidden.

        windows (Sequence[Window]): Of texts that aren't learned from.
        RETURNS (float): exp of the mean loss.
        """
        total, count = 0.0, 0
        self._set_mode(training=False)
        with torch.no_grad():
            for i, group in enumerate(self._groups(windows, numpy.arange(len(windows)))):
                randomness = numpy.random.default_rng([1, i])
                loss, n = self._loss(self._fill(group, windows, randomness))
                total, count = total + float(loss), count + n
        return math.exp(min(total / max(1, count), 700.0))

    def _set_mode(self, *, training: bool) -> None:
        self.model.train(training)
        self.engine.network.train(training)  # another module of the same parameters

    def measure_before(self, windows: Sequence[Window]) -> None:
        """Keep the perplexity in `before` once: when the head has been fitted to the encoder as it
        came.

        windows (Sequence[Window]): As for `perplexity`.
        """
        if self.before is None and self.step >= self.settings.head_steps:
            self.before = self.perplexity(windows)

    def save_state(self, folder: Path) -> None:
        """Write a folder from which `load_state` goes on. It holds no text.

        folder (Path): Replaced when the new one is complete.
        """
        write_state(folder, self.model, self.optimizer, self._facts())

    def load_state(self, folder: Path) -> None:
        """Go on from what `save_state` wrote for the same texts and settings.

        folder (Path): As it was written.
        """
        found = read_state(folder, self.model, self.optimizer, self._facts())
        self.step, self.before = found["step"], found["before"]

    def _facts(self) -> dict[str, Any]:
        pieces = sum(len(window.ids) for window in self.windows)
        sums = sum(int(window.ids.sum()) for window in self.windows)
        given = {"windows": len(self.windows), "pieces": pieces, "sum": sums}
        progress = {"step": self.step, "before": self.before}
        return {**progress, "settings": asdict(self.settings), "texts": given}

    def _learn(self, batch: Batch) -> float:
        only_head = self.step < self.settings.head_steps
        for name, parameter in self.model.encoder.named_parameters():
            kept = only_head or is_frozen(name, self.settings.frozen_layers)
            parameter.requires_grad_(not kept)
        torch.manual_seed(self.settings.seed * self.total + self.step)
        self._set_mode(training=True)
        loss, count = self._loss(batch)
        (loss / max(1, count)).backward()
        self._update()
        self.step += 1
        return float(loss.detach()) / max(1, count)

    def _update(self) -> None:
        done = self.step - self.settings.head_steps
        factor = 1.0 if done < 0 else self.factors[done]
        rates = self.settings.head_rate * factor, self.settings.rate * factor
        update_network(self.model, 0, self.optimizer, lambda n: rates[n.startswith("encoder.")])
        self.optimizer.step()

    def _loss(self, batch: Batch) -> tuple[torch.Tensor, int]:
        """The summed loss and the number of pieces that are asked for."""
        ids, lengths, truth = batch
        rows = numpy.flatnonzero(truth.reshape(-1) != NOT_ASKED)
        hidden = self.engine.forward(ids, lengths)
        flat = hidden.reshape(-1, hidden.shape[-1]).to(self.model.bias.dtype)
        asked = flat[torch.from_numpy(rows).to(flat.device)]
        gold = torch.from_numpy(truth.reshape(-1)[rows]).to(flat.device)
        loss = torch.nn.functional.cross_entropy(self.model(asked), gold, reduction="sum")
        return loss, len(rows)

    def _batches(self) -> Iterator[tuple[int, Batch]]:
        """Numbered batches without end; those that are done are not filled."""
        number = 0
        for epoch in range(self.total + 1):
            order = numpy.random.default_rng([self.settings.seed, epoch])
            for group in self._groups(self.windows, order.permutation(len(self.windows)), order):
                if number >= self.step:
                    randomness = numpy.random.default_rng([self.settings.seed, epoch, number])
                    yield number, self._fill(group, self.windows, randomness)
                number += 1

    def _groups(
        self, windows: Sequence[Window], order: Array, shuffle: numpy.random.Generator | None = None
    ) -> Iterator[list[int]]:
        """Windows of like length, `BUFFER` at a time."""
        for start in range(0, len(order), BUFFER):
            part = order[start : start + BUFFER].tolist()
            groups = list(pack(part, [len(windows[i].ids) for i in part], self.settings.size))
            if shuffle is not None:
                shuffle.shuffle(groups)  # type: ignore[arg-type]
            yield from groups

    def _fill(
        self, group: list[int], windows: Sequence[Window], randomness: numpy.random.Generator
    ) -> Batch:
        """Ids with special and padding pieces, lengths, and what is asked for."""
        prefix, suffix = self.vocabulary.prefix, self.vocabulary.suffix
        hidden = [self.masking.hide(windows[i], randomness) for i in group]
        lengths = numpy.asarray([len(prefix) + len(ids) + len(suffix) for ids, _ in hidden])
        padded = numpy.full((len(group), lengths.max()), self.vocabulary.pad, dtype="int64")
        truth = numpy.full_like(padded, NOT_ASKED)
        for row, (ids, asked) in enumerate(hidden):
            padded[row, : lengths[row]] = [*prefix, *ids.tolist(), *suffix]
            truth[row, len(prefix) : len(prefix) + len(ids)] = asked
        return padded, lengths, truth


def _mask_piece(source: str) -> int:
    from transformers import AutoTokenizer

    found = AutoTokenizer.from_pretrained(source).mask_token_id
    if found is None:
        raise CorpusError(Errors.SC421.format(source=source))
    return int(found)


def _n_pieces(model: MaskedModel) -> int:
    return int(model.encoder.get_input_embeddings().num_embeddings)
