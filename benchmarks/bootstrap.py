"""From a language model's annotation to a pipeline: what each step is worth, on the sample corpus.

    python assets/sample/build.py corpus/sample
    python benchmarks/bootstrap.py corpus/sample                # teacher, second source, silver
    python benchmarks/bootstrap.py corpus/sample --train        # and pipelines that learn from them

The teacher is a server on the loopback that answers from gold annotation with seeded faults (20 %
missed, 8 % of a wrong label, 5 % invented, 3 % of the answers broken): no language model is
measured here, but the road. The second source is a list of the names in thirty other notes than
the thirty gold ones: on notes that it has seen, a source looks better than it is.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import spacy

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from spacy_clinical.docs import to_record  # noqa: E402
from spacy_clinical.formats.jsonl import read_jsonl, write_jsonl  # noqa: E402
from spacy_clinical.llm.facts_task import read_counts  # noqa: E402
from spacy_clinical.llm.silver_standard import make_silver  # noqa: E402
from spacy_clinical.records import Entity, Record  # noqa: E402
from spacy_clinical.schema import Schema  # noqa: E402
from spacy_clinical.tokenizer import make_tokenizer  # noqa: E402
from tests.llm.recorded_teacher import Faults, Teacher, serve  # noqa: E402

FAULTS = Faults(missed=0.2, wrong_label=0.08, invented=0.05, broken=0.03)
GOLD_NOTES = 30


def main() -> None:
    options = read_options()
    notes = list(read_jsonl(options.corpus / "train.jsonl"))
    gold = notes[:GOLD_NOTES]
    taught, seconds, counts = teach(notes, options.samples)
    listed = look_up(notes, notes[GOLD_NOTES : 2 * GOLD_NOTES])
    silver = make_silver({"teacher": taught, "names": listed}, gold)
    rows = {"teacher": taught, "names of other notes": listed, "silver": silver.records}
    print(f"{len(notes)} notes, {options.samples} samples a note, {seconds:.1f} s; {dict(counts)}")
    for name, records in rows.items():
        print(
            f"{name:28} P {score(records, notes)[0]:5.1f} R {score(records, notes)[1]:5.1f} "
            f"F1 {score(records, notes)[2]:5.1f}"
        )
    if options.train:
        scored = list(read_jsonl(options.corpus / "eval.jsonl"))
        asked = teach(scored, options.samples)[0]
        print(f"the teacher on the evaluation notes: F1 {score(asked, scored)[2]:5.1f}", flush=True)
        students(options, gold, taught, silver.records, notes)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--samples", type=int, default=5)
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--steps", type=int, default=250)
    parser.add_argument("--work", type=Path, default=Path("training/bootstrap"))
    return parser.parse_args()


def teach(notes: Sequence[Record], samples: int) -> tuple[list[Record], float, Any]:
    """Ask the teacher about all notes, through our task and spacy-llm's component."""
    schema = Schema.learn(
        {e.label for r in notes for e in r.entities},
        {
            (x.label, labels[x.head], labels[x.tail])
            for r, labels in with_labels(notes)
            for x in r.relations
        },
        {("assertion", a.value) for r in notes for a in r.attributes},
    )
    nlp = spacy.blank("en")
    nlp.tokenizer = make_tokenizer()(nlp)
    teacher = Teacher(notes, FAULTS, schema.entities)
    task = {
        "@llm_tasks": "spacy-clinical.LLMFacts.v1",
        "schema": schema.to_dict(),
        "samples": samples,
    }
    with serve(teacher) as url:
        model = {
            "@llm_models": "spacy-clinical.OpenAICompatible.v1",
            "url": url,
            "name": "recorded",
            "context_length": 32768,
        }
        nlp.add_pipe("llm", config={"task": task, "model": model})
        start = time.process_time()
        docs = list(nlp.pipe([record.text for record in notes]))
    found = [replace(to_record(doc), id=r.id) for doc, r in zip(docs, notes, strict=True)]
    return found, time.process_time() - start, read_counts(docs)


