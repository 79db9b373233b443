"""How many of the headings that clinical_sections finds have a category.

    python benchmarks/headings.py NOTES.csv [COLUMN]      # such as MTSamples; COLUMN: transcription

Notes whose line ends became commas (",PLAN:, rest") are also read with line ends in their places.
Only counts are printed, and with --others the words of headings without a category.
"""

import csv
import re
import sys
from collections import Counter
from pathlib import Path

from spacy_clinical.context.section_rules import OTHER, SectionFinder, load_section_rules

_LOST = re.compile(r",(?=[A-Z][A-Za-z /&-]+:)")
_AFTER = re.compile(r":\s*,")


def layouts(text: str) -> dict[str, str]:
    """The text as it is, and with line ends before headings, and after them."""
    parted = _LOST.sub("\n\n", text)
    return {
        "as it is": text,
        "heading with text": _AFTER.sub(": ", parted),
        "heading alone": _AFTER.sub(":\n", parted),
    }


def main() -> None:
    """Print the counts of each layout."""
    arguments = [a for a in sys.argv[1:] if a != "--others"]
    column = arguments[1] if len(arguments) > 1 else "transcription"
    finder = SectionFinder(load_section_rules(["en"]))
    found: dict[str, Counter[str]] = {}
    others: Counter[str] = Counter()
    with Path(arguments[0]).open(encoding="utf-8", errors="replace", newline="") as file:
        notes = [row[column] for row in csv.DictReader(file) if (row.get(column) or "").strip()]
    for note in notes:
        for name, text in layouts(note).items():
            for section in finder.find(text):
                found.setdefault(name, Counter())[section.category] += 1
                if section.category == OTHER:
                    others[text[slice(*section.heading)].upper()] += 1
    for name, counts in found.items():
        share = 100 - 100 * counts[OTHER] / counts.total()
        print(
            f"{name:20}{len(notes)} notes, {counts.total()} headings, {share:.1f} % with a category"
        )
    if "--others" in sys.argv:
        print(", ".join(others))


if __name__ == "__main__":
    main()
