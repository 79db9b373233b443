"""Train `clinical_concept_rel` on a frozen encoder: every document is encoded once.

    python benchmarks/concept_head.py PIPELINE TRAIN.spacy DEV.spacy [--output FOLDER]
        [--epochs N] [--held-out N] [--vectors FILE.npz] [--end-to-end] [--set NAME=VALUE ...]

PIPELINE has an encoder and an entity component. The head learns from gold mentions and their
identifiers in TRAIN, less the documents held out to choose the threshold on (with `--held-out 0`,
where the encoder has seen relations of TRAIN, on the first `--choose-on` documents of DEV); it is
scored on them and on DEV given gold mentions. With `--end-to-end` it is scored on predicted
mentions too, linked by `clinical_linker` on the names of TRAIN (as in `linking_end_to_end.py`). A
PIPELINE that has the head is only scored. `--vectors` keeps the encoder's output for the next run,
`--set` changes the architecture's arguments.
"""

import argparse
import json
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy
import spacy
from linking_end_to_end import make_linker, name_facts
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from thinc.api import fix_random_seed

from spacy_clinical.cli.util import print_results
from spacy_clinical.corpus import read_docs
from spacy_clinical.docs import get_concept_relations, set_mentions
from spacy_clinical.encoder.encoder_output import CompactBatch
from spacy_clinical.encoder.wordpieces import tokenize
from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.optimizers.adamw import make_adamw
from spacy_clinical.optimizers.schedules import make_warmup_cosine
from spacy_clinical.result_tables import score_table
from spacy_clinical.scoring.concept_relation_scores import read_gold_concepts, score_concepts
from spacy_clinical.scoring.relations_given_gold import copy_gold_mentions

NAME = "clinical_concept_rel"
ARCHITECTURE = "spacy-clinical.ConceptPairClassifier.v1"


def main() -> None:
    """Encode, train, score, save."""
    args = parse_args()
    nlp = spacy.load(args.pipeline)
    is_trained = nlp.has_pipe(NAME)
    if not is_trained:
        add_components(nlp, args)
    train, dev = make_examples(nlp, args.train), make_examples(nlp, args.dev)
    encode(nlp, train + dev, args.vectors)
    first, rest = dev[: args.choose_on], dev[args.choose_on :]
    random.Random(1).shuffle(train)
    held, fitted = train[: args.held_out], train[args.held_out :]
    if not is_trained:
        learn(nlp, fitted, args)
    chosen = score_given(nlp, held or first, args.threshold)
    for part in (dev, rest) if first else (dev,):
        score_given(nlp, part, chosen)
    if args.end_to_end:
        print_results(
            [score_table("End to end", {"development": end_to_end(nlp, dev, fitted + held)})]
        )
    if args.output:
        nlp.to_disk(args.output)


def add_components(nlp: Language, args: argparse.Namespace) -> None:
    """Put sentences before the encoder, and the new head last."""
    nlp.add_pipe("clinical_sentences", first=True)
    settings = {key: json.loads(value) for key, value in (x.split("=") for x in args.set)}
    model = {"@architectures": ARCHITECTURE, **settings}
    config = {"by_name": args.by_name, "max_links": args.links, "model": model}
    nlp.add_pipe(NAME, config=config)


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pipeline")
    parser.add_argument("train", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--links", type=int, default=8)
    parser.add_argument("--threshold", type=float)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--decay", type=float, default=0.01)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--held-out", type=int, default=100)
    parser.add_argument("--choose-on", type=int, default=0)
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


def learn(nlp: Language, fitted: list[Example], args: argparse.Namespace) -> None:
    """Train the head on the documents' vectors."""
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
        print(f"epoch {epoch}: loss {losses[NAME]:.0f}, {time.process_time():.0f} s", flush=True)


def score_given(nlp: Language, examples: list[Example], threshold: float | None) -> float:
    """Print the scores given gold mentions; give the threshold, the best one if there was none."""
    component: Any = nlp.get_pipe(NAME)
    component.cfg["threshold"] = 0.0
    for example in examples:
        copy_gold_mentions(example.reference, example.predicted)
    run(component, [eg.predicted for eg in examples])
    grid = [step / 20 for step in range(1, 20)] if threshold is None else [threshold]
    scores = {t: score_at(examples, t) for t in grid}
    best = max(scores, key=lambda t: scores[t]["f"])
    rows = {f"threshold {t:.2f}": scores[t] for t in dict.fromkeys((best, *(grid[9:10])))}
    print_results([score_table(f"Given gold mentions, {len(examples)} documents", rows)])
    component.cfg["threshold"] = best
    return best


def score_at(examples: list[Example], threshold: float) -> dict[str, float]:
    """Scores of the relations that reach a threshold."""
    gold = found = both = 0
    for example in examples:
        stated = read_gold_concepts(example.reference)
        chosen = {
            (row.head, row.tail, row.label)
            for row in get_concept_relations(example.predicted)
            if row.score is not None and row.score >= threshold
        }
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
        build_from_facts(name_facts([eg.reference for eg in train]), Path(folder) / "kb")
        for _, component in make_linker(Path(folder) / "kb").pipeline:
            docs = [component(doc) for doc in docs]
    run(nlp.get_pipe(NAME), docs)
    return score_concepts([Example(doc, eg.reference) for doc, eg in zip(docs, dev, strict=True)])


if __name__ == "__main__":
    main()