def with_labels(notes: Sequence[Record]) -> list[tuple[Record, dict[str, str]]]:
    return [(record, {e.id: e.label for e in record.entities}) for record in notes]


def look_up(notes: Sequence[Record], gold: Sequence[Record]) -> list[Record]:
    """Every name of some annotated notes, found again by its words."""
    nlp = spacy.blank("en")
    nlp.tokenizer = make_tokenizer()(nlp)
    names = {(r.text[e.start : e.end], e.label) for r in gold for e in r.entities}
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns([{"label": label, "pattern": text} for text, label in sorted(names)])  # type: ignore[attr-defined]
    found = []
    for record, doc in zip(notes, nlp.pipe([r.text for r in notes]), strict=True):
        entities = [
            Entity(f"T{i}", e.label_, ((e.start_char, e.end_char),))
            for i, e in enumerate(doc.ents, start=1)
        ]
        found.append(Record(record.id, record.text, tuple(entities)))
    return found


def score(records: Sequence[Record], gold: Sequence[Record]) -> tuple[float, float, float]:
    """Strict precision, recall and F1 of mentions, in percent."""
    found, true = (
        {(r.id, e.fragments, e.label) for r in corpus for e in r.entities}
        for corpus in (records, gold)
    )
    right = len(found & true)
    p, r = right / max(1, len(found)), right / max(1, len(true))
    return 100 * p, 100 * r, 200 * p * r / max(1e-9, p + r)


def students(
    options: argparse.Namespace,
    gold: Sequence[Record],
    taught: Sequence[Record],
    silver: Sequence[Record],
    notes: Sequence[Record],
) -> None:
    """Train a pipeline on each, the same steps and seed, and score it on the evaluation notes."""
    known = {record.id for record in gold}
    both = [*gold, *(record for record in silver if record.id not in known)]
    plain = [strip(record) for record in taught]
    corpora = {
        "teacher, all alike": (plain, False),
        "silver, weighed": (silver, True),
        "silver, weighed, and gold notes": (both, True),
        "gold, all notes": (notes, False),
    }
    for name, (records, weighed) in corpora.items():
        found = train(name, records, options, weighed=weighed)
        print(f"student of {name:34} F1 {100 * found:5.1f}", flush=True)


def strip(record: Record) -> Record:
    return replace(record, entities=tuple(replace(e, score=None) for e in record.entities))


def train(
    name: str, records: Sequence[Record], options: argparse.Namespace, *, weighed: bool
) -> float:
    folder = options.work / name.replace(", ", "-").replace(" ", "-")
    folder.mkdir(parents=True, exist_ok=True)
    write_jsonl(records, folder / "train.jsonl")
    tokenizer = ["--tokenizer", "spacy-clinical.Tokenizer.v1", "--force"]
    run("convert", folder / "train.jsonl", folder / "train.spacy", *tokenizer)
    run("convert", options.corpus / "eval.jsonl", folder / "eval.spacy", *tokenizer)
    steps = options.steps
    changes = {
        "paths.train": folder / "train.spacy",
        "paths.dev": folder / "eval.spacy",
        "corpora.dev.limit": 1,
        "training.max_epochs": 0,
        "training.max_steps": steps,
        "training.eval_frequency": steps,
        "training.optimizer.learn_rate.total_steps": steps,
        "training.optimizer.learn_rate.warmup_steps": steps // 10,
        "components.clinical_ner.weigh_by_score": str(weighed).lower(),
    }
    overrides = [f"--{key}={value}" for key, value in changes.items()]
    run("train", ROOT / "configs" / "ner.cfg", "--output", folder / "out", *overrides)
    scores = folder / "scores.json"
    run(
        "evaluate",
        folder / "out" / "model-last",
        folder / "eval.spacy",
        "-o",
        scores,
        "--samples",
        1,
        "--force",
    )
    return float(json.loads(scores.read_text())["end_to_end"]["ents_f"])


def run(command: str, *arguments: object) -> None:
    call = [sys.executable, "-m", "spacy", "clinical", command, *map(str, arguments)]
    subprocess.run(call, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
