"""Annotated notes before and after de-identification: what stands where, and what a pipeline finds.

`python benchmarks/deid_surrogates.py MODEL eval.spacy [--policy i2b2]`. Identifiers are found by
the English rules and replaced; gold mentions and relations are carried over. Says how many of them
stand at their new offsets with their old words, the pipeline's F1 on both texts, and the processor
time of the pipeline without and with `clinical_deid` behind it, in turns.
"""

import argparse
import statistics
import time
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from spacy_clinical.corpus import make_corpus, read_docs
from spacy_clinical.deid import Deidentified, Surrogates, deidentify
from spacy_clinical.docs import get_mentions, get_relation_rows
from spacy_clinical.evaluation.pipeline_evaluation import evaluate

RULES = {"@misc": "spacy-clinical.DeidRules.v1", "locales": ["en"]}
SCORES = ("ents_f", "assertion_micro_f", "rel_micro_f")


def replace(doc: Doc, finder: Language, policy: str, key: Surrogates) -> Deidentified:
    """A gold document with surrogates."""
    finder.get_pipe("clinical_deid")(doc)  # type: ignore[operator]
    return deidentify(doc, policy, key)


def compare(old: Doc, new: Deidentified) -> tuple[int, int, int, int]:
    """Mentions outside of identifiers, those with their words at their places; relations before
    and after."""
    right = outside = 0
    for one, moved in zip(get_mentions(old), get_mentions(new.doc), strict=True):
        if any(
            c.start < end and start < c.end for start, end in one.fragments for c in new.changes
        ):
            continue
        outside += 1
        words = [old.text[start:end] for start, end in one.fragments]
        there = [new.text[start:end] for start, end in moved.fragments]
        right += (one.label, words) == (moved.label, there)
    return outside, right, len(get_relation_rows(old)), len(get_relation_rows(new.doc))


def seconds(nlp: Language, texts: list[str]) -> float:
    """Processor seconds of a pass."""
    began = time.process_time()
    for _ in nlp.pipe(texts, batch_size=16):
        pass
    return time.process_time() - began


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Scores before and after de-identification.")
    parser.add_argument("model")
    parser.add_argument("notes", type=Path)
    parser.add_argument("--policy", default="i2b2")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    nlp, finder = spacy.load(options.model), spacy.blank("en")
    finder.add_pipe("clinical_deid", config={"rules": RULES})
    key = Surrogates.keyed(b"0123456789abcdef0123456789abcdef")
    old = list(read_docs(options.notes, nlp))
    new = [replace(doc, finder, options.policy, key) for doc in old]
    rows = [compare(a, b) for a, b in zip(old, new, strict=True)]
    sums = [sum(column) for column in zip(*rows, strict=True)]
    changed = sum(len(one.changes) for one in new)
    print(f"{len(old)} notes, {changed} identifiers; mentions outside of them {sums[0]}, of which")
    print(f"{sums[1]} with their words at their new places; relations {sums[2]}, then {sums[3]}")
    clean = options.notes.with_name("surrogates.spacy")
    DocBin(docs=[one.doc for one in new]).to_disk(clean)
    for name, path in (("original", options.notes), ("surrogates", clean)):
        scores = evaluate(nlp, path).scores["end_to_end"]
        print(name, {score: round(100 * scores[score], 2) for score in SCORES if score in scores})
    clean.unlink()
    both = spacy.load(options.model)
    both.add_pipe("clinical_deid", config={"rules": RULES}, last=True)
    texts = [example.reference.text for example in make_corpus(options.notes)(nlp)]
    turns = [(seconds(nlp, texts), seconds(both, texts)) for _ in range(options.rounds)]
    ratios = sorted(b / a for a, b in turns)
    print(f"time with clinical_deid: {statistics.median(ratios):.3f} of that without", ratios)


if __name__ == "__main__":
    main()
