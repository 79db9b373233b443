"""Corpora with identifiers under our labels: `python assets/deid/prepare.py SOURCE OUT.jsonl`.

Labels are those of `corpus_labels.tsv`; names are NAME, as no corpus but one tells patients from
others; a LOCATION, which ASQ-PHI has for all kinds of places, becomes the kind that its words tell.
`--part 0/4` takes every fourth note from the first on, `--part others:0/4` all others.
"""

import argparse
import re
import sys
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from asq_phi import holds_asq_phi, read_asq_phi  # noqa: E402
from marked import write_notes  # noqa: E402

from spacy_clinical.formats import read  # noqa: E402
from spacy_clinical.pipeline.deid.phi_labels import group_of, label_of  # noqa: E402
from spacy_clinical.records import Record  # noqa: E402

KINDS = {
    "STREET": re.compile(r"^\d+\b.* (?:st|street|ave|avenue|road|rd|lane|drive|blvd)\b", re.I),
    "HOSPITAL": re.compile(
        r"hosp|clinic|medical|med\b|center|centre|health|general|memorial|mayo|sinai|hopkins|children"
        r"|^st\.|^saint|office|langone|kaiser|presbyterian|(?-i:^[A-Z]{3,}$)|practice|institute|university",
        re.I,
    ),
}
ZIP = re.compile(r"\d{5}(?:-\d{4})?")


def read_relabelled(source: Path) -> list[Record]:
    """The notes of a corpus, with our labels."""
    records = read_asq_phi(source) if holds_asq_phi(source) else read(source)
    return [relabel(record) for record in records]


def relabel(record: Record) -> Record:
    """The Record with our labels, without what identifies nobody."""
    entities = []
    for entity in record.entities:
        label = label_of(entity.label)
        if label is not None:
            words = record.text[entity.start : entity.end]
            entities.append(replace(entity, label=_kind(group_of(label), words)))
    return Record(record.id, record.text, tuple(entities))


def _kind(label: str, words: str) -> str:
    if label == "CITY" and ZIP.fullmatch(words):
        return "ZIP"
    if label == "LOCATION":
        return next((kind for kind, sign in KINDS.items() if sign.search(words)), "CITY")
    return label


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write a corpus with our labels of identifiers.")
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--part", default="", help="I/N: every Nth note from I on; others:I/N")
    options = parser.parse_args()
    records = read_relabelled(options.source)
    if options.part:
        place, n = (int(x) for x in options.part.removeprefix("others:").split("/"))
        others = options.part.startswith("others:")
        records = [r for i, r in enumerate(records) if (i % n == place) != others]
    write_notes(records, options.target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
