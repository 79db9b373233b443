"""Train `clinical_concept_rel` on a frozen encoder: every document is encoded once.

    python benchmarks/concept_head.py PIPELINE TRAIN.spacy DEV.spacy [--output FOLDER]
        [--epochs N] [--held-out N] [--vectors FILE.npz] [--end-to-end] [--set NAME=VALUE ...]

PIPELINE has an encoder and an entity component. The head learns from gold mentions and their
identifiers in TRAIN, less the documents held out to look at; it is scored on them and on DEV
given gold mentions, and with `--end-to-end` on the pipeline's own, linked by `clinical_linker` on
the names of TRAIN (as in `linking_end_to_end.py`). `--vectors` keeps the encoder's output for the
next run. `--set` changes the architecture's arguments.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
import spacy
from linking_end_to_end import make_linker, name_facts
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from thinc.api import fix_random_seed

from spacy_clinical.cli.util import print_scores
from spacy_clinical.corpus import read_docs
from spacy_clinical.docs import set_mentions
from spacy_clinical.encoder.batch import CompactBatch
from spacy_clinical.encoder.wordpieces import tokenize
from spacy_clinical.knowledge.build import build_base
from spacy_clinical.optimizers.adamw import make_adamw
from spacy_clinical.optimizers.schedules import make_warmup_cosine
from spacy_clinical.scoring.concepts import score_concepts
from spacy_clinical.scoring.given_gold import copy_gold_mentions

NAME = "clinical_concept_rel"
ARCHITECTURE = "spacy-clinical.ConceptPairClassifier.v1"


def main() -> None:
    """Encode, train, score, save."""
    args = parse_args()
    nlp = spacy.load(args.pipeline)
    nlp.add_pipe("clinical_sentences", first=True)
    settings = {key: json.loads(value) for key, value in (x.split("=") for x in args.set)}
    model = {"@architectures": ARCHITECTURE, **settings}
    last = "doc_cleaner" if nlp.has_pipe("doc_cleaner") else None
    nlp.add_pipe(NAME, before=last, config={"by_name": args.by_name, "model": model})
    train, dev = make_examples(nlp, args.train), make_examples(nlp, args.dev)
    encode(nlp, train + dev, args.vectors)
    random.Random(1).shuffle(train)
    held, fitted = train[: args.held_out], train[args.held_out :]
    learn(nlp, fitted, {"held out": held, "development": dev}, args)
    if args.end_to_end:
        print_scores("End to end", {"development": end_to_end(nlp, dev, fitted + held)})
    if args.output:
        nlp.to_disk(args.output)


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pipeline")
    parser.add_argument("train", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--every", type=int, default=2)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--decay", type=float, default=0.01)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--held-out", type=int, default=100)
    parser.add_argument("--by-name", action="store_true")
    parser.add_argument("--end-to-end", action="store_true")
    parser.add_argument("--set", nargs="*", default=[])
    return parser.parse_args()


def make_examples(nlp: Language, path: Path) -> list[Example]:
    """Gold documents, and the same texts with sentences only."""
    split = nlp.get_pipe("clinical_sentences")
    return [Example(split(nlp.make_doc(gold.text)), gold) for gold in read_docs(path, nlp)]


def encode(nlp: Language, examples: list[Example], file: Path | None) -> None:
    """Put the encoder's vectors on the documents: from a file, if there is one."""
    docs = [eg.predicted for eg in examples]
    encoder: Any = nlp.get_pipe("transformer")
    if file is None or not file.is_file():
        for start in range(0, len(docs), 16):
            batch = docs[start : start + 16]
            encoder.set_annotations(batch, encoder.predict(batch))
        if file is not None:
            arrays = {str(i): doc._.trf_data.vectors for i, doc in enumerate(docs)}
            numpy.savez(file, **{k: v.astype("float16") for k, v in arrays.items()})
        return
    vocabulary, stored = encoder.model.shims[0].vocabulary, numpy.load(file)
    for i, doc in enumerate(docs):
        pieces = tokenize([doc], vocabulary.tokenizer, vocabulary.unk)
        vectors = stored[str(i)].astype("float32")
        assert len(vectors) == len(doc), f"{file} is of other documents"
        doc._.trf_data = CompactBatch.from_pieces(pieces, [vectors]).doc_data[0]


