"""Writes the sample corpus: `python assets/sample/build.py OUT_DIR [--seed 0] [--generated 260]`.

train.jsonl holds the generated notes and the hand-written ones of notes/train, dev.jsonl those of
notes/dev and a few generated ones, eval.jsonl only hand-written ones.
"""

import argparse
import sys
from pathlib import Path

from generator import generate
from markup import MarkupError, read_folder

from spacy_clinical.formats.jsonl import write_jsonl
from spacy_clinical.records import Record

NOTES = Path(__file__).parent / "notes"
GENERATED = 260
GENERATED_DEV = 30
DEV_SEED_OFFSET = 1_000_003


def build(seed: int = 0, generated: int = GENERATED) -> dict[str, list[Record]]:
    """The corpus, by split.

    seed (int): Seed of the generated notes; those of dev come from another one.
    generated (int): How many generated notes train has.
    RETURNS (dict[str, list[Record]]): The notes of "train", "dev" and "eval".
    """
    return {
        "train": generate(generated, seed) + read_folder(NOTES / "train"),
        "dev": read_folder(NOTES / "dev") + generate(GENERATED_DEV, seed + DEV_SEED_OFFSET),
        "eval": read_folder(NOTES / "eval"),
    }


def write(splits: dict[str, list[Record]], folder: Path) -> None:
    """Write one file a split; each is replaced only when it is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    for split, records in splits.items():
        write_jsonl(records, folder / f"{split}.jsonl")


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write the sample corpus as JSON lines.")
    parser.add_argument("out_dir", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--generated", type=int, default=GENERATED)
    options = parser.parse_args(arguments)
    try:
        splits = build(options.seed, options.generated)
    except MarkupError as err:
        print(f"Error in the sample notes: {err}", file=sys.stderr)
        return 1
    write(splits, options.out_dir)
    for split, records in splits.items():
        print(f"{options.out_dir / split}.jsonl: {len(records)} notes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
