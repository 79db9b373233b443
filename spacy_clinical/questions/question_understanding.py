"""From a question's words to what it asks: by a table, by sentence vectors, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from ..graph.time_expressions import FoundTime, find_times
from ..graph.time_spans import day_of
from .concept_names import ConceptNames, Named, without
from .query import Query
from .question_examples import NEAREST, Vectors, alike, suggest
from .question_forms import bare_kind, claimed, listed_kind
from .question_rewriting import plainer, plainer_chinese
from .question_words import (
    DATA,
    Understood,
    asks_for_advice,
    fitting,
    language_of,
    limiting,
    read_patterns,
    unexplained,
    without_titles,
)
from .time_anchors import split_anchors

SURE, PARTLY, ALIKE = 0.96, 0.9, 0.8  # confidence: all words, but some, only alike
NONE = "none"  # a kind of questions that nothing here answers
LEAST = 0.6  # cosine of a question and an example


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


@dataclass
class _Parts:
    """A question taken apart.

    asked (str): In plainer words.
    open (str): In lower case, without what concepts are called in it.
    language (str): ISO 639-1.
    named (list[Named]): What it is about.
    times (list[FoundTime]): The times that it names.
    query (Query): What is known of it before its kind is.
    """

    asked: str
    open: str
    language: str
    named: list[Named]
    times: list[FoundTime]
    query: Query

    @property
    def kinds(self) -> set[str]:
        return {kind for one in self.named for kind in one.kinds}

    @property
    def told(self) -> frozenset[int]:
        """Characters of times."""
        return frozenset(place for one in self.times for place in range(one.start, one.end))

    @property
    def lead(self) -> frozenset[int]:
        """Characters before a colon, if all that is named stands behind it: "The ward asks:"."""
        end = self.asked.rfind(":") + 1
        behind = all(one.start >= end for one in self.named)
        return frozenset(range(end)) if self.named and behind else frozenset()

    @property
    def timeless(self) -> str:
        """What is open, without times."""
        told = self.told
        return "".join(" " if i in told else letter for i, letter in enumerate(self.open))

    def read(
        self, kind: str, confidence: float = SURE, by: str = "words", unread: Sequence[str] = ()
    ) -> Reading:
        """RETURNS (Reading): The question, of a kind."""
        found = replace(self.query, kind=kind, confidence=confidence, by=by, unread=tuple(unread))
        return Reading(found, named=self.named)


def read_question(
    question: str,
    names: ConceptNames,
    *,
    as_of: date | None = None,
    vectors: Vectors | None = None,
    table: Path | None = None,
    before: Sequence[Named] = (),
) -> Reading:
    """Understand a question.

    question (str): English or Chinese.
    names (ConceptNames): What concepts are called.
    as_of (date | None): The day that "last March" is told from.
    vectors (Vectors | None): Texts to unit vectors, shape (n_texts, width); for what no words tell.
    table (Path | None): Another table than ours.
    before (Sequence[Named]): What was named before; it is meant where the question names nothing.
    RETURNS (Reading): What it asks, or what is nearest.
    """
    parts = _take_apart(question, names, as_of, before)
    patterns = read_patterns(table or DATA / f"questions_{parts.language}.tsv")
    found = fitting(parts.open, parts.kinds, patterns, parts.language)
    bare = bare_kind(parts.timeless, parts.named) if parts.language == "en" and not found else ""
    if bare:
        return parts.read(bare)
    reading = _by_words(parts, found)
    if reading is not None:
        return reading
    if vectors is not None and parts.language == "en":
        return _by_vectors(parts, vectors)
    return Reading(None, suggest(parts.kinds, parts.language), "", parts.named)


def _take_apart(
    question: str, names: ConceptNames, as_of: date | None, before: Sequence[Named]
) -> _Parts:
    language = language_of(question)
    asked = without_titles((plainer_chinese if language == "zh" else plainer)(question))
    found = names.find(asked)
    times = find_times(asked, as_of)
    open_ = without(asked, found, "_").casefold()  # a word: "what _ is" isn't "what is"
    named, anchors = split_anchors(asked, claimed(asked, found))
    named = named or list(before)
    words = _odd_times(asked, times, as_of)
    spans = tuple(one.span for one in times)
    query = Query("", asked.casefold(), language, tuple(named), spans)
    query = replace(query, time_words=words, anchors=anchors)
    return _Parts(asked, open_, language, named, times, query)


def _odd_times(asked: str, times: Sequence[FoundTime], as_of: date | None) -> tuple[str, ...]:
    """The words of times that aren't the question's own day."""
    day = day_of(as_of) if as_of else None
    odd = (one for one in times if day is None or not one.span.overlaps(day))
    return tuple(asked[one.start : one.end] for one in odd)


def _by_words(parts: _Parts, found: Sequence[Understood]) -> Reading | None:
    """What the best row of the table says; one that names nothing must be explained in full."""
    if found and parts.named:
        known = found[0].covered | parts.told | _all_covered(found, found[0])
        known |= parts.lead
        unread = unexplained(parts.open, known, parts.language) + limiting(parts.open, known)
        kind = listed_kind(found[0].kind, parts.asked, parts.named)
        if kind == NONE:
            return Reading(None, suggest(parts.kinds, parts.language), "", parts.named)
        reading = parts.read(kind, unread=unread)
        query = reading.query
        return parts.read(kind, PARTLY, unread=unread) if query and query.content else reading
    for one in found:
        known = one.covered | parts.told | _all_covered(found, one)
        if not unexplained(parts.open, known, parts.language):
            limits = limiting(parts.open, known)
            return parts.read(one.kind, unread=[*filter(asks_for_advice, limits)])
    return None


def _all_covered(found: Sequence[Understood], one: Understood) -> frozenset[int]:
    """What other rows of the same kind account for."""
    alike = (other.covered for other in found if other.kind == one.kind)
    return frozenset().union(*alike)


def _by_vectors(parts: _Parts, vectors: Vectors) -> Reading:
    near = alike(parts.asked, parts.named, vectors)
    unread = unexplained(parts.open, parts.told) + limiting(parts.open, parts.told)
    if near and near[0][0] >= LEAST and (parts.named or not unread):
        return parts.read(near[0][1], ALIKE * near[0][0], "vectors", unread)
    return Reading(None, tuple(text for _, _, text in near[:NEAREST]), "", parts.named)
