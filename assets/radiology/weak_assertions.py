"""Reports with labels as a corpus for `clinical_assertion`, whose truth is what was labelled.

    python assets/radiology/weak_assertions.py reports.jsonl labels.csv OUT_FOLDER [--table nih]

Nobody marked a mention: a mention of a finding that its report's row has as positive is taken for
`present`, another one for what the rules say of it; where they say `present`, for `unlisted`, a
word that no component knows, so that it states nothing. OUT_FOLDER/train.spacy holds nine tenths
of the reports that the labels name, dev.spacy the others, by a hash of their names.
"""

import argparse
from hashlib import sha256
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from spacy_clinical import read_notes
from spacy_clinical.docs import Assertion, get_assertions, get_spans, set_assertions
from spacy_clinical.scoring.finding_scores import read_finding_table

RULES = {"rules": ["en", "radiology"]}
PRESENT, UNLISTED = "present", "unlisted"


def make(table: str) -> Language:
    """A pipeline of rules that finds mentions and asserts them."""
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sentences")
    nlp.add_pipe("clinical_sections", config=RULES)
    nlp.add_pipe("clinical_finding_mentions", config={"tables": [table]})
    nlp.add_pipe("clinical_context", config=RULES)
    nlp.add_pipe("clinical_findings", config={"tables": [table]})
    return nlp


def assert_by_labels(doc: Doc, row: dict[str, str], finder: Any) -> Doc:
    """Give each mention the word that its report's labels tell.

    doc (Doc): A report, by `make`.
    row (dict[str, str]): Its labels: finding to status.
    finder (FindingFinder): Tells what a mention means that has no attribute "finding".
    RETURNS (Doc): The same, with one assertion a mention.
    """
    said: list[list[Assertion]] = []
    for span, rows in zip(get_spans(doc), get_assertions(doc), strict=True):
        names = [a.value for a in rows if a.name == "finding"]
        names = names or [hit.label for hit in finder.find(span.text, [0])]
        ruled = next((a.value for a in rows if a.name == "assertion"), PRESENT)
        listed = any(row.get(name) == "positive" for name in names)
        value = PRESENT if listed else UNLISTED if ruled == PRESENT else ruled
        said.append([Assertion("assertion", value)])
    set_assertions(doc, said, names=["assertion", "finding"])
    return doc


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--table", default="nih", help="A scheme, or a table of yours")
    args = parser.parse_args()
    labels, nlp = read_finding_table(args.labels), make(args.table)
    finder = nlp.get_pipe("clinical_findings").finder
    parts = {"train": DocBin(store_user_data=True), "dev": DocBin(store_user_data=True)}
    for note in read_notes(args.reports):
        if not note.fault and note.id in labels:
            dev = int(sha256(note.id.encode()).hexdigest(), 16) % 10 == 0
            doc = assert_by_labels(nlp(note.text), labels[note.id], finder)
            doc.spans.pop("findings")
            parts["dev" if dev else "train"].add(doc)
    args.out.mkdir(parents=True, exist_ok=True)
    for name, part in parts.items():
        part.to_disk(args.out / f"{name}.spacy")
        print(f"{name}: {len(part)} reports")


if __name__ == "__main__":
    main()
