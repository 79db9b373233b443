"""Abbreviations on MED1250, the gold standard of Ab3P (Sohn et al. 2008; public domain).

    git clone https://github.com/ncbi-nlp/Ab3P
    python benchmarks/abbreviations.py Ab3P/MED1250_labeled

A pair of short and long form is right if both have the same letters, whatever their case; one for
each record. Rules were made on records with even numbers and not changed for those with odd ones.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from spacy_clinical.context.schwartz_hearst import find_definitions

Pairs = set[tuple[str, str]]


def read_records(path: Path) -> Iterator[tuple[str, Pairs]]:
    """YIELDS (tuple[str, Pairs]): Title and abstract, and the pairs; comments are left out."""
    for block in path.read_text(encoding="utf-8", errors="replace").split("\n\n"):
        lines = [line for line in block.split("\n") if line.strip() and line[:2] != "//"]
        if lines:
            rows = [line.strip().split("|") for line in lines if line.startswith("  ")]
            text = " ".join(line for line in lines[1:] if not line.startswith("  "))
            yield text, {(bare(row[0]), bare(row[1])) for row in rows if len(row) > 1}


def bare(form: str) -> str:
    """In small letters, with single blanks."""
    return " ".join(form.split()).lower()


def main() -> None:
    """Print precision, recall and F1 of both halves and of all."""
    counts = {"even": [0, 0, 0], "odd": [0, 0, 0], "all": [0, 0, 0]}
    for i, (text, gold) in enumerate(read_records(Path(sys.argv[1]))):
        found = find_definitions(text)
        pairs = {(bare(text[slice(*d.short)]), bare(text[slice(*d.long)])) for d in found}
        for name in ("odd" if i % 2 else "even", "all"):
            for k, value in enumerate((len(pairs & gold), len(pairs), len(gold))):
                counts[name][k] += value
    for name, (right, found_, gold_) in counts.items():
        precision, recall = 100 * right / found_, 100 * right / gold_
        f1 = 2 * precision * recall / (precision + recall)
        print(f"{name:6}{gold_:6} pairs  P {precision:.1f}  R {recall:.1f}  F1 {f1:.1f}")


if __name__ == "__main__":
    main()
