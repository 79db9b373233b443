"""The rules of assertion on whole annotated notes, given their mentions.

    python assets/sample_zh/build.py corpus/sample_zh
    python benchmarks/assertion_notes.py corpus/sample_zh/eval.jsonl --language zh

A corpus annotates one value of a mention, the rules may say several: right is a mention whose value
is among those said, and one that is present of which nothing else is said.
"""

import argparse
from collections import Counter
from pathlib import Path

from assertion_cases import Case, Said, by_rules

from spacy_clinical.formats import read
from spacy_clinical.records import Record

LABELS = "CONDITION SYMPTOM MEDICATION PROCEDURE"
PRESENT = "present"


def main() -> None:
    """Print how many mentions are right, and of each value."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--language", default="en")
    parser.add_argument("--labels", nargs="*", default=LABELS.split())
    options = parser.parse_args()
    cases = [make_case(record, options.labels) for record in read(options.corpus)]
    all_of: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for case, said in zip(cases, by_rules(cases, options.language), strict=True):
        for gold, told in zip(case.values, said, strict=True):
            (value,) = gold
            all_of[value] += 1
            right[value] += is_right(value, told)
    print(f"{right.total()} of {all_of.total()}: {100 * right.total() / all_of.total():.1f} %")
    for value, number in all_of.most_common():
        print(f"{value:14}{right[value]:6} of {number}")


def make_case(record: Record, labels: list[str]) -> Case:
    """RETURNS (Case): A note with its continuous mentions of some labels."""
    said = {a.target: a.value for a in record.attributes if a.name == "assertion"}
    kept = sorted(
        (e for e in record.entities if e.label in labels and len(e.fragments) == 1),
        key=lambda e: (e.start, e.end),
    )
    values = tuple(frozenset({said.get(e.id, PRESENT)}) for e in kept)
    return Case(record.text, tuple((e.start, e.end) for e in kept), values, record.id)


def is_right(value: str, told: Said) -> bool:
    """RETURNS (bool): Whether what was said of a mention agrees with its annotated value."""
    return told == {PRESENT} if value == PRESENT else value in told


if __name__ == "__main__":
    main()
