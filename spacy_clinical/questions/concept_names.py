"""What a question calls concepts: the names of the graph, of a knowledge base, and their forms."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ..context.phrase_words import fold
from ..graph import ROLES, KnowledgeGraph, Roles
from ..knowledge.knowledge_base import KnowledgeBase
from ..tsv import read_rows

DRUG, PROBLEM, TEST, PROCEDURE = "drug", "problem", "test", "procedure"
MOST_WORDS = 6
WORDS = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
# In a question, Latin words stand in Chinese ones without spaces.
_PART = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+(?:['-][^\W_\u3400-\u9fff]+)*")
_ENDINGS = ("ements", "ement", "ments", "ment", "ings", "ing", "ions", "ion", "ed", "es", "s", "e")
_BRITISH = (("ae", "e"), ("oe", "e"), ("our", "or"), ("sulph", "sulf"), ("isation", "ization"))
_LEAST = 4  # letters that a stem keeps
_TYPES = {"drug": DRUG, "substance": DRUG, "disease": PROBLEM, "symptom": PROBLEM}
_TYPES |= {"test": TEST, "procedure": PROCEDURE}


class Named(NamedTuple):
    """Concepts that a question names by one word or several.

    start, end (int): Its characters.
    words (str): As it is written.
    concepts (tuple[str, ...]): What has that name.
    kinds (frozenset[str]): DRUG, PROBLEM, TEST or PROCEDURE, as far as is known.
    meant (str): The name that a misspelled one is taken for.
    """

    start: int
    end: int
    words: str
    concepts: tuple[str, ...]
    kinds: frozenset[str]
    meant: str = ""


@dataclass
class ConceptNames:
    """An index of names.

    kinds (dict[str, frozenset[str]]): Concept to what it is.
    index (dict[str, set[str]]): Stemmed name to its concepts.
    kb (KnowledgeBase | None): What else has names and kinds of concepts.
    """

    kinds: dict[str, frozenset[str]] = field(default_factory=dict)
    index: dict[str, set[str]] = field(default_factory=dict)
    kb: KnowledgeBase | None = None

    def add(self, concept: str, names: Iterable[str], kinds: frozenset[str]) -> None:
        """Add a concept's names."""
        self.kinds[concept] = self.kinds.get(concept, frozenset()) | kinds
        for name in filter(None, map(stems, names)):
            self.index.setdefault(name, set()).add(concept)

    def find(self, question: str) -> list[Named]:
        """RETURNS (list[Named]): What a question names, the longest names first chosen, in order
        of the text."""
        words = list(_PART.finditer(question))
        found: list[Named] = []
        i = 0
        while i < len(words):
            one = self._longest(question, words[i : i + MOST_WORDS])
            if one is None:
                i += 1
            else:
                found.append(one)
                i += len(_PART.findall(one.words))
        return found or self._inside(question)

    def _longest(self, question: str, words: list[re.Match[str]]) -> Named | None:
        for count in range(len(words), 0, -1):
            start, end = words[0].start(), words[count - 1].end()
            concepts = self._look_up(question[start:end])
            if concepts:
                return self._named(question, start, end, concepts)
        return None

    def _named(self, question: str, start: int, end: int, concepts: Iterable[str]) -> Named:
        ordered = tuple(sorted(concepts))
        kinds = frozenset(kind for id in ordered for kind in self._kinds(id))
        return Named(start, end, question[start:end], ordered, kinds)

    def _look_up(self, words: str) -> set[str]:
        found = self._called(words)
        if not found:
            short = words.casefold()
            name = _short_forms().get(short) or _short_forms().get(short.removesuffix("s"))
            found = self._called(name) if name else found
        return found

    def _called(self, words: str) -> set[str]:
        found = self.index.get(stems(words), set())
        if not found and self.kb is not None and len(words) > 1:
            forms = {words, words.removesuffix("s"), words.removesuffix("'s"), american(words)}
            found = {id for form in sorted(forms) for id in self.kb.named(form)}
        return found

    def _kinds(self, concept: str) -> frozenset[str]:
        known = self.kinds.get(concept)
        if known or self.kb is None:
            return known or frozenset()
        types = self.kb.cui_to_entity[concept].types
        return frozenset(kind for name in types for kind in [_TYPES.get(name, "")] if kind)

    def _inside(self, question: str) -> list[Named]:
        """Names in a text that isn't cut into words, the longest one."""
        if question.isascii():
            return []
        names = (name for name in self.index if not name.isascii() and name in question)
        best = max(names, key=len, default="")
        if not best:
            return []
        start = question.index(best)
        return [self._named(question, start, start + len(best), self.index[best])]


def without(question: str, named: Iterable[Named], blank: str = " ") -> str:
    """RETURNS (str): A question of the same length without what concepts are called in it."""
    for one in named:
        question = question[: one.start] + blank * (one.end - one.start) + question[one.end :]
    return question


def stems(name: str) -> str:
    """RETURNS (str): A name in lower case and American spelling, its words without endings."""
    return " ".join(_stem(word[0]) for word in WORDS.finditer(american(fold(name.casefold()))))


def american(name: str) -> str:
    """RETURNS (str): A name as it is spelled in America, as far as letters tell ("haemoglobin" to
    "hemoglobin"); words that aren't British may become none at all ("toe" to "te")."""
    for british, own in _BRITISH:
        name = name.replace(british, own)
    return name


@cache
def _short_forms() -> dict[str, str]:
    table = Path(__file__).parent / "data" / "short_forms_en.tsv"
    return {short: name for short, name in read_rows(table)}


def _stem(word: str) -> str:
    word = word.removesuffix("'s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
            return word.removesuffix(ending)
    return word


def names_of(
    graph: KnowledgeGraph,
    *,
    roles: Roles = ROLES,
    kb: KnowledgeBase | None = None,
    into: type[ConceptNames] = ConceptNames,
) -> ConceptNames:
    """Index the names of a graph's concepts.

    graph (KnowledgeGraph): The graph.
    roles (Roles): What labels stand for.
    kb (KnowledgeBase | None): Gives more names.
    into (type[ConceptNames]): How the index finds names.
    RETURNS (ConceptNames): The index.
    """
    labels: Mapping[str, frozenset[str]] = {
        DRUG: roles.medications | roles.allergens,
        PROBLEM: roles.conditions,
        TEST: roles.tests,
        PROCEDURE: roles.procedures,
    }
    names = into(kb=kb)
    for concept in graph.concepts.values():
        kinds = frozenset(kind for kind, of in labels.items() if of & concept.labels)
        if kinds:
            more: list[str] = []
            if kb is not None and kb.find(concept.id) >= 0:
                entity = kb.cui_to_entity[concept.id]
                more = [entity.canonical_name, *entity.aliases]
            names.add(concept.id, [*concept.names, concept.title, *more], kinds)
    return names
