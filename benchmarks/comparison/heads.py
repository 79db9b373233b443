"""A relation head trained on stored vectors: the encoder stays as it is."""

import random
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.training import Example
from spacy_transformers.layers import TransformerListener
from thinc.api import Adam, fix_random_seed
from tqdm import tqdm

from spacy_clinical.corpus import make_corpus
from spacy_clinical.optimizers.schedules import make_warmup_cosine

RELATES = {"doc._.relations", "doc._.concept_relations"}
RATE, WARMUP, DROPOUT, BATCH = 1e-3, 0.1, 0.1, 4


def find_block(config: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Find the component that relates mentions or concepts.

    config (Mapping[str, Any]): A pipeline's config.
    RETURNS (tuple[str, dict[str, Any]]): Its name and its block.
    """
    for name in config["nlp"]["pipeline"]:
        block = config["components"][name]
        factory = block.get("factory")
        if factory and RELATES & set(Language.get_factory_meta(factory).assigns):
            return name, dict(block)
    raise SystemExit("No component of the config relates anything.")


def train_head(
    nlp: Language, name: str, block: Mapping[str, Any], corpus: Path, *, epochs: int, seed: int
) -> float:
    """Add a head to a pipeline of stored vectors and train it.

    nlp (Language): As `make_pipeline` gives it.
    name (str): Of the head.
    block (Mapping[str, Any]): Its block of `[components]`.
    corpus (Path): The .spacy file to learn from.
    epochs (int): Passes over it.
    seed (int): Of weights, order and dropout.
    RETURNS (float): Processor time in seconds.
    """
    fix_random_seed(seed)
    examples = list(make_corpus(corpus)(nlp))
    for example in examples:
        for _, component in nlp.pipeline:
            example.predicted = component(example.predicted)
    settings = {key: value for key, value in block.items() if key != "factory"}
    head: Any = nlp.add_pipe(block["factory"], name=name, config=settings)
    width = examples[0].predicted._.trf_data.vectors.shape[1]
    listeners = [node for node in head.model.walk() if isinstance(node, TransformerListener)]
    for listener in listeners:
        listener.set_dim("nO", width)
    head.initialize(lambda: examples, nlp=nlp)
    for listener in listeners:
        listener.is_new = False  # so that it reads what the documents hold
    return _learn(head, examples, epochs, random.Random(seed))


def _learn(head: Any, examples: list[Example], epochs: int, order: random.Random) -> float:
    n_steps = epochs * -(-len(examples) // BATCH)
    optimizer = Adam(make_warmup_cosine(RATE, int(WARMUP * n_steps), n_steps))
    began = time.process_time()
    with tqdm(total=n_steps, unit=" steps", mininterval=30) as progress:
        for _ in range(epochs):
            order.shuffle(examples)
            for start in range(0, len(examples), BATCH):
                losses = head.update(
                    examples[start : start + BATCH], drop=DROPOUT, sgd=optimizer, losses={}
                )
                optimizer.step_schedules()
                progress.set_postfix(loss=f"{losses[head.name]:.1f}", refresh=False)
                progress.update()
    return time.process_time() - began
