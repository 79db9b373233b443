"""A corpus without a part to score on into train.jsonl and dev.jsonl.

    python assets/split_corpus.py FOLDER corpus/ddi [--dev 20] [--group PATTERN] [--annotated]

By documents: each goes by a hash of its id, so that the same one is always in the same part, and
others that come later move none. `--group` is a pattern whose first group names what belongs
together, such as the sentences of an abstract. `--annotated` leaves out documents without mentions.
What can't be read is named, and isn't in either part.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from spacy_clinical.formats import Reject, guess_format, read, write_jsonl
from spacy_clinical.formats.rejected_documents import describe
from spacy_clinical.records import Record

PARTS = ("train", "dev")


def part_of(id: str, dev: int, group: str = "(.*)") -> str:
    """RETURNS (str): "dev" for so many of a hundred documents, else "train"."""
    match = re.fullmatch(group, id, re.DOTALL)
    name = match[1] if match else id
    return "dev" if int(sha256(name.encode()).hexdigest(), 16) % 100 < dev else "train"


def split(source: Path, target: Path, dev: int, group: str, annotated: bool) -> Counter[str]:
    """Write both parts.

    source (Path): The corpus.
    target (Path): The folder of both parts.
    dev (int): How many of a hundred documents are in the second one.
    group (str): The pattern.
    annotated (bool): Leave out documents without mentions.
    RETURNS (Counter[str]): Documents of each part, and what was left out, by kind.
    """
    if not source.exists():
        raise SystemExit(f"No '{source}'. Fetch the corpus: docs/literature.md says from where.")
    counts: Counter[str] = Counter()
    rejects: list[Reject] = []
    records = list(read(source, guess_format(source), left_out=counts, rejects=rejects))
    if rejects:
        print(describe(rejects))
    kept = list(_annotated(records, counts) if annotated else records)
    target.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        found = [record for record in kept if part_of(record.id, dev, group) == part]
        counts[part] = write_jsonl(found, target / f"{part}.jsonl")
    counts["documents that can't be read"] = len(rejects)
    return counts


def _annotated(records: Iterable[Record], counts: Counter[str]) -> Iterator[Record]:
    for record in records:
        if record.entities:
            yield record
        else:
            counts["documents without mentions"] += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--dev", type=int, default=20, help="of a hundred documents")
    parser.add_argument("--group", default="(.*)")
    parser.add_argument("--annotated", action="store_true")
    options = parser.parse_args()
    told = split(options.source, options.target, options.dev, options.group, options.annotated)
    for kind, count in told.items():
        if count:
            print(f"{kind}: {count}")


if __name__ == "__main__":
    main()
