"""Identifiers: rules alone, a head alone, both, and other systems, on the same notes in one run.

`python benchmarks/deid.py --corpus NAME=FILE:POLICY[:LOCALE] ... [--model PIPELINE]
[--threshold 0.1] [--peers PYTHON] [--limit 100]`. Corpora are in any format; POLICY says what is
looked for ("hipaa" for corpora that leave ages and years, "mask" for all). Other systems run on
English corpora, in an environment of their own, whose interpreter is given.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import spacy
from spacy.language import Language

from spacy_clinical.corpus.corpus_files import read_records
from spacy_clinical.deid import Policy
from spacy_clinical.docs.phi import get_identifiers
from spacy_clinical.pipeline.deid.phi_labels import group_of, label_of
from spacy_clinical.records import Record
from spacy_clinical.scoring.confidence_intervals import Settings
from spacy_clinical.scoring.leak_scores import Extent, PhiNote, count_leaks, sum_up

PEERS = Path(__file__).parent / "comparison" / "deid_peers.py"
NAMES = ("recall", "notes_without_leak", "over_redaction", "clinical_over_redaction")
COLUMNS = (*NAMES, "empty_notes_touched", "word_recall", "strict_recall", "strict_precision")


class Corpus(NamedTuple):
    """A corpus, and how it is scored."""

    name: str
    records: list[Record]
    policy: Policy
    locale: str
    is_english: bool


def read_corpus(source: str, limit: int) -> Corpus:
    """NAME=FILE:POLICY[:LOCALE]."""
    name, _, rest = source.partition("=")
    file, policy, *locale = rest.split(":")
    path = Path(file)
    records = read_traps(path) if path.suffix == ".txt" else list(read_records(path))
    step = max(1, len(records) // limit) if limit else 1
    chosen = records[::step][: limit or None]
    own = locale[0] if locale else "en"
    return Corpus(name, chosen, Policy.load(policy), own, own == "en")


def read_traps(path: Path) -> list[Record]:
    """The notes of assets/deid."""
    sys.path.insert(0, str(path.parent))
    from marked import read_file  # type: ignore[import-not-found]

    records: list[Record] = read_file(path)
    return records


def rule_pipeline(locale: str) -> Language:
    """The rules alone."""
    nlp = spacy.blank("xx" if locale == "zh" else locale)
    nlp.tokenizer = spacy.registry.tokenizers.get("spacy-clinical.Tokenizer.v1")()(nlp)
    rules = {"@misc": "spacy-clinical.DeidRules.v1", "locales": [locale]}
    nlp.add_pipe("clinical_deid", config={"rules": rules})
    return nlp


def ours(nlp: Language, corpus: Corpus) -> tuple[list[list[Extent]], float]:
    """What a pipeline of ours finds, and its processor seconds in a second pass."""
    texts = [record.text for record in corpus.records]
    docs = list(nlp.pipe(texts, batch_size=16))
    began = time.process_time()
    list(nlp.pipe(texts, batch_size=16))
    seconds = time.process_time() - began
    return [[one[:3] for one in get_identifiers(doc)] for doc in docs], seconds


def theirs(python: Path, system: str, corpus: Corpus) -> tuple[list[list[Extent]], float]:
    """What another system finds, and its processor seconds."""
    with tempfile.TemporaryDirectory() as folder:
        notes, target = Path(folder) / "notes.jsonl", Path(folder) / "found.jsonl"
        rows = [json.dumps({"id": r.id, "text": r.text}) for r in corpus.records]
        notes.write_text("\n".join(rows), encoding="utf8")
        own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        command = [python, PEERS, system, notes, target]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL, env=own)
        *found, last = [json.loads(line) for line in target.read_text("utf8").splitlines()]
    return [[tuple(extent) for extent in row["found"]] for row in found], last["seconds"]


def score(corpus: Corpus, found: list[list[Extent]], mine: bool) -> dict[str, Any]:
    """The scores of a system. What a policy keeps is looked for by nobody."""
    counts = []
    for record, extents in zip(corpus.records, found, strict=True):
        text, touches = record.text, corpus.policy.touches
        gold = [
            (e.start, e.end, group_of(label))
            for e in record.entities
            if (label := label_of(e.label)) and touches(label, text[e.start : e.end])
        ]
        kept = [
            (start, end, group_of(label))
            for start, end, label in extents
            if not mine or touches(label, text[start:end])
        ]
        clinical = [(start, end) for start, end in record.meta.get("keep", [])]
        counts.append(count_leaks(PhiNote(text, gold, kept, clinical)))
    return sum_up(counts, Settings(samples=1000))


def systems(corpus: Corpus, options: argparse.Namespace) -> Iterator[tuple[str, Any, float]]:
    """Each system's name, finds and seconds."""
    if "rules" in options.ours:
        yield "rules", *ours(rule_pipeline(corpus.locale), corpus)
    if options.model:
        for name in [name for name in options.ours if name != "rules"]:
            nlp = spacy.load(options.model)
            head: Any = nlp.get_pipe("clinical_deid")
            finder = head.finder
            head.cfg["threshold"] = options.threshold or head.cfg["threshold"]
            own = rule_pipeline(corpus.locale).get_pipe("clinical_deid").finder  # type: ignore[attr-defined]
            finder.rules = None if name == "head" else own.rules
            yield name, *ours(nlp, corpus)
    if options.peers and corpus.is_english:
        for system in options.systems:
            yield system, *theirs(options.peers, system, corpus)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Compare systems on corpora of identifiers.")
    parser.add_argument("--corpus", action="append", required=True)
    parser.add_argument("--model", default="")
    parser.add_argument("--ours", nargs="*", default=["rules", "head", "head + rules"])
    parser.add_argument("--threshold", type=float, help="of the head, instead of its own")
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--systems", nargs="*", default=["presidio:en_core_web_sm"])
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    results = []
    print("| corpus | system | " + " | ".join(COLUMNS) + " | ms/note | s per million characters |")
    print("|---" * (len(COLUMNS) + 4) + "|")
    for corpus in [read_corpus(source, options.limit) for source in options.corpus]:
        n, size = len(corpus.records), sum(len(record.text) for record in corpus.records)
        for name, found, seconds in systems(corpus, options):
            scores = score(corpus, found, mine=not name.startswith("presidio"))
            cells = [shown(scores[column]) for column in COLUMNS]
            speed = f"{1000 * seconds / n:.2f} | {1e6 * seconds / size:.2f}"
            print(f"| {corpus.name} ({n}) | {name} | {' | '.join(cells)} | {speed} |", flush=True)
            results.append({"corpus": corpus.name, "system": name, "seconds": seconds, **scores})
    if options.output:
        options.output.write_text(json.dumps(results, indent=1), encoding="utf8")
    return 0


def shown(value: dict[str, Any]) -> str:
    """A share with what it is of."""
    if value["value"] is None:
        return "-"
    return f"{100 * value['value']:.1f} ({value['part']}/{value['whole']})"


if __name__ == "__main__":
    sys.exit(main())
