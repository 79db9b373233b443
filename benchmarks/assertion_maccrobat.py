"""MACCROBAT's POLARITY: the rules, negspacy and medspaCy in one run, gold mentions given.

    python benchmarks/assertion_maccrobat.py MACCROBAT_FOLDER [--medspacy PYTHON] [--limit N]

Mentions are those of the labels of which any has a POLARITY; of overlapping ones the first and
longest, as negspacy knows none. NEG is absent; UNCERTAIN, MAYBE_NEG and MAYBE_POS are possible.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import spacy

from spacy_clinical.corpus.corpus_files import read_records
from spacy_clinical.event_mentions import flatten
from spacy_clinical.records import Entity, Record

sys.path.insert(0, str(Path(__file__).parent))
from assertion_cases import PRESENT, Case, by_medspacy, by_negspacy, by_rules, f1, pairs

POLARITY = "POLARITY"
NLP = spacy.blank("en")
VALUES = {"NEG": "absent", "UNCERTAIN": "possible", "MAYBE_NEG": "possible"}
VALUES["MAYBE_POS"] = "possible"


def make_cases(records: Sequence[Record]) -> Iterator[Case]:
    """YIELDS (Case): Each document with its mentions and their polarity."""
    stated = [{a.target: a.value for a in r.attributes if a.name == POLARITY} for r in records]
    pairs_of = list(zip(records, stated, strict=True))
    labels = {e.label for record, said in pairs_of for e in record.entities if e.id in said}
    for record, said in pairs_of:
        kept = list(_apart(record.text, (e for e in record.entities if e.label in labels)))
        values = (VALUES.get(str(said.get(e.id))) for e in kept)
        gold = tuple(frozenset({value}) if value else PRESENT for value in values)
        yield Case(record.text, tuple((e.start, e.end) for e in kept), gold, record.id)


def _apart(text: str, entities: Iterable[Entity]) -> Iterator[Entity]:
    doc, last = NLP.make_doc(text), 0
    for entity in sorted(entities, key=lambda e: (e.start, -e.end)):
        span = doc.char_span(entity.start, entity.end, alignment_mode="expand")
        if span is not None and span.start >= last:
            yield entity
            last = span.end


def main() -> None:
    """Print F1 of each value for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, help="MACCROBAT 2020")
    parser.add_argument("--medspacy", help="A Python that has medspaCy")
    parser.add_argument("--limit", type=int, default=0, help="Documents to take; 0 for all")
    arguments = parser.parse_args()
    records = sorted(
        (flatten(one)[0] for one in read_records(arguments.folder)), key=lambda one: one.id
    )
    cases = list(make_cases(records[: arguments.limit or None]))
    found = {"rules": by_rules(cases), "negspacy": by_negspacy(cases)}
    if arguments.medspacy:
        found["medspaCy"] = by_medspacy(cases, arguments.medspacy)
    for who, said in found.items():
        rows = pairs(cases, said)
        print(f"{who:10}{len(rows)} mentions", end="")
        for value in ("absent", "possible"):
            right = sum(value in gold and value in one for gold, one in rows)
            told = sum(value in one for _, one in rows)
            held = sum(value in gold for gold, _ in rows)
            p, r = 100 * right / max(1, told), 100 * right / max(1, held)
            print(f"  {value} ({held}) P {p:.1f} R {r:.1f} F1 {f1(rows, value):.1f}", end="")
        print()


if __name__ == "__main__":
    main()
