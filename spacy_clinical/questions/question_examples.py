"""One way of asking each kind of question: to be compared with by sentence vectors, and named where
a question isn't understood."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy

from ..tsv import read_rows
from .concept_names import DRUG, PROBLEM, PROCEDURE, TEST, Named
from .question_words import DATA

Vectors = Callable[[Sequence[str]], Any]
NEAREST = 3
_SLOTS = {
    "en": {DRUG: "the drug", PROBLEM: "the problem", TEST: "the test", PROCEDURE: "the procedure"},
    "zh": {DRUG: "这个药", PROBLEM: "这个病", TEST: "这项检查", PROCEDURE: "这个手术"},
}


def suggest(kinds: set[str], language: str) -> tuple[str, ...]:
    """RETURNS (tuple[str, ...]): Questions that might be meant, by what is named."""
    return tuple(example for _, example in _fitting(kinds, language)[:NEAREST])


def alike(question: str, named: Sequence[Named], vectors: Vectors) -> list[tuple[float, str, str]]:
    """Compare an English question with the examples that what it names allows.

    question (str): The question.
    named (Sequence[Named]): What it names.
    vectors (Vectors): Texts to unit vectors, shape (n_texts, width).
    RETURNS (list[tuple[float, str, str]]): Cosine, kind and example, the nearest first.
    """
    known = _fitting({kind for one in named for kind in one.kinds}, "en")
    if not known:
        return []
    rows = vectors([_slotted(question, named), *(example for _, example in known)])
    cosines = numpy.asarray(rows[1:] @ rows[0])
    ordered = sorted(zip(cosines.tolist(), known, strict=True), key=lambda row: -row[0])
    return [(cosine, kind, example) for cosine, (kind, example) in ordered]


def _slotted(question: str, named: Sequence[Named]) -> str:
    slots = _SLOTS["en"]
    for one in reversed(named):
        kind = next((kind for kind in slots if kind in one.kinds), "")
        if kind and question[one.start : one.end] == one.words:
            question = question[: one.start] + slots[kind] + question[one.end :]
    return question


@cache
def _examples(language: str) -> tuple[tuple[str, str, str], ...]:
    rows = read_rows(DATA / f"examples_{language}.tsv")
    return tuple((kind, needs, example) for kind, needs, example in rows)


def _fitting(kinds: set[str], language: str) -> list[tuple[str, str]]:
    """Kind and example of what the named concepts allow."""
    found = []
    for kind, needs, example in _examples(language):
        words = _SLOTS[language].items()
        slots = [word for one, word in words if one in kinds and needs in (one, "any")]
        if needs == "-" and not kinds:
            found.append((kind, example))
        elif slots:
            found.append((kind, example.replace("{x}", slots[0])))
    return found
