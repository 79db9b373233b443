"""Passages of notes, and which of them a question is about."""

from .bm25 import Bm25
from .passage_search import PassageSearch
from .passages import Passage, PassageSettings, cut_passages

__all__ = [
    "Bm25",
    "Passage",
    "PassageSearch",
    "PassageSettings",
    "cut_passages",
]
