"""How `clinical_ner`'s architectures do on mentions that share tokens: heads alone, one encoder.

    python benchmarks/ner_schemes.py MODEL TRAIN.spacy DEV.spacy TEST.spacy

The encoder of MODEL stays as it is and each document is encoded once, so a head takes a minute or
two and differs from the next in nothing else. Strict scores on all gold mentions of the test part,
and how many of those that share a character with another are found. Where labels are decided
apart, with the threshold 0.5, and with the one that suits the development part best.
"""

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import Model, fix_random_seed

from spacy_clinical.cli.util import print_results
from spacy_clinical.corpus import make_corpus
from spacy_clinical.docs import Mention
from spacy_clinical.encoder.pooling import token_vectors
from spacy_clinical.optimizers.adamw import make_adamw
from spacy_clinical.optimizers.schedules import make_warmup_cosine
from spacy_clinical.result_tables import Table
from spacy_clinical.scoring.entity_scores import read_gold_mentions, read_mentions, score_entities

STORED = "benchmark.StoredVectors.v1"
WIDTH = 384
HEADS: dict[str, dict[str, Any]] = {
    "flat": {"@architectures": "spacy-clinical.TokenClassifier.v1"},
    "multilabel": {"@architectures": "spacy-clinical.MultiLabelTokenClassifier.v1"},
    "band": {"@architectures": "spacy-clinical.BandSpanClassifier.v1"},
}
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)


@spacy.registry.architectures(STORED)
def build_stored() -> Model[list[Doc], list[Any]]:
    """Vectors that were laid beside the document before."""
    return Model(
        "stored",
        lambda model, docs, is_train: ([d.user_data["vectors"] for d in docs], lambda grads: docs),
        dims={"nO": WIDTH},
    )


def encode(nlp: Language, path: Path) -> list[Example]:
    """Examples whose predicted documents carry their vectors."""
    transformer: Any = nlp.get_pipe("transformer")
    examples = list(make_corpus(path)(nlp))
    for example in examples:
        doc = example.predicted
        transformer.set_annotations([doc], transformer.predict([doc]))
        doc.user_data["vectors"] = token_vectors(transformer.model.ops, doc._.trf_data)
        doc._.trf_data = None
    return examples


def make_pipeline(vocab: Any, head: str, hidden: int) -> Language:
    """A pipeline of the head alone."""
    nlp = spacy.blank("en", vocab=vocab)
    inner = {"hidden": hidden} if hidden and head != "band" else {}
    model = {**HEADS[head], **inner, "tok2vec": {"@architectures": STORED}}
    nlp.add_pipe("clinical_ner", config={"model": model, "annotate_in_update": False})
    return nlp


def train(nlp: Language, examples: list[Example], epochs: int, rate: float) -> None:
    """A document a step."""
    nlp.initialize(lambda: examples)
    steps = epochs * len(examples)
    optimizer = make_adamw(make_warmup_cosine(rate, steps // 10, steps))
    order = list(examples)
    for _ in range(epochs):
        random.shuffle(order)
        for example in order:
            nlp.update([example], sgd=optimizer, drop=0.1)
            optimizer.step_schedules()


def predict(nlp: Language, examples: list[Example]) -> list[Example]:
    """Annotate the documents that carry vectors."""
    ner: Any = nlp.get_pipe("clinical_ner")
    for example in examples:
        ner.set_annotations([example.predicted], ner.predict([example.predicted]))
    return examples


def recall_of_overlapping(examples: list[Example]) -> tuple[int, int]:
    """Found and all gold mentions that share a character with another."""
    found = total = 0
    for example in examples:
        gold = read_gold_mentions(example.reference) or set()
        shared = {m for m in gold if any(_overlap(m, other) for other in gold - {m})}
        total += len(shared)
        found += len(shared & read_mentions(example.predicted))
    return found, total


def _overlap(one: Mention, other: Mention) -> bool:
    pairs = ((a, b) for a in one.fragments for b in other.fragments)
    return any(a[0] < b[1] and b[0] < a[1] for a, b in pairs)


def set_threshold(nlp: Language, value: float) -> None:
    """Ask for a probability: of spans, or of tags against O."""
    ner: Any = nlp.get_pipe("clinical_ner")
    if ner.model.attrs["scheme"] == "band":
        ner.cfg["threshold"] = value
    else:
        ner.model.attrs["cut"] = value


def choose(nlp: Language, dev: list[Example]) -> float:
    """The threshold with the best strict F1."""
    scores = {}
    for threshold in THRESHOLDS:
        set_threshold(nlp, threshold)
        scores[threshold] = score_entities(predict(nlp, dev))["ents_f"]
    return max(scores, key=lambda threshold: scores[threshold])


def rows(options: argparse.Namespace) -> Iterator[tuple[Any, ...]]:
    """One line a head and threshold."""
    encoder = spacy.load(options.model)
    tokenizer = spacy.registry.tokenizers.get("spacy-clinical.Tokenizer.v1")()
    encoder.tokenizer = tokenizer(encoder)
    learned, dev, test = (encode(encoder, p) for p in (options.train, options.dev, options.test))
    for head in options.heads:
        fix_random_seed(options.seed)
        started = time.process_time()
        nlp = make_pipeline(encoder.vocab, head, options.hidden)
        train(nlp, learned, options.epochs, options.rate)
        seconds = time.process_time() - started
        for threshold in [0.5] if head == "flat" else [0.5, choose(nlp, dev)]:
            set_threshold(nlp, threshold)
            scores = score_entities(predict(nlp, test))
            strict = [f"{100 * scores[f'ents_{name}']:.2f}" for name in "prf"]
            found, total = recall_of_overlapping(test)
            asked = "-" if head == "flat" else threshold
            yield head, asked, *strict, f"{found} of {total}", f"{seconds:.0f}"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="a pipeline with an encoder")
    for name in ("train", "dev", "test"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--heads", nargs="*", choices=[*HEADS], default=[*HEADS])
    parser.add_argument("--hidden", type=int, default=0, help="a layer before the tags' scores")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    header = ("head", "threshold", "P", "R", "F1", "overlapping found", "seconds")
    found = []
    for row in rows(parser.parse_args()):
        print(*row, flush=True)
        found.append(row)
    print_results([Table("Heads on a fixed encoder", header, found)])


if __name__ == "__main__":
    main()
