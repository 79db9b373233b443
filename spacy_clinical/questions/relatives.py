"""Which relative: of whom a question asks, and of whom a note speaks."""

import re
from collections.abc import Sequence
from functools import cache

from ..context.phrase_words import fold
from ..graph.concept_history import Statement
from ..tsv import read_rows
from .note_texts import NoteTexts
from .question_words import DATA


def told_of(
    said: Sequence[Statement], question: str, texts: NoteTexts
) -> tuple[list[Statement], list[Statement]]:
    """Keep what is said of the relatives that a question names.

    said (Sequence[Statement]): Of relatives.
    question (str): In lower case. One that names no certain relative ("family") asks of all.
    texts (NoteTexts): The notes, as the graph doesn't know which relative; what has none is not
        kept.
    RETURNS (tuple[list[Statement], list[Statement]]): What is said of them, and of others.
    """
    wanted = {who for word in _words(question) for who in relatives()[word]}
    if not wanted:
        return list(said), []
    kept = [one for one in said if wanted & _who(one, texts)]
    return kept, [one for one in said if one not in kept]


def _who(one: Statement, texts: NoteTexts) -> frozenset[str]:
    """Of whom a mention's sentence speaks: who is named last before it, else first behind it."""
    text = texts.texts.get(one.mention.document)
    if text is None:
        return frozenset()
    fragments = one.mention.fragments
    start, end = texts.sentence(one.mention.document, fragments[0][0], fragments[-1][1])
    before = _words(fold(text[start : fragments[0][0]]))
    behind = _words(fold(text[fragments[-1][1] : end]))
    return relatives()[(before or behind[::-1])[-1]] if before or behind else frozenset()


def _words(text: str) -> list[str]:
    return _pattern().findall(text)


@cache
def _pattern() -> re.Pattern[str]:
    words = sorted(relatives(), key=len, reverse=True)
    parts = (word if not word.isascii() else rf"\b{word}\b" for word in words)
    return re.compile("|".join(parts))


@cache
def relatives() -> dict[str, frozenset[str]]:
    """RETURNS (dict[str, frozenset[str]]): Words for relatives, and who is meant."""
    rows = read_rows(DATA / "relatives.tsv")
    return {word: frozenset(who.split()) for words, who in rows for word in words.split("|")}
