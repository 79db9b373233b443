"""What it saves that a run keeps Python's garbage collector off what is loaded.

    python benchmarks/collector.py MODEL notes.jsonl --notes 1000 --rounds 3

The notes are annotated in this process, in turns without and with it; tokens a second of processor
time, the first run of both aside.
"""

import argparse
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from itertools import islice

import spacy
from spacy.language import Language

import spacy_clinical
from spacy_clinical.batch import worker_pool
from spacy_clinical.garbage_collection import loaded_objects_aside
from spacy_clinical.note import Note

Aside = Callable[[], AbstractContextManager[None]]


def measure(nlp: Language, notes: list[Note], tokens: int, aside: Aside) -> float:
    """RETURNS (float): Tokens a second of processor time."""
    worker_pool.loaded_objects_aside = aside
    began = time.process_time()
    for _ in worker_pool.annotate_batches(nlp, worker_pool.make_batches(0, notes, 64)):
        pass
    return tokens / (time.process_time() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("source")
    parser.add_argument("--notes", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    nlp = spacy.load(given.model)
    notes = list(islice(spacy_clinical.read_notes(given.source), given.notes))
    tokens = sum(len(nlp.make_doc(note.text)) for note in notes)
    print(f"{len(notes)} notes, {tokens} tokens\n{'without':>10} {'with':>10} {'ratio':>6}")
    for number in range(given.rounds + 1):
        without, kept = (
            measure(nlp, notes, tokens, aside) for aside in (nullcontext, loaded_objects_aside)
        )
        if number:
            print(f"{without:>10,.0f} {kept:>10,.0f} {kept / without:>6.2f}", flush=True)


if __name__ == "__main__":
    main()
