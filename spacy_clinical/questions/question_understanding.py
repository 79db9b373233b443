"""From a question's words to what it asks: by a table, by sentence vectors, or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy

from ..context.phrase_words import fold
from ..graph.time_expressions import FoundTime, find_times
from ..graph.time_spans import day_of
from ..tsv import read_rows
from .concept_names import DRUG, PROBLEM, PROCEDURE, TEST, ConceptNames, Named
from .query import Query
from .question_forms import bare_kind, claimed, listed_kind
from .question_words import (
    DATA,
    Understood,
    fitting,
    language_of,
    limiting,
    read_patterns,
    unexplained,
    without_titles,
)

Vectors = Callable[[Sequence[str]], Any]
SURE, ALIKE = 0.95, 0.8  # confidence of what words say, and of what is only alike
LEAST = 0.6  # cosine of a question and an example
NEAREST = 3
_SLOTS = {
    "en": {DRUG: "the drug", PROBLEM: "the problem", TEST: "the test", PROCEDURE: "the procedure"},
    "zh": {DRUG: "这个药", PROBLEM: "这个病", TEST: "这项检查", PROCEDURE: "这个手术"},
}


@dataclass
class Reading:
    """What became of a question.

    query (Query | None): What it asks, None if that isn't understood.
    nearest (tuple[str, ...]): Of one that isn't, questions that are alike.
    why (str): What isn't understood.
    named (list[Named]): What it names.
    """

    query: Query | None = None
    nearest: tuple[str, ...] = ()
    why: str = ""
    named: list[Named] = field(default_factory=list)


def read_question(
    question: str,
    names: ConceptNames,
    *,
    as_of: date | None = None,
    vectors: Vectors | None = None,
    table: Path | None = None,
) -> Reading:
    """Understand a question.

    question (str): English or Chinese.
    names (ConceptNames): What concepts are called.
    as_of (date | None): The day that "last March" is told from.
    vectors (Vectors | None): Texts to unit vectors, shape (n_texts, width); for what no words tell.
    table (Path | None): Another table than ours.
    RETURNS (Reading): What it asks, or what is nearest.
    """
    language = language_of(question)
    asked = without_titles(fold(question) if language == "zh" else question)
    named = claimed(asked, names.find(asked))
    times = find_times(asked, as_of)
    blank = _blank(asked, [(one.start, one.end) for one in named]).casefold()
    kinds = {kind for one in named for kind in one.kinds}
    found = fitting(blank, kinds, read_patterns(table or DATA / f"questions_{language}.tsv"))
    covered = frozenset(place for one in times for place in range(one.start, one.end))
    spans = tuple(one.span for one in times)
    bare = bare_kind(blank, named) if language == "en" and not found else ""
    if bare:
        return _read(bare, asked, language, named, spans, SURE, "words")
    if found and named:
        known = found[0].covered | covered | _all_covered(found, found[0])
        unread = [*unexplained(blank, known, language), *limiting(blank, known)]
        kind = listed_kind(found[0].kind, asked, named)
        reading = _read(kind, asked, language, named, spans, SURE, "words", unread)
        return _timed(reading, asked, times, as_of)
    for one in found:
        known = one.covered | covered | _all_covered(found, one)
        unknown = unexplained(blank, known, language)
        if not unknown:
            return _read(one.kind, asked, language, named, spans, SURE, "words")
    if language == "en" and vectors is not None:
        near = _alike(_slotted(asked, named), kinds, vectors)
        unknown = [*unexplained(blank, covered), *limiting(blank, covered)]
        if near and near[0][0] >= LEAST and (named or not unknown):
            sure = ALIKE * near[0][0]
            return _read(near[0][1], asked, language, named, spans, sure, "vectors", unknown)
        return Reading(None, tuple(text for _, _, text in near[:NEAREST]), "", named)
    return Reading(None, _suggest(kinds, language), "", named)


def _all_covered(found: Sequence[Understood], one: Understood) -> frozenset[int]:
    """What other rows of the same kind account for."""
    alike = (other.covered for other in found if other.kind == one.kind)
    return frozenset().union(*alike)


def _timed(reading: Reading, asked: str, times: Sequence[FoundTime], as_of: date | None) -> Reading:
    """A question with the words of times that aren't its own day."""
    day = day_of(as_of) if as_of else None
    odd = [one for one in times if day is None or not one.span.overlaps(day)]
    words = tuple(asked[one.start : one.end] for one in odd)
    query = reading.query
    return replace(reading, query=replace(query, time_words=words)) if query else reading


def _read(
    kind: str,
    question: str,
    language: str,
    named: Sequence[Named],
    times: tuple[Any, ...],
    confidence: float,
    by: str,
    unread: Sequence[str] = (),
) -> Reading:
    asked = question.casefold()
    query = Query(kind, asked, language, tuple(named), times, confidence, by, tuple(unread))
    return Reading(query, named=list(named))


def _blank(text: str, extents: Sequence[tuple[int, int]]) -> str:
    for start, end in extents:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _slotted(question: str, named: Sequence[Named]) -> str:
    slots = _SLOTS["en"]
    for one in reversed(named):
        kind = next((kind for kind in slots if kind in one.kinds), "")
        if kind:
            question = question[: one.start] + slots[kind] + question[one.end :]
    return question


@cache
def _examples(language: str) -> tuple[tuple[str, str, str], ...]:
    rows = read_rows(DATA / f"examples_{language}.tsv")
    return tuple((kind, needs, example) for kind, needs, example in rows)


def _fitting_examples(kinds: set[str], language: str) -> list[tuple[str, str]]:
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


def _suggest(kinds: set[str], language: str) -> tuple[str, ...]:
    return tuple(example for _, example in _fitting_examples(kinds, language)[:NEAREST])


def _alike(question: str, kinds: set[str], vectors: Vectors) -> list[tuple[float, str, str]]:
    """Examples by cosine, the nearest first."""
    known = _fitting_examples(kinds, "en")
    if not known:
        return []
    rows = vectors([question, *(example for _, example in known)])
    cosines = numpy.asarray(rows[1:] @ rows[0])
    ordered = sorted(zip(cosines.tolist(), known, strict=True), key=lambda row: -row[0])
    return [(cosine, kind, example) for cosine, (kind, example) in ordered]
