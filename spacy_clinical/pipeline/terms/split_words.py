"""Words that the tokenizer has split inside of their letters, "Hb" and "A" of "HbA1c"; those that
notes split, "a fib", "C. difficile"; and symbols with charges, "K+"."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy
from spacy.strings import StringStore

from ...knowledge.array_files import Array
from .long_forms import CLEAR
from .word_table import Row, Tokens, WordTable

ARTICLES, HYPHENS, STOP = ("a", "A"), ("-", "\u2010", "\u2011"), "."
LEAST, MOST = 4, 6  # letters of an abbreviation that begins with an A apart


class Letters(NamedTuple):
    """What is known of tokens, each of shape (tokens,).

    orths (Array): Their texts.
    glued (Array): Whether each is letters and goes on with letters before it, bool.
    initials (Array): Whether each is the full stop behind an initial before a word in small
        letters, bool.
    begins (Array): Whether a document begins with each, bool.
    ions (Sequence[tuple[int, int, str]]): As `find_ions` found them.
    """

    orths: Array
    glued: Array
    initials: Array
    begins: Array
    ions: Sequence[tuple[int, int, str]] = ()


def join_letters(
    tokens: Letters, rows: Array, words: WordTable, strings: StringStore
) -> tuple[Array, Tokens]:
    """Let tokens of letters with nothing between them be one word, where names have it; and let
    initials have no full stop.

    tokens (Letters): The tokens.
    rows (Array): Their rows in the table, shape (tokens,).
    words (WordTable): The table.
    strings (StringStore): Has the tokens' texts.
    RETURNS (tuple[Array, Tokens]): The rows, and the table with rows for such words.
    """
    table, rows, added = words.tokens, rows.copy(), [CLEAR]
    rows[tokens.initials] = clear = len(table.marks)
    split = (*_glued(tokens, words, strings), *_apart(tokens, words, strings))
    for start, end, row in (*split, *_charged(tokens.ions, words)):
        rows[start:end] = clear
        rows[start] = clear + len(added)
        added.append(row._replace(reach=row.reach + numpy.int8(end - start - 1)))
    return rows, table.add(added) if len(added) > 1 or tokens.initials.any() else table


def _glued(
    tokens: Letters, words: WordTable, strings: StringStore
) -> Iterator[tuple[int, int, Row]]:
    """First token, one past the last, and word of each run of letters that is one of a name."""
    for start, end in _runs(tokens.glued):
        text = "".join(strings[int(orth)] for orth in tokens.orths[start:end])
        row = words.row_of(text)
        if len(row.altered) == 1 and row.values[0, 0] and not row.altered[0]:
            yield start, end, row


def _charged(
    ions: Sequence[tuple[int, int, str]], words: WordTable
) -> Iterator[tuple[int, int, Row]]:
    """The same for the symbols of ions."""
    for start, end, symbol in ions:
        row = words.row_of(symbol)
        if len(row.altered) and row.values[0].all() and not row.altered.any():
            yield start, end, row


def _apart(
    tokens: Letters, words: WordTable, strings: StringStore
) -> Iterator[tuple[int, int, Row]]:
    """The same for an abbreviation of which "a" stands apart: "a fib", "A. fib", "a-fib"."""
    known = [strings[text] for text in ARTICLES]
    between = [strings[text] for text in (*HYPHENS, STOP)]
    found: dict[int, Row | None] = {}
    for start in numpy.flatnonzero(numpy.isin(tokens.orths[:-1], known)).tolist():
        place = start + 1 + (int(tokens.orths[start + 1]) in between)
        if (
            place >= len(tokens.orths)
            or tokens.glued[start]
            or tokens.begins[start + 1 : place + 1].any()
        ):
            continue
        orth = int(tokens.orths[place])
        if orth not in found:
            found[orth] = _abbreviation(strings[orth], words)
        row = found[orth]
        if row is not None:
            yield start, place + 1, row


def _abbreviation(text: str, words: WordTable) -> Row | None:
    """The word that "a" and a text are together, if that is a name, and the text no word."""
    if not LEAST <= len(text) + 1 <= MOST or not text.isalpha() or words.is_common(text.lower()):
        return None
    row = words.row_of(f"a{text.lower()}")
    named = len(row.altered) == 1 and not row.altered[0] and words.is_name(row.values[0])
    return row if named else None


def _runs(glued: Array) -> list[tuple[int, int]]:
    """First token, and one past the last, of each run."""
    places = numpy.flatnonzero(glued).tolist()
    groups = groupby(enumerate(places), key=lambda pair: pair[1] - pair[0])
    runs = [[place for _, place in group] for _, group in groups]
    return [(run[0] - 1, run[-1] + 1) for run in runs]
