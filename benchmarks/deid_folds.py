"""Identifiers of GraSCCo by folds: every letter scored by a head that has not learned from it.

    python benchmarks/deid_folds.py GRASCCO.jsonl --meddocan FOLDER --folds 4

A base on the multilingual encoder (configs/deid_multilingual.cfg) learns from MEDDOCAN's training
part and generated notes; for each fold it goes on with the letters of the other folds and generated
notes. Letter N is in fold N modulo the number of folds. What was found in all letters is then
scored together: the German rules, the heads, and both, at each threshold. A training that was
killed goes on.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import spacy
from comparison.training import train
from deid import COLUMNS, Corpus, ours, rule_pipeline, score, shown
from spacy.util import load_config

from spacy_clinical.corpus.corpus_conversion import convert
from spacy_clinical.corpus.corpus_files import read_records
from spacy_clinical.deid import Policy
from spacy_clinical.formats.jsonl import write_jsonl
from spacy_clinical.records import Record
from spacy_clinical.scoring.leak_scores import Extent
from spacy_clinical.tokenizer import make_tokenizer

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "assets" / "deid"))

from build import say_known, thin  # noqa: E402
from generator import generate  # noqa: E402
from prepare import read_relabelled  # noqa: E402

CONFIG = ROOT / "configs" / "deid_multilingual.cfg"
REHEARSED = 4  # of the base's pieces, one in so many is seen again in each fold


def main() -> None:
    """The command line."""
    options = read_options()
    records = list(read_records(options.grascco))
    known = base_notes(options)
    base = learn(options, "base", known, None, options.steps)
    found: dict[str, list[list[Extent]]] = {}
    order: list[Record] = []
    for fold in range(options.folds):
        scored = records[fold :: options.folds]
        nlp = spacy.load(learn_fold(options, fold, known, base))
        order += scored
        for name, extents in systems(nlp, scored, options.thresholds):
            found.setdefault(name, []).extend(extents)
    print_scores(order, found)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("grascco", type=Path)
    parser.add_argument("--meddocan", type=Path, required=True)
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=1000, help="batches of the base")
    parser.add_argument("--fold-steps", type=int, default=300, help="batches of each fold")
    parser.add_argument("--thresholds", type=float, nargs="*", default=[0.5, 0.1])
    parser.add_argument("--work", type=Path, default=Path("training/deid_folds"))
    return parser.parse_args()


def base_notes(options: argparse.Namespace) -> list[Record]:
    """MEDDOCAN's pieces and generated notes, each with the labels that its corpus knows."""
    spanish = [say_known(record, "meddocan") for record in read_relabelled(options.meddocan)]
    made = [say_known(record, "generated") for record in generate(300, 0, [])]
    return [*thin(spanish), *made]


def learn_fold(options: argparse.Namespace, fold: int, known: list[Record], base: Path) -> Path:
    """The pipeline of a fold: it learns from the letters of the others."""
    letters = [say_known(record, "grascco") for record in read_relabelled(options.grascco)]
    taught = [one for n, one in enumerate(letters) if n % options.folds != fold]
    notes = [*thin(taught) * 3, *known[::REHEARSED]]
    return learn(options, f"fold-{fold}", notes, base, options.fold_steps)


def learn(
    options: argparse.Namespace, name: str, notes: list[Record], base: Path | None, steps: int
) -> Path:
    """A pipeline trained on notes, from a base where one is given."""
    folder = options.work / name
    folder.mkdir(parents=True, exist_ok=True)
    nlp = spacy.blank("xx")
    nlp.tokenizer = make_tokenizer()(nlp)
    for part, chosen in (("train", notes), ("dev", notes[:5])):
        write_jsonl(chosen, folder / f"{part}.jsonl")
        convert(folder / f"{part}.jsonl", folder / f"{part}.spacy", nlp)
    config = load_config(CONFIG, interpolate=False)
    if base is not None:
        parts = ("transformer", "clinical_deid")
        config["components"] = {part: {"source": str(base)} for part in parts}
    config.to_disk(folder / "config.cfg")
    return train(folder / "config.cfg", folder / "model", settings(folder, steps), code=None)


def settings(folder: Path, steps: int) -> dict[str, Any]:
    """Dotted names of the config to values."""
    return {
        "paths.train": folder / "train.spacy",
        "paths.dev": folder / "dev.spacy",
        "training.max_steps": steps,
        "training.eval_frequency": steps,
        "training.optimizer.average_steps": steps // 10,
        "training.optimizer.learn_rate.total_steps": steps,
        "training.optimizer.learn_rate.warmup_steps": steps // 15,
    }


def systems(
    nlp: Any, records: list[Record], thresholds: list[float]
) -> Iterator[tuple[str, list[list[Extent]]]]:
    """What rules, head and both find in the letters of a fold."""
    corpus = Corpus("grascco", records, Policy.load("mask"), "de", False)
    rules = rule_pipeline("de")
    yield "rules", ours(rules, corpus)[0]
    head = nlp.get_pipe("clinical_deid")
    for threshold in thresholds:
        head.cfg["threshold"] = threshold
        for name, chosen in (("head", None), ("head + rules", own_rules(rules))):
            head.finder.rules = chosen
            yield f"{name} at {threshold}", ours(nlp, corpus)[0]


def own_rules(nlp: Any) -> Any:
    """The rules of a pipeline that has nothing else."""
    return nlp.get_pipe("clinical_deid").finder.rules


def print_scores(records: list[Record], found: dict[str, list[list[Extent]]]) -> None:
    """The scores over all letters, by system."""
    corpus = Corpus("grascco", records, Policy.load("mask"), "de", False)
    print("| system | " + " | ".join(COLUMNS) + " |")
    for name, extents in found.items():
        scores = score(corpus, extents, mine=True)
        print(f"| {name} | " + " | ".join(shown(scores[column]) for column in COLUMNS) + " |")


if __name__ == "__main__":
    main()
