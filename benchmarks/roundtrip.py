"""Corpora of other people: read, written back, read again.

    python benchmarks/roundtrip.py ../shared/data --brat brat/example-data
    python benchmarks/roundtrip.py ../shared/data --brat brat/example-data --parser brat/server/src

Prints a Markdown table for the public corpora in the folder and, with `--brat`, for all folders of
brat's example data (https://github.com/nlplab/brat). Documents that can't be read are set aside.
Lines are compared whatever their order, without white space at their ends, and without blank ones;
"same" says that what is read again is what was read, and that it is after .spacy files too. With
`--parser`, the folder of brat's annotation.py, every .ann file that we write is given to it:
"refused" counts the lines that it can't parse or complains of.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import spacy
from spacy.tokens import DocBin

from spacy_clinical.docs import to_doc, to_record
from spacy_clinical.formats import Reject, guess_format, read, write
from spacy_clinical.records import Record

CORPORA = (
    "maccrobat2020",
    "meddocan/train",
    "meddocan/dev",
    "grascco_phi/train.jsonl",
    "asq_phi/train.jsonl",
    "asq_phi/dev.jsonl",
    "bc5cdr/CDR_TrainingSet.PubTator.txt",
    "bc5cdr/CDR_DevelopmentSet.PubTator.txt",
    "ncbi_disease/NCBItrainset_corpus.txt",
    "ncbi_disease/NCBIdevelopset_corpus.txt",
    "biored/Train.PubTator",
    "biored/Dev.PubTator",
)
COLUMNS = ("corpus", "documents", "set aside", "lines", "lines equal", "events", "same", "refused")


class Row(NamedTuple):
    """A line of the table, its fields named as COLUMNS are."""

    corpus: str
    documents: int
    rejected: str
    lines: int
    equal: int
    events: int
    same: str
    refused: str


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--brat", type=Path)
    parser.add_argument("--parser", type=Path)
    options = parser.parse_args()
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    for name, path in find_corpora(options.data, options.brat):
        print("| " + " | ".join(map(str, measure(name, path, options.parser))) + " |", flush=True)


def find_corpora(data: Path, brat: Path | None) -> Iterator[tuple[str, Path]]:
    """The corpora that are there: name and path."""
    if brat is not None:
        for folder in sorted({file.parent for file in brat.rglob("*.ann")}):
            yield f"brat: {folder.relative_to(brat).as_posix()}", folder
    yield from ((name, data / name) for name in CORPORA if (data / name).exists())


def measure(name: str, path: Path, parser: Path | None) -> Row:
    """Read a corpus, write it, and compare."""
    format = guess_format(path)
    rejects: list[Reject] = []
    records = list(read(path, format, rejects=rejects))
    with TemporaryDirectory() as folder:
        target = Path(folder) / "new"
        write(records, target, format, left_out=Counter())
        before, after = count_lines(path, format), count_lines(target, format)
        again = list(read(target, format))
        refused = str(count_refused(target, parser)) if parser and format == "brat" else "-"
    same = all(plain(a) == plain(b) for a, b in zip(records, again, strict=True))
    stored = all(plain(a) == plain(b) for a, b in zip(records, through_docs(records), strict=True))
    events = sum(len(record.events) + len(record.equivalences) for record in records)
    kinds = Counter(reject.code for reject in rejects)
    counted = f"{len(rejects)} ({', '.join(kinds)})" if rejects else "0"
    equal = (before & after).total()
    verdict = "yes" if same and stored else "no"
    return Row(name, len(records), counted, before.total(), equal, events, verdict, refused)


def count_lines(path: Path, format: str) -> Counter[str]:
    """The lines of a corpus, those of brat with their document's name before them."""
    files = sorted(path.glob("*.ann")) if format == "brat" else [path]
    found: Counter[str] = Counter()
    for file in files:
        mark = file.stem if format == "brat" else ""
        lines = file.read_bytes().decode("utf-8-sig").split("\n")
        found.update(f"{mark} {line.rstrip()}" for line in lines if line.strip())
    return found


def through_docs(records: list[Record]) -> Iterator[Record]:
    """The records after a DocBin."""
    nlp = spacy.blank("xx")
    for record in records:
        store = DocBin(docs=[to_doc(record, nlp.make_doc)]).to_bytes()
        (doc,) = DocBin().from_bytes(store).get_docs(nlp.vocab)
        yield to_record(doc, events=True)


def plain(record: Record) -> tuple[Any, ...]:
    """What a record says, whatever the order of its parts. PubTator has no place for meta."""
    parts = (record.entities, record.relations, record.attributes, record.events)
    sets = (Counter(part) for part in (*parts, record.concept_relations, record.equivalences))
    return record.id, record.text, *sets


def count_refused(folder: Path, parser: Path) -> int:
    """Lines of a brat folder that brat's own parser can't parse or complains of."""
    if str(parser) not in sys.path:
        sys.path.insert(0, str(parser))
    annotation = import_module("annotation")
    refused = 0
    for file in sorted(folder.glob("*.ann")):
        text = file.with_suffix(".txt").read_bytes().decode()
        lines = file.read_bytes().decode()
        try:
            found = annotation.TextAnnotations(text=text, source=lines, read_only=True)
        except Exception:
            refused += len(lines.split("\n"))
        else:
            refused += len(found.failed_lines) + len(found.get_messages().errors)
    return refused


if __name__ == "__main__":
    main()
