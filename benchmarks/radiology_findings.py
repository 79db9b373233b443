"""Findings of chest X-ray reports (Open-i) by rules, beside every mention counted, and by policy.

    python benchmarks/radiology_findings.py indiana_reports.csv labels.csv held_out_ids.txt

Reports: Demner-Fushman et al. 2016, one CSV with the columns uid, indication, comparison, findings,
impression. Labels: NegBio's table (ncbi-nlp/NegBio, examples/openi_gld_std14.csv). Reports that the
third file names are dropped before anything is read of them. Of the others 2,300, chosen by a hash
of their names, are those that the phrases were written on; the rest is scored with --part test.
"""

import argparse
import csv
import hashlib
import time
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

from spacy_clinical.batch.findings_run import find_findings
from spacy_clinical.note import Note
from spacy_clinical.scoring.confidence_intervals import Settings
from spacy_clinical.scoring.finding_scores import read_finding_table, score_findings

WRITTEN_ON = 2300
PARTS = ("indication", "comparison", "findings", "impression")
TABLES = {"tables": ["nih"]}
ALIKE: dict[str, Any] = {"first_wins": False}
SYSTEMS: dict[str, tuple[bool, dict[str, Any]]] = {
    "every mention": (False, {**ALIKE, "sections": []}),
    "all but absent": (
        True,
        {**ALIKE, "positive": ["present", "possible", "historical"], "uncertain": []},
    ),
    "present, impression first": (True, {}),
    "present, sections alike": (True, ALIKE),
}


def make(asserted: bool, policy: dict[str, Any]) -> Language:
    """A pipeline of rules."""
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sentences")
    nlp.add_pipe("clinical_sections", config={"rules": ["en", "radiology"]})
    nlp.add_pipe("clinical_finding_mentions", config=TABLES)
    if asserted:
        nlp.add_pipe("clinical_context", config={"rules": ["en", "radiology"]})
    nlp.add_pipe("clinical_findings", config={**TABLES, "policy": policy})
    return nlp


def read(path: Path, held_out: set[str], known: set[str], part: str) -> list[Note]:
    """The reports of a part."""
    rows = csv.DictReader(path.open(encoding="utf-8", newline=""))
    names = {f"CXR{row['uid']}": row for row in rows}
    ids = sorted(
        (set(names) & known) - held_out,
        key=lambda id: hashlib.sha256(f"openi{id}".encode()).hexdigest(),
    )
    chosen = ids[:WRITTEN_ON] if part == "written" else ids[WRITTEN_ON:]
    texts = {
        id: "\n\n".join(f"{p.upper()}: {names[id][p]}" for p in PARTS if names[id].get(p))
        for id in chosen
    }
    return [Note(id, text) for id, text in texts.items()]


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("reports", "labels", "held_out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--part", choices=("written", "test"), default="test")
    parser.add_argument("--without", nargs="*", default=[], help="Labels to leave out")
    args = parser.parse_args()
    gold = read_finding_table(args.labels)
    gold = {i: {k: v for k, v in g.items() if k not in args.without} for i, g in gold.items()}
    held_out = set(args.held_out.read_text().split())
    notes = read(args.reports, held_out, set(gold), args.part)
    print(f"{len(notes)} reports, {args.part}")
    for name, (asserted, policy) in SYSTEMS.items():
        nlp = make(asserted, policy)
        start = time.process_time()
        found = {
            row.id: {f["label"]: f["status"] for f in row.findings}
            for row in find_findings(nlp, notes)
        }
        seconds = time.process_time() - start
        scores = score_findings(gold, found, Settings(samples=1000))
        p, r, f = (100 * scores["all"][x]["value"] for x in "prf")
        low, high = (100 * scores["all"]["f"][x] for x in ("low", "high"))
        macro, kappa = 100 * scores["macro"]["f"], scores["kappa"]["all"]
        print(
            f"{name:28} P {p:5.1f} R {r:5.1f} F {f:5.1f} [{low:.1f}, {high:.1f}] "
            f"macro {macro:5.1f} kappa {kappa:.3f}  {len(notes) / seconds:6.0f} reports/s"
        )
    for label, row in scores["labels"].items():
        values = (row["right"], row["spurious"], row["missed"], row["f"]["value"] or 0.0)
        print("{:20} {:4} right {:4} spurious {:4} missed  F {:.3f}".format(label, *values))


if __name__ == "__main__":
    main()
