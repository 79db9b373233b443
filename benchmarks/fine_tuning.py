"""A trained pipeline learns a new label from a corpus that annotates nothing else: what is kept of
the old ones, and how well the new one is learned.

    python benchmarks/fine_tuning.py MODEL --train new_train.spacy --dev new_dev.spacy \
        --old old_dev.spacy --label GENE --way completed

`completed` is what `init-config --from` writes: the old pipeline's findings in the new texts are
added. `naive` takes the corpus as it is, `masked` tells training what the corpus annotates, and
`before` trains nothing.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training.initialize import init_nlp
from spacy.util import load_config, registry, resolve_dot_names

from spacy_clinical.corpus import read_docs
from spacy_clinical.docs import Mention, get_lost, get_mentions, to_doc, to_record
from spacy_clinical.training.config_options import Wishes
from spacy_clinical.training.config_writing import write_recipe
from spacy_clinical.training.fine_tune_config import make_fine_tuning

READERS = {
    "completed": None,
    "naive": {"@readers": "spacy-clinical.Corpus.v1", "path": "${paths.train}", "shuffle": True},
    "masked": {
        "@readers": "spacy-clinical.MixedCorpus.v1",
        "shuffle": True,
        "parts": {"new": {"@misc": "spacy-clinical.CorpusPart.v1", "path": "${paths.train}"}},
    },
}


def only(path: Path, label: str, count: int, folder: Path) -> Path:
    """Store the first documents of a corpus with the mentions of one label."""
    nlp = spacy.blank("en")
    store = DocBin()
    for _, doc in zip(range(count), read_docs(path, nlp), strict=False):
        record = to_record(doc)
        kept = tuple(entity for entity in record.entities if entity.label == label)
        bare = record.__class__(record.id, record.text, kept)
        store.add(to_doc(bare, nlp.make_doc))
    target = folder / path.name
    store.to_disk(target)
    return target


def f1(nlp: Language, golds: Iterable[Doc], labels: Iterable[str]) -> dict[str, float]:
    """Strict F1 of each label, in percent."""
    known = list(golds)
    counts = {label: [0, 0, 0] for label in labels}
    for gold, doc in zip(known, nlp.pipe(gold.text for gold in known), strict=True):
        truth: set[Mention] = {*get_mentions(gold), *get_lost(gold).mentions}
        found = set(get_mentions(doc))
        for label, row in counts.items():
            sets = [{m for m in own if m.label == label} for own in (truth & found, found, truth)]
            row[:] = [n + len(own) for n, own in zip(row, sets, strict=True)]
    return {x: round(200 * tp / max(1, p + g), 2) for x, (tp, p, g) in counts.items()}


def train(nlp: Language, seed: int) -> int:
    """All steps of the config, without evaluations."""
    settings = registry.resolve(nlp.config.interpolate()["training"])
    (corpus,) = resolve_dot_names(nlp.config.interpolate(), [settings["train_corpus"]])
    random.seed(seed)
    steps = 0
    for _ in range(settings["max_epochs"]):
        for batch in settings["batcher"](corpus(nlp)):
            nlp.update(batch, sgd=settings["optimizer"], drop=settings["dropout"], losses={})
            settings["optimizer"].step_schedules()
            steps += 1
    return steps


def fine_tune(args: Any, folder: Path) -> tuple[Language, int]:
    path = only(args.train, args.label, args.docs, folder)
    found, recipe = make_fine_tuning(path, args.model, Wishes())
    names = ["transformer", "clinical_ner"]
    recipe.values |= {"pipeline": names, "annotating": [], "score_weights": {"ents_f": 1.0}}
    if args.batch:
        recipe.values["batch"] = args.batch
        recipe.values["steps_an_epoch"] = -(-sum(found.sizes) // args.batch)
    if args.epochs:
        steps = recipe.values["steps_an_epoch"] * args.epochs
        recipe.values |= {"epochs": args.epochs, "total_steps": steps, "warmup_steps": steps // 15}
    write_recipe(folder / "my.cfg", "fine_tuning.cfg", path, None, found, recipe)
    config = load_config(folder / "my.cfg", interpolate=False)
    reader = READERS[args.way]
    if reader is not None:
        config["corpora"]["train"] = reader
    if args.way == "masked":
        config["corpora"]["train"]["parts"]["new"]["labels"] = [args.label]
    if args.rate:
        config["training"]["optimizer"]["learn_rate"]["initial_rate"] = args.rate
    config["paths"]["dev"] = str(path)
    nlp = init_nlp(config)
    return nlp, train(nlp, args.seed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    for name in ("--train", "--dev", "--old"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--label", required=True)
    parser.add_argument("--way", choices=["before", *READERS], default="completed")
    parser.add_argument("--docs", type=int, default=60)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--rate", type=float)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        new = only(args.dev, args.label, args.docs, folder)
        nlp, steps = spacy.load(args.model, exclude=["clinical_rel"]), 0
        old = [label for label in nlp.get_pipe("clinical_ner").labels if label != args.label]  # type: ignore[attr-defined]
        if args.way != "before":
            nlp, steps = fine_tune(args, folder)
        golds = list(read_docs(args.old, nlp))[: args.docs]
        row = {
            "way": args.way,
            "steps": steps,
            "old": f1(nlp, golds, old),
            "new": f1(nlp, read_docs(new, nlp), [args.label]),
            "seconds": round(time.process_time() - begun, 1),
        }
    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
