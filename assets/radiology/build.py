"""Writes the invented radiology reports: `python assets/radiology/build.py OUT_FOLDER`.

train.jsonl and eval.jsonl hold them with their annotation, reports.jsonl those of eval/ as text
with their study alone, findings.csv what these say of the findings of findings.tsv, the files with
train_ before their names the same of train/, and patterns.json what patterns.py has.
"""

import argparse
import csv
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import srsly

from spacy_clinical.context.finding_phrases import labels_of, load_finding_rules
from spacy_clinical.formats.jsonl import write_jsonl
from spacy_clinical.records import Record

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "sample"))
sys.path.append(str(HERE))

from markup import Scheme, read_folder  # noqa: E402
from patterns import patterns  # noqa: E402

# After RadGraph's (Jain et al. 2021), with what is read as it stands: category, size, follow-up.
SCHEME = Scheme(
    labels={
        "o": "OBSERVATION",
        "d": "DEVICE",
        "a": "ANATOMY",
        "v": "MEASUREMENT",
        "h": "CHANGE",
        "k": "CATEGORY",
        "b": "COMPARISON",
        "f": "FOLLOW_UP",
    },
    arguments={
        "LOCATED_AT": (("OBSERVATION", "DEVICE"), ("ANATOMY",)),
        "SUGGESTIVE_OF": (("OBSERVATION",), ("OBSERVATION",)),
        "MODIFY": (("CHANGE",), ("OBSERVATION", "DEVICE")),
        "MEASURED_AS": (("OBSERVATION", "DEVICE"), ("MEASUREMENT",)),
        "COMPARED_WITH": (("CHANGE",), ("COMPARISON",)),
    },
    always_asserted=("OBSERVATION",),
    may_be_asserted=("OBSERVATION", "DEVICE", "ANATOMY", "MEASUREMENT"),
)
STATUSES = ("positive", "uncertain", "negative")
STUDY = ("study", "patient", "date", "accession_number")


def read_reports(part: str) -> list[Record]:
    """The annotated reports of "train" or "eval", in the order of their names."""
    return read_folder(HERE / part, SCHEME)


def findings(record: Record) -> dict[str, str]:
    """What a report's header says of each finding."""
    said = {}
    for status in STATUSES:
        for label in filter(None, record.meta.get(status, "").split(", ")):
            if label in said:
                raise ValueError(f"{record.id}: {label} stands in two lines of the header")
            said[label] = status
    return said


def write_findings(records: list[Record], path: Path) -> None:
    """The gold table; raises ValueError for a finding that the table lacks."""
    labels = labels_of(load_finding_rules([str(HERE / "findings.tsv")]))
    text = StringIO()
    rows = csv.DictWriter(text, ["report", *labels], restval="not mentioned", lineterminator="\n")
    rows.writeheader()
    for record in records:
        rows.writerow({"report": record.id, **findings(record)})
    path.write_text(text.getvalue(), encoding="utf8")


def write_part(records: list[Record], out: Path, part: str, before: str) -> None:
    """The files of a part."""
    write_jsonl(records, out / f"{part}.jsonl")
    plain = [
        replace(r, entities=(), relations=(), attributes=(), meta={k: r.meta[k] for k in STUDY})
        for r in records
    ]
    write_jsonl(plain, out / f"{before}reports.jsonl")
    write_findings(records, out / f"{before}findings.csv")
    print(f"{out}: {len(records)} reports, {part}")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write the invented radiology reports.")
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    write_part(read_reports("train"), out, "train", "train_")
    write_part(read_reports("eval"), out, "eval", "")
    srsly.write_json(out / "patterns.json", patterns())
    return 0


if __name__ == "__main__":
    sys.exit(main())
