"""MACCROBAT (brat) into the parts that maccrobat_split.json fixes, as JSONL.

    python assets/split_maccrobat.py FOLDER corpus/maccrobat [--make]

The corpus has no official split. Ours is by document, and names them by their PubMed ids; `--make`
draws it anew. POLARITY "POS" (one mention) is what every mention has that says nothing: left out.
"""

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from spacy_clinical.formats import read_brat, write_jsonl
from spacy_clinical.records import Record

SPLIT = Path(__file__).with_name("maccrobat_split.json")
DEV, TEST = 10, 40


def draw_split(names: Sequence[str]) -> dict[str, list[str]]:
    """Draw the parts, the same for the same names."""
    drawn = sorted(names)
    random.Random(0).shuffle(drawn)
    parts = {"test": drawn[:TEST], "dev": drawn[TEST : TEST + DEV], "train": drawn[TEST + DEV :]}
    return {part: sorted(chosen) for part, chosen in sorted(parts.items())}


def split(folder: Path, target: Path) -> None:
    """Write train.jsonl, dev.jsonl and test.jsonl."""
    if not folder.is_dir():
        raise SystemExit(
            f"No folder '{folder}'. Give MACCROBAT2020's with --vars.maccrobat FOLDER."
        )
    parts = json.loads(SPLIT.read_text(encoding="utf-8"))
    records = {record.id: _without_pos(record) for record in read_brat(folder)}
    known = {name for names in parts.values() for name in names}
    target.mkdir(parents=True, exist_ok=True)
    for part, names in parts.items():
        found = [records[name] for name in names if name in records]
        write_jsonl(found, target / f"{part}.jsonl")
        print(f"{part}: {len(found)} of {len(names)} documents")
    print(f"{len(records.keys() - known)} documents of '{folder}' are in no part")


def _without_pos(record: Record) -> Record:
    kept = (a for a in record.attributes if (a.name, a.value) != ("POLARITY", "POS"))
    return replace(record, attributes=tuple(kept))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--make", action="store_true")
    arguments = parser.parse_args()
    if arguments.make:
        parts = draw_split([path.stem for path in arguments.folder.glob("*.txt")])
        SPLIT.write_text(json.dumps(parts, indent=1) + "\n", encoding="utf-8")
    split(arguments.folder, arguments.target)


if __name__ == "__main__":
    main()
