"""Stored Docs to Examples: the readers for `[corpora]` in a config."""

from .corpus_reader import make_corpus, read_docs
from .mixed_corpus import make_corpus_part, make_mixed_corpus

__all__ = ["make_corpus", "make_corpus_part", "make_mixed_corpus", "read_docs"]
