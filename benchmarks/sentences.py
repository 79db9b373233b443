"""Sentence borders of clinical notes: our rules, pysbd, spaCy's sentencizer, a trained senter.

    python benchmarks/sentences.py        # pip install "spacy-clinical[context]"

Precision, recall and F1 of the borders (but a note's first) in the hand-marked notes of
tests/context/data. The rules were made on the first file and not changed for the second. spaCy's
senter learns from the first file, as there are no others with marked sentences: it shows what
little data gives.
"""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pysbd
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import fix_random_seed

sys.path.insert(0, str(Path(__file__).parents[1]))
from spacy_clinical.context.sentences import find_sentences
from tests.context.gold_sentences import read_gold

Note = tuple[str, list[int]]
STEPS = 60


def by_pysbd(text: str) -> list[int]:
    """Sentence starts by pysbd on the whole text."""
    spans = pysbd.Segmenter(language="en", clean=False, char_span=True).segment(text)
    return [span.start + len(span.sent) - len(span.sent.lstrip()) for span in spans]


def by_pipe(nlp: Language) -> Callable[[str], list[int]]:
    """Sentence starts by a spaCy pipeline, white space before a sentence left out."""

    def split(text: str) -> list[int]:
        sents = (sent for sent in nlp(text).sents if sent.text.strip())
        return [s.start_char + len(s.text) - len(s.text.lstrip()) for s in sents]

    return split


def train_senter(notes: Sequence[Note]) -> Language:
    """Train spaCy's senter."""
    fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe("senter")
    examples = [Example(nlp.make_doc(text), marked(nlp, text, starts)) for text, starts in notes]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(STEPS):
        nlp.update(examples, sgd=optimizer, drop=0.1)
    return nlp


def marked(nlp: Language, text: str, starts: Sequence[int]) -> Doc:
    """A Doc with gold sentences; white space belongs to the sentence before it."""
    doc = nlp.make_doc(text)
    for token in doc:
        token.is_sent_start = token.idx in set(starts)
    return doc


def score(split: Callable[[str], list[int]], notes: Sequence[Note]) -> tuple[float, float, float]:
    """Precision, recall and F1 of borders, in percent."""
    right = found = gold = 0
    for text, starts in notes:
        guessed, true = set(split(text)) - {starts[0]}, set(starts[1:])
        right, found, gold = right + len(guessed & true), found + len(guessed), gold + len(true)
    precision, recall = 100 * right / max(found, 1), 100 * right / gold
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def main() -> None:
    """Print the table."""
    dev, held_out = read_gold("dev"), read_gold("held_out")
    sentencizer = spacy.blank("en")
    sentencizer.add_pipe("sentencizer")
    splitters = {
        "clinical_sentences": find_sentences,
        "pysbd": by_pysbd,
        "spaCy sentencizer": by_pipe(sentencizer),
        "spaCy senter, trained": by_pipe(train_senter(dev)),
    }
    for name, split in splitters.items():
        start = time.process_time()
        figures = [*score(split, dev), *score(split, held_out)]
        seconds = time.process_time() - start
        print(f"{name:24}" + "".join(f"{figure:8.1f}" for figure in figures) + f"{seconds:9.3f} s")


if __name__ == "__main__":
    main()
