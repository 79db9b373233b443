"""Stored Docs to Examples: the readers for `[corpora]` in a config."""

from .mixed import make_corpus_part, make_mixed_corpus
from .reader import make_corpus, read_docs

__all__ = ["make_corpus", "make_corpus_part", "make_mixed_corpus", "read_docs"]
