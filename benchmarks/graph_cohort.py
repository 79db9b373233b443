"""How long the graph of 2,000 notes takes: to build, to ask, to write and to read.

    python benchmarks/graph_cohort.py train.jsonl dev.jsonl eval.jsonl

The notes are those of the files over and over, of 500 patients, under new ids and dates.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from spacy_clinical.formats import read
from spacy_clinical.graph import Lookup, build_graph, describe, read_graph, write_graph
from spacy_clinical.graph.graph_questions import QUESTIONS
from spacy_clinical.records import Record

NOTES, PATIENTS = 2000, 500


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print the processor time of a block."""
    start = time.process_time()
    yield
    print(f"{what}: {time.process_time() - start:.1f} s", flush=True)


def make_notes(paths: list[Path]) -> list[Record]:
    """As many notes as NOTES."""
    known = [record for path in paths for record in read(path, "jsonl")]
    return [
        replace(
            known[i % len(known)],
            id=f"note{i}",
            meta={"patient": f"patient{i % PATIENTS}", "date": f"20{10 + i % 15}-0{1 + i % 9}-11"},
        )
        for i in range(NOTES)
    ]


def main(paths: list[Path]) -> None:
    """Print the times and the peak of memory."""
    notes = make_notes(paths)
    with timed("build"):
        graph = build_graph(notes)
    print(describe(graph))
    with timed("make ready"):
        lookup = Lookup(graph)
    for question, ask in QUESTIONS.items():
        with timed(question):
            rows = len(ask(lookup).rows)
        print(f"    {rows} rows")
    print(f"peak memory: {peak():.2f} GB", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("graph.json", "graph.graphml", "graph.ttl", "graph"):
            path = Path(folder) / name
            with timed(f"write {name}"):
                write_graph(graph, path)
            with timed(f"read {name}"):
                same = read_graph(path) == graph
            print(f"    the same graph: {same}")
    print(f"peak memory: {peak():.2f} GB")


def peak() -> float:
    """Gigabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
