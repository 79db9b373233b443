"""What questions of a graph answer on gold and on predicted notes, side by side.

    python benchmarks/graph_answers.py gold.jsonl predicted.jsonl

Precision and recall of answers: rows are the same if patient, names and status are.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from spacy_clinical.formats import read
from spacy_clinical.graph import (
    Answer,
    Lookup,
    ask_adverse_effects,
    ask_family,
    ask_medications,
    ask_problems,
    ask_ruled_out,
    build_graph,
)

Key = tuple[str, ...]
QUESTIONS: dict[str, tuple[Callable[[Lookup], Answer], tuple[str, ...]]] = {
    "medications: drug": (ask_medications, ("drug",)),
    "medications: drug, strength, dose, route, frequency": (
        ask_medications,
        ("drug", "strength", "dosage", "route", "frequency"),
    ),
    "medications: drug, reasons": (ask_medications, ("drug", "reasons")),
    "adverse-effects: drug, effect": (ask_adverse_effects, ("drug", "effect")),
    "adverse-effects: drug, effect, status": (ask_adverse_effects, ("drug", "effect", "status")),
    "problems: problem": (ask_problems, ("problem",)),
    "problems: problem, status": (ask_problems, ("problem", "status")),
    "ruled-out: problem": (ask_ruled_out, ("problem",)),
    "family: problem": (ask_family, ("problem",)),
}


def answers(graph: Lookup, ask: Callable[[Lookup], Answer], names: tuple[str, ...]) -> set[Key]:
    """An answer as a set of comparable rows."""
    found = set()
    for row in ask(graph).rows:
        values = (getattr(row, name) for name in ("patient", *names))
        found.add(tuple(repr(value).casefold() for value in values))
    return found


def main(gold_path: str, predicted_path: str) -> None:
    """Print a table."""
    gold, predicted = (
        Lookup(build_graph(read(Path(path), "jsonl"))) for path in (gold_path, predicted_path)
    )
    print("| answer | gold rows | predicted rows | P | R | F1 |\n|---|---|---|---|---|---|")
    for name, (ask, names) in QUESTIONS.items():
        true, found = answers(gold, ask, names), answers(predicted, ask, names)
        both = len(true & found)
        p, r = (100 * both / len(x) if x else 0.0 for x in (found, true))
        f = 2 * p * r / (p + r) if p + r else 0.0
        print(f"| {name} | {len(true)} | {len(found)} | {p:.1f} | {r:.1f} | {f:.1f} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