def learn(nlp: Language, fitted: list[Example], parts: dict[str, list[Example]], args: Any) -> None:
    """Train the head on the documents' vectors, and print the scores of the other parts."""
    fix_random_seed(args.seed)
    component: Any = nlp.get_pipe(NAME)
    component.initialize(lambda: fitted, nlp=nlp)
    steps = args.epochs * -(-len(fitted) // args.batch)
    rate = make_warmup_cosine(warmup_steps=30, total_steps=steps, initial_rate=args.rate)
    optimizer = make_adamw(rate, weight_decay=args.decay)
    order = random.Random(args.seed)
    for epoch in range(1, args.epochs + 1):
        losses: dict[str, float] = {}
        order.shuffle(fitted)
        for start in range(0, len(fitted), args.batch):
            component.update(fitted[start : start + args.batch], sgd=optimizer, losses=losses)
            optimizer.step_schedules()
        if epoch % args.every == 0 or epoch == args.epochs:
            title = f"Epoch {epoch}, loss {losses[NAME]:.0f}, {time.process_time():.0f} s"
            given = {name: score_given(nlp, part) for name, part in parts.items() if part}
            print_scores(title, given)


def score_given(nlp: Language, examples: list[Example]) -> dict[str, float]:
    """Relations between concepts given gold mentions, in F1 and at the best of other thresholds."""
    component: Any = nlp.get_pipe(NAME)
    component.cfg["threshold"] = 0.0
    for example in examples:
        copy_gold_mentions(example.reference, example.predicted)
    run(component, [eg.predicted for eg in examples])
    component.cfg["threshold"] = 0.5
    found = [list(get_rows(eg.predicted)) for eg in examples]
    best = max((score_at(examples, found, t / 20)["f"], t / 20) for t in range(2, 19))
    print(f"    best threshold {best[1]:.2f}: F {100 * best[0]:.1f}")
    return score_at(examples, found, 0.5)


def get_rows(doc: Doc) -> Iterator[tuple[str, str, str, float]]:
    """Every pair of concepts with its score."""
    for relation in doc._.concept_relations:
        yield relation.head, relation.tail, relation.label, relation.score


def score_at(examples: list[Example], rows: list[Any], threshold: float) -> dict[str, float]:
    """Scores at another threshold."""
    gold = found = both = 0
    for example, scored in zip(examples, rows, strict=True):
        stated = {(r.head, r.tail, r.label) for r in example.reference._.concept_relations}
        chosen = {row[:3] for row in scored if row[3] >= threshold}
        gold, found, both = gold + len(stated), found + len(chosen), both + len(stated & chosen)
    p, r = both / max(found, 1), both / max(gold, 1)
    return {"p": p, "r": r, "f": 2 * p * r / max(p + r, 1e-9)}


def run(component: Any, docs: list[Doc]) -> None:
    """Run a head; unlike `pipe` it leaves the vectors on the documents."""
    for start in range(0, len(docs), 16):
        batch = docs[start : start + 16]
        component.set_annotations(batch, component.predict(batch))


def end_to_end(nlp: Language, dev: list[Example], train: list[Example]) -> dict[str, float]:
    """Relations between concepts of the mentions that the pipeline finds and the linker links."""
    docs = [eg.predicted for eg in dev]
    for doc in docs:
        set_mentions(doc, list[Span]())
    run(nlp.get_pipe("clinical_ner"), docs)
    with tempfile.TemporaryDirectory() as folder:
        build_base(name_facts([eg.reference for eg in train]), Path(folder) / "kb")
        for _, component in make_linker(Path(folder) / "kb").pipeline:
            docs = [component(doc) for doc in docs]
    run(nlp.get_pipe(NAME), docs)
    return score_concepts([Example(doc, eg.reference) for doc, eg in zip(docs, dev, strict=True)])


if __name__ == "__main__":
    main()
