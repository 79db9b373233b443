"""Relations: every pair in a sentence, a plain pair classifier, and ours in each mode.

    python benchmarks/relations.py --corpora maccrobat --base maccrobat=training/model-last
    python benchmarks/relations.py --corpora maccrobat --seeds 0 1 2

With --base the heads are compared on the vectors and mentions of one trained pipeline, whose
encoder stays as it is: that takes minutes. Without it each system is trained whole, encoder and
all. "pooled" is the plain classifier (comparison/mean_pairs.py) in the place of the config's
relation component; --modes NAME=CONFIG adds modes of ours, "{corpus}" in CONFIG being the corpus.
"apart" trains the first mode twice, once with only the entities' and once with only the relations'
gradient in the encoder, and lets the one find the mentions that the other relates.

The last state is scored, on gold mentions and end to end, strict; with types ignored; lenient; and
between concepts where the corpus has them. Each run is a JSON file in --output; what is there is
not run again, and a training that was killed goes on.
"""

import argparse
import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("bc5cdr", "biored", "maccrobat")
SENTENCE, POOLED, APART = "sentence", "pooled", "apart"
HEADER = (
    "corpus",
    "system",
    "seeds",
    "given",
    "best",
    "labels",
    "concepts",
    "end to end",
    "no types",
    "lenient",
    "concepts",
    "entities",
    "candidates",
)


def main() -> None:
    """The command line."""
    options = parse()
    os.environ["OMP_NUM_THREADS"] = str(options.threads)  # before torch is imported
    from comparison.runs import plan, run_all

    systems = [name + ("_frozen" if options.base else "") for name in options.systems]
    runs = plan(systems, options.corpora, options.seeds)
    report(*run_all(runs, options, describe, score))


def parse() -> argparse.Namespace:
    """Read the command line."""
    data = os.environ.get("SPACY_CLINICAL_DATA") or ROOT / ".." / "shared" / "data"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpora", nargs="*", choices=NAMES, default=NAMES)
    parser.add_argument("--systems", nargs="*", help=f"{SENTENCE}, {POOLED}, {APART}, modes")
    parser.add_argument("--modes", nargs="*", default=["ours=configs/{corpus}.cfg"])
    parser.add_argument("--base", nargs="*", default=[], help="CORPUS=PIPELINE")
    parser.add_argument("--seeds", nargs="*", type=int, default=[0])
    parser.add_argument("--epochs", type=int, default=20, help="of heads; configs have their own")
    parser.add_argument("--encoder", default="", help="a folder; else the MiniLM-L6 of the extra")
    parser.add_argument("--data", type=Path, default=data, help="the folder of the corpora")
    parser.add_argument("--work", type=Path, default=ROOT / "training" / "comparison")
    parser.add_argument("--output", type=Path, default=ROOT / "metrics" / "relations")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--table", action="store_true", help="run nothing, show what is there")
    options = parser.parse_args()
    options.modes = dict(mode.split("=", 1) for mode in options.modes)
    options.base = dict(base.split("=", 1) for base in options.base)
    options.systems = options.systems or [SENTENCE, POOLED, *options.modes]
    return options


def describe(run: Any, options: argparse.Namespace) -> dict[str, Any]:
    """What the scores of a run depend on: a run with others is no run of these."""
    from comparison.modes import find_config

    settings = {"encoder": options.encoder, "config": find_config(run, options).name}
    if options.base:
        base = Path(options.base.get(run.corpus, "")).parts
        settings |= {"base": "/".join(base[-2:]), "epochs": options.epochs}
    return settings


def score(run: Any, options: argparse.Namespace) -> dict[str, Any]:
    """Train and score one system on one corpus."""
    from comparison.corpora import CORPORA, prepare
    from comparison.modes import make_frozen, make_whole
    from comparison.relations import score_relations

    paths = prepare(run.corpus, options.data, options.work / "corpora")
    make = make_frozen if options.base else make_whole
    nlp, seconds = make(run, paths, options)
    scores = score_relations(nlp, paths, concepts=CORPORA[run.corpus].with_concepts)
    return {**scores, "training_seconds": seconds}


def report(found: dict[Any, dict[str, Any]], missing: list[Any]) -> None:
    """Print the tables and what isn't in them."""
    from comparison.runs import group_seeds, print_missing
    from comparison.tables import biored_rows, label_rows, relation_rows

    from spacy_clinical.cli.util import print_results
    from spacy_clinical.result_tables import Table

    groups = list(group_seeds(found))
    print_results(
        [Table("Relations, F1: mean and spread over seeds", HEADER, relation_rows(groups))]
    )
    header = ("system", "pair", "type", "novelty", "all", "macro")
    print_results([Table("BioRED's levels, F1 given gold mentions", header, biored_rows(groups))])
    for corpus in dict.fromkeys(name for name, _, _ in groups):
        for name, title in (("given", "given gold mentions"), ("end_to_end", "end to end")):
            chosen = [(c, s, [x[name] for x in seeds]) for c, s, seeds in groups if c == corpus]
            systems, rows = label_rows(chosen)
            print_results(
                [Table(f"{corpus}: F1 of each label, {title}", ("label", "gold", *systems), rows)]
            )
    print_missing(missing)


if __name__ == "__main__":
    main()
