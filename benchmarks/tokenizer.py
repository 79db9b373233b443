"""Mentions that a tokenizer can't represent, and what it costs not to lose them.

    python benchmarks/tokenizer.py ../shared/data

Prints a Markdown table for the public corpora in the folder: our tokenizer beside spaCy's English
one. A mention is lost if one of its ends lies inside a token; discontinuous mentions are counted
apart. Speed is of the second pass over all texts, in processor time.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import spacy
from spacy.tokenizer import Tokenizer

from spacy_clinical.formats import read
from spacy_clinical.records import Record
from spacy_clinical.tokenizer import make_tokenizer

CORPORA = {
    "BC5CDR": ("bc5cdr/CDR_TrainingSet.PubTator.txt", "bc5cdr/CDR_DevelopmentSet.PubTator.txt"),
    "NCBI Disease": (
        "ncbi_disease/NCBItrainset_corpus.txt",
        "ncbi_disease/NCBIdevelopset_corpus.txt",
    ),
    "BioRED": ("biored/Train.PubTator", "biored/Dev.PubTator"),
    "MACCROBAT": ("maccrobat2020",),
}
HEADER = (
    "corpus",
    "documents",
    "mentions",
    "discontinuous",
    "tokenizer",
    "lost",
    "tokens a document",
    "tokens a second",
)


def read_corpus(folder: Path, files: tuple[str, ...]) -> Iterator[Record]:
    for file in files:
        options = {} if (folder / file).is_dir() else {"format": "pubtator", "strict": False}
        yield from read(folder / file, **options)


def measure(tokenizer: Tokenizer, records: list[Record]) -> tuple[float, int, float]:
    """RETURNS (tuple): Tokens a document, mentions lost, tokens a second."""
    tokens = lost = 0
    for record in records:
        doc = tokenizer(record.text)
        tokens += len(doc)
        starts = {token.idx for token in doc}
        ends = {token.idx + len(token) for token in doc}
        spans = [e.fragments[0] for e in record.entities if len(e.fragments) == 1]
        lost += sum(start not in starts or end not in ends for start, end in spans)
    start = time.process_time()
    for record in records:
        tokenizer(record.text)
    return tokens / len(records), lost, tokens / (time.process_time() - start)


def main(folder: Path) -> None:
    nlp = spacy.blank("en")
    tokenizers = {"spaCy's": nlp.tokenizer, "ours": make_tokenizer()(nlp)}
    print("| " + " | ".join(HEADER) + " |")
    print("|---" * len(HEADER) + "|")
    for name, files in CORPORA.items():
        records = list(read_corpus(folder, files))
        apart = sum(len(e.fragments) > 1 for r in records for e in r.entities)
        whole = sum(len(r.entities) for r in records) - apart
        for kind, tokenizer in tokenizers.items():
            size, lost, speed = measure(tokenizer, records)
            row = (name, len(records), whole, apart, kind, lost, f"{size:.1f}", f"{speed:,.0f}")
            print("| " + " | ".join(str(cell) for cell in row) + " |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
