"""Words that the tokenizer has split inside of their letters: "Hb" and "A" of "HbA1c"."""

from itertools import groupby

import numpy
from spacy.strings import StringStore

from ...knowledge.array_files import Array
from .long_forms import CLEAR
from .word_table import Row, Tokens, WordTable


def join_letters(
    glued: Array, orths: Array, rows: Array, words: WordTable, strings: StringStore
) -> tuple[Array, Tokens]:
    """Let tokens of letters with nothing between them be one word, where names have it.

    glued (Array): Which tokens go on with the one before, shape (tokens,), bool.
    orths (Array): The tokens, shape (tokens,), uint64.
    rows (Array): Their rows in the table, shape (tokens,).
    words (WordTable): The table.
    strings (StringStore): Has the tokens' texts.
    RETURNS (tuple[Array, Tokens]): The rows, and the table with rows for such words.
    """
    table = words.tokens
    if not glued.any():
        return rows, table
    rows, added = rows.copy(), list[Row]()
    for start, end in _runs(glued):
        text = "".join(strings[int(orth)] for orth in orths[start:end])
        (row,) = words.make_rows([text])
        if len(row.altered) == 1 and row.values[0, 0] and not row.altered[0]:
            rows[start:end] = len(table.marks) + len(added) + 1
            rows[start] -= 1
            added += [row._replace(reach=row.reach + numpy.int8(end - start - 1)), CLEAR]
    return rows, table.add(added) if added else table


def _runs(glued: Array) -> list[tuple[int, int]]:
    """First token, and one past the last, of each run."""
    places = numpy.flatnonzero(glued).tolist()
    groups = groupby(enumerate(places), key=lambda pair: pair[1] - pair[0])
    runs = [[place for _, place in group] for _, group in groups]
    return [(run[0] - 1, run[-1] + 1) for run in runs]
