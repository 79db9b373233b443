"""Writes the Chinese sample corpus: `python assets/sample_zh/build.py OUT_DIR`.

All notes are hand-written, in the markup of assets/sample/GUIDELINES.md; GUIDELINES.md here says
what differs in Chinese. One file a split: train.jsonl, dev.jsonl, eval.jsonl.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "sample"))

from markup import MarkupError, read_folder  # noqa: E402

from spacy_clinical.formats.jsonl import write_jsonl  # noqa: E402
from spacy_clinical.records import Record  # noqa: E402

SPLITS = ("train", "dev", "eval")


def build() -> dict[str, list[Record]]:
    """The corpus, by split, each in the order of its notes' names."""
    return {split: read_folder(HERE / "notes" / split) for split in SPLITS}


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write the Chinese sample corpus as JSON lines.")
    parser.add_argument("out_dir", type=Path)
    out = parser.parse_args(arguments).out_dir
    try:
        splits = build()
    except MarkupError as err:
        print(f"Error in the sample notes: {err}", file=sys.stderr)
        return 1
    out.mkdir(parents=True, exist_ok=True)
    for split, records in splits.items():
        write_jsonl(records, out / f"{split}.jsonl")
        print(f"{out / split}.jsonl: {len(records)} notes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
