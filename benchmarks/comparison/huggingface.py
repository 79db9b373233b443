"""A plain token classifier of the transformers library, trained as its examples do.

`AutoModelForTokenClassification`: BIO tags on the first wordpiece of each word, AdamW, a rate that
rises and falls linearly, one rate for all weights. Long documents are cut into windows that
overlap, so nothing is truncated; a word is learned and read where it stands furthest from a
window's ends.
"""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
import torch
from spacy.tokens import Doc, Span
from tqdm import tqdm
from transformers import (
    AutoModelForTokenClassification,
    AutoTokenizer,
    get_linear_schedule_with_warmup,
)

from spacy_clinical.docs import set_mentions

WINDOW, OVERLAP, IGNORED = 384, 64, -100


@dataclass(frozen=True)
class Settings:
    """How to train.

    epochs (int): Passes over the documents.
    rate (float): The highest learning rate.
    batch (int): Windows in a step.
    warmup (float): Share of the steps in which the rate rises.
    decay (float): Weight decay.
    bfloat16 (bool): Autocast in training; predictions are in float32.
    """

    epochs: int = 8
    rate: float = 1.5e-4
    batch: int = 2
    warmup: float = 0.1
    decay: float = 0.01
    bfloat16: bool = True


@dataclass(frozen=True)
class Window:
    """Wordpieces that the network sees at once.

    ids (list[int]): Wordpieces, special ones included.
    words (list[tuple[int, int]]): (position, word of the document): the first piece of each word
        that is learned and read here.
    """

    ids: list[int]
    words: list[tuple[int, int]]


def cut(doc: Doc, tokenizer: Any, size: int = WINDOW, overlap: int = OVERLAP) -> list[Window]:
    """Cut a document into windows.

    doc (Doc): The document.
    tokenizer (PreTrainedTokenizerFast): Of the network.
    size, overlap (int): In wordpieces.
    RETURNS (list[Window]): Every word that has wordpieces is in one of them.
    """
    encoded = tokenizer(
        [token.text for token in doc],
        is_split_into_words=True,
        truncation=True,
        max_length=size,
        stride=overlap,
        return_overflowing_tokens=True,
    )
    rows = encoded.encodings
    best: dict[int, tuple[int, int, int]] = {}  # word: distance from an end, window, position
    for i, row in enumerate(rows):
        for position, word in _first_pieces(row):
            near = min(position, len(row.ids) - 1 - position)
            best[word] = max(best.get(word, (-1, 0, 0)), (near, -i, position))
    chosen: list[list[tuple[int, int]]] = [[] for _ in rows]
    for word, (_, i, position) in sorted(best.items()):
        chosen[-i].append((position, word))
    return [Window(row.ids, words) for row, words in zip(rows, chosen, strict=True)]


def _first_pieces(row: Any) -> Iterator[tuple[int, int]]:
    """Position and word of each piece that begins a word: the first one of a window may go on with
    a word that began in the window before."""
    before = None
    for position, word in enumerate(row.word_ids):
        goes_on = before is None and row.offsets[position][0] > 0
        if word is not None and word != before and not goes_on:
            yield position, word
        before = word if word is not None else before


def to_tags(doc: Doc) -> list[str]:
    """RETURNS (list[str]): The BIO tag of each token by `doc.ents`."""
    return [f"{t.ent_iob_}-{t.ent_type_}" if t.ent_iob_ in ("B", "I") else "O" for t in doc]


def from_tags(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """Read mentions off BIO tags; an I that continues nothing begins a mention.

    tags (Sequence[str]): One a word.
    RETURNS (list[tuple[int, int, str]]): First word, one past the last, label.
    """
    found: list[tuple[int, int, str]] = []
    start, label = 0, ""
    for i, tag in enumerate([*tags, "O"]):
        if label and tag != f"I-{label}":
            found.append((start, i, label))
            label = ""
        if tag != "O" and not label:
            start, label = i, tag[2:]
    return found


class Tagger:
    """The network, its tokenizer and its tags.

    encoder (str): A folder or a name for `from_pretrained`.
    labels (Sequence[str]): Of mentions.
    seed (int): Of weights, order and dropout.
    """

    def __init__(self, encoder: str, labels: Sequence[str], seed: int):
        torch.manual_seed(seed)
        self.order = random.Random(seed)
        self.tags = ["O", *(f"{begin}-{label}" for label in labels for begin in "BI")]
        self.tokenizer = AutoTokenizer.from_pretrained(encoder, use_fast=True)
        self.network = AutoModelForTokenClassification.from_pretrained(
            encoder, num_labels=len(self.tags), attention_probs_dropout_prob=0.0
        )

    def learn(self, docs: Sequence[Doc], settings: Settings) -> float:
        """Train.

        docs (Sequence[Doc]): With `doc.ents`.
        settings (Settings): How.
        RETURNS (float): Processor time in seconds.
        """
        rows = [row for doc in docs for row in self._rows(doc)]
        n_steps = settings.epochs * -(-len(rows) // settings.batch)
        optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=settings.rate, weight_decay=settings.decay
        )
        schedule = get_linear_schedule_with_warmup(
            optimizer, int(settings.warmup * n_steps), n_steps
        )
        self.network.train()
        began = time.process_time()
        with tqdm(total=n_steps, unit=" steps", mininterval=30) as progress:
            for _ in range(settings.epochs):
                self.order.shuffle(rows)
                for start in range(0, len(rows), settings.batch):
                    loss = self._step(rows[start : start + settings.batch], settings)
                    torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
                    optimizer.step()
                    schedule.step()
                    optimizer.zero_grad()
                    progress.set_postfix(loss=f"{loss:.3f}", refresh=False)
                    progress.update()
        return time.process_time() - began

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Store what is found on the documents.

        docs (Sequence[Doc]): Changed in place.
        """
        self.network.eval()
        for doc in docs:
            tags = ["O"] * len(doc)
            for window in cut(doc, self.tokenizer):
                with torch.inference_mode():
                    scores = self.network(torch.tensor([window.ids])).logits[0]
                for position, word in window.words:
                    tags[word] = self.tags[int(scores[position].argmax())]
            spans = [Span(doc, start, end, label=label) for start, end, label in from_tags(tags)]
            set_mentions(doc, spans)

    def _rows(self, doc: Doc) -> list[tuple[list[int], list[int]]]:
        """Wordpieces and tag numbers of each window."""
        tags = to_tags(doc)
        rows = []
        for window in cut(doc, self.tokenizer):
            numbers = [IGNORED] * len(window.ids)
            for position, word in window.words:
                numbers[position] = self.tags.index(tags[word])
            rows.append((window.ids, numbers))
        return rows

    def _step(self, rows: Sequence[tuple[list[int], list[int]]], settings: Settings) -> float:
        ids, numbers = ([row[k] for row in rows] for k in (0, 1))
        longest = max(map(len, ids))
        mask = _pad([[1] * len(row) for row in ids], longest, 0)
        pieces = _pad(ids, longest, self.tokenizer.pad_token_id)
        with torch.autocast("cpu", torch.bfloat16, enabled=settings.bfloat16):
            found = self.network(
                input_ids=pieces, attention_mask=mask, labels=_pad(numbers, longest, IGNORED)
            )
        found.loss.backward()
        return float(found.loss.detach())


def _pad(rows: Sequence[list[int]], length: int, value: int) -> torch.Tensor:
    return torch.from_numpy(
        numpy.asarray([row + [value] * (length - len(row)) for row in rows], dtype="int64")
    )
