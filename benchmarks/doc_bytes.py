"""What documents cost as bytes: spaCy's `to_bytes` and `from_bytes`, and ours of the same format.

    python benchmarks/doc_bytes.py corpus/sample/train.spacy [--model PIPELINE]

Milliseconds of processor time a document, and processor seconds of whole runs of `annotate` to
JSONL with either, in turns. Without a pipeline: sentences, sections and assertions by rules,
mentions given by a pattern of capital letters.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from spacy_clinical.batch import annotation_run, worker_pool
from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.corpus import read_docs
from spacy_clinical.docs.doc_bytes import doc_from_bytes, doc_to_bytes
from spacy_clinical.note import Note

EXCLUDE = ["tensor", "user_data"]
WAYS: dict[str, tuple[Callable[[Doc], bytes], Callable[[Vocab, bytes], Doc]]] = {
    "spaCy's": (
        lambda doc: doc.to_bytes(exclude=EXCLUDE),
        lambda vocab, data: Doc(vocab).from_bytes(data),
    ),
    "ours": (lambda doc: doc_to_bytes(doc, exclude=EXCLUDE), doc_from_bytes),
}


def make_rules() -> Language:
    """RETURNS (Language): A pipeline that needs nothing but this package."""
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns(  # type: ignore[attr-defined]
        [{"label": "MENTION", "pattern": [{"IS_TITLE": True, "LENGTH": {">": 4}}]}]
    )
    for name in ("clinical_sentences", "clinical_sections", "clinical_context"):
        nlp.add_pipe(name)
    return nlp


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """RETURNS (tuple[float, Any]): Processor seconds, and what the work gave."""
    start = time.process_time()
    done = work()
    return time.process_time() - start, done


def measure(
    name: str, nlp: Language, docs: list[Doc], notes: list[Note], target: Path
) -> tuple[float, bytes]:
    """RETURNS (tuple[float, bytes]): Processor seconds of `annotate`, and what it wrote."""
    write, read = WAYS[name]
    written, data = seconds(lambda: [write(doc) for doc in docs])
    back, _ = seconds(lambda: [read(nlp.vocab, one) for one in data])
    worker_pool.to_bytes, annotation_run.doc_from_bytes = write, read  # type: ignore[assignment]
    target.unlink(missing_ok=True)
    settings = RunSettings(progress=False)
    run, _ = seconds(lambda: annotation_run.annotate(nlp, notes, target, settings))
    each = f"{1000 * written / len(docs):.2f} and {1000 * back / len(docs):.2f} ms"
    print(f"{name:8} written and read {each} a document; annotate {run:.2f} s")
    return run, target.read_bytes()


def main() -> None:
    """Print the two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--rounds", type=int, default=4)
    args = parser.parse_args()
    nlp = spacy.load(args.model) if args.model else make_rules()
    gold = list(read_docs(args.corpus, nlp))
    docs = list(nlp.pipe([doc.text for doc in gold]))
    notes = [Note(str(i), doc.text, {}) for i, doc in enumerate(docs)]
    print(f"{len(docs)} documents, {sum(map(len, docs))} tokens")
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "notes.jsonl"
        for _ in range(args.rounds):
            runs = {name: measure(name, nlp, docs, notes, target) for name in WAYS}
            assert runs["ours"][1] == runs["spaCy's"][1]
            ratios.append(runs["ours"][0] / runs["spaCy's"][0])
    low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
    print(f"annotate, ours / spaCy's: {middle:.2f} (median; {low:.2f} to {high:.2f}), same output")


if __name__ == "__main__":
    main()
