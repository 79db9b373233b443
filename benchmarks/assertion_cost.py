"""What `clinical_assertion` adds to a pipeline's time: with and without it, in turns.

    OMP_NUM_THREADS=1 python benchmarks/assertion_cost.py PIPELINE corpus/sample/eval.spacy

Processor time of this process, not of the clock, so that other programs disturb it less.
"""

import argparse
import statistics
import time
from pathlib import Path

import spacy
from spacy.language import Language

from spacy_clinical.corpus import read_docs

NAME = "clinical_assertion"


def measure(nlp: Language, texts: list[str], names: list[str]) -> float:
    """Seconds of processor time that some components need for all texts, tokenisation included."""
    start = time.process_time()
    docs = [nlp.make_doc(text) for text in texts]
    for name in names:
        docs = list(nlp.get_pipe(name).pipe(docs, batch_size=64))  # type: ignore[attr-defined]
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--repeat", type=int, default=7)
    arguments = parser.parse_args()
    nlp = spacy.load(arguments.model)
    docs = list(read_docs(arguments.corpus, nlp))
    texts = [doc.text for doc in docs]
    piped = [name for name in nlp.pipe_names if hasattr(nlp.get_pipe(name), "pipe")]
    without = [name for name in piped if name != NAME]
    measure(nlp, texts, piped)
    ratios = []
    for turn in range(arguments.repeat):
        order = [piped, without] if turn % 2 else [without, piped]
        found = {len(names): measure(nlp, texts, names) for names in order}
        ratios.append(found[len(piped)] / found[len(without)] - 1)
        print(f"{found[len(without)]:.2f} s without, {found[len(piped)]:.2f} s with")
    low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
    print(f"{sum(map(len, docs))} tokens, {arguments.repeat} turns")
    print(f"{NAME} adds {middle:.1%} (median; {low:.1%} to {high:.1%})")


if __name__ == "__main__":
    main()
