"""Reports for training heads: ours, and those of a RadGraph file of yours, in one scheme.

    python assets/radiology/training_parts.py train.jsonl corpus/radiology_trained [RADGRAPH.json]

train.jsonl is what build.py writes. OUT/train.jsonl holds most of our 60 reports and four fifths of
yours, OUT/dev.jsonl the others, by a hash of their names; our 30 of eval.jsonl are in neither.
RadGraph's words become ours: Anatomy and Observation, located_at, modify and suggestive_of;
"definitely absent" is absent, "uncertain" possible. Words that are neither's are left out and
counted. Where several people labelled a report, all of its versions are in one part.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from spacy_clinical.formats import read, write_jsonl
from spacy_clinical.records import Attribute, Entity, Record

LABELS = {
    "anat": "ANATOMY",
    "anatomy": "ANATOMY",
    "obs": "OBSERVATION",
    "observation": "OBSERVATION",
}
RELATIONS = {"located_at": "LOCATED_AT", "modify": "MODIFY", "suggestive_of": "SUGGESTIVE_OF"}
ASSERTIONS = {
    "dp": "present",
    "definitely present": "present",
    "da": "absent",
    "definitely absent": "absent",
    "u": "possible",
    "uncertain": "possible",
}
OURS, YOURS = 15, 20  # of a hundred in the second part


def in_our_scheme(record: Record, left_out: Counter[str]) -> Record:
    """Say in our words what RadGraph says.

    record (Record): As its reader gives it.
    left_out (Counter[str]): Mentions, relations and assertions of other words are counted here.
    RETURNS (Record): The report. A mention of which nothing known is asserted is left out: it would
        be taken for present.
    """
    said = {a.target: a.value.casefold() for a in record.attributes if a.name == "assertion"}
    entities: list[Entity] = []
    for entity in record.entities:
        label, assertion = LABELS.get(entity.label.casefold()), said.get(entity.id, "")
        if label is None or assertion not in ASSERTIONS:
            left_out["mentions of other words"] += 1
        else:
            entities.append(replace(entity, label=label))
    ids = {entity.id for entity in entities}
    relations = [
        replace(rel, label=RELATIONS[rel.label.casefold()])
        for rel in record.relations
        if {rel.head, rel.tail} <= ids and rel.label.casefold() in RELATIONS
    ]
    left_out["relations of other words"] += len(record.relations) - len(relations)
    attributes = tuple(Attribute(id, "assertion", ASSERTIONS[said[id]]) for id in sorted(ids))
    return replace(
        record, entities=tuple(entities), relations=tuple(relations), attributes=attributes, meta={}
    )


def parts(records: Iterable[Record], dev: int) -> Iterator[tuple[str, Record]]:
    """YIELDS (tuple[str, Record]): "train" or "dev", and a report."""
    for record in records:
        name = record.id.partition(":")[0]
        number = int(sha256(name.encode()).hexdigest(), 16) % 100
        yield ("dev" if number < dev else "train"), record


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ours", type=Path, help="train.jsonl of build.py")
    parser.add_argument("out", type=Path)
    parser.add_argument("radgraph", nargs="?", default="", help="RadGraph's JSON, yours")
    options = parser.parse_args()
    left_out: Counter[str] = Counter()
    drawn = list(parts(read(options.ours), OURS))
    if options.radgraph:
        theirs = (in_our_scheme(r, left_out) for r in read(options.radgraph, "radgraph"))
        drawn += parts(theirs, YOURS)
    options.out.mkdir(parents=True, exist_ok=True)
    for name in ("train", "dev"):
        count = write_jsonl((r for part, r in drawn if part == name), options.out / f"{name}.jsonl")
        print(f"{name}: {count} reports")
    for kind, count in sorted((+left_out).items()):
        print(f"left out, {kind}: {count}")


if __name__ == "__main__":
    main()
