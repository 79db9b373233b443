"""Abbreviations that documents define, read as their long forms."""

from collections.abc import Sequence

import numpy
from spacy.tokens import Doc, Span

from ...docs.abbreviation_spans import ABBREVIATIONS
from ...knowledge.array_files import Array
from ...knowledge.name_forms import name_key
from .word_table import NONE, NOTHING, READINGS, Row, Tokens

BRACKETS = ("(", "["), (")", "]")
NO_WORDS = (
    numpy.stack([NONE] * READINGS),
    NONE.astype(bool),
    NONE.astype("int8"),
    numpy.stack([NONE] * 2),
)
CLEAR = Row(*NO_WORDS, NOTHING, (0, 0))


def spell_out(
    docs: Sequence[Doc], borders: Array, rows: Array, table: Tokens
) -> tuple[Array, Tokens, dict[int, str]]:
    """Let abbreviations that documents define have the words of their long forms. In brackets
    behind it, as in "glucose-6-phosphate dehydrogenase (G6PD) deficiency", one stands alone, and
    lets longer terms go over it.

    docs (Sequence[Doc]): The documents.
    borders (Array): Where the tokens of each begin, shape (documents + 1,).
    rows (Array): The tokens' rows in the table, shape (tokens,).
    table (Tokens): The table.
    RETURNS (tuple[Array, Tokens, dict[int, str]]): The rows; the table with rows for such
        abbreviations, whose second meaning alone is the short form as it stands; and by token the
        words of the long form.
    """
    said, rows = rows, rows.copy()
    added: list[Row] = []
    long_forms: dict[int, str] = {}
    for doc, border in zip(docs, borders.tolist(), strict=False):
        for short, long in _pairs(doc):
            place = border + short.start
            own, long_forms[place] = _row(table, said[[place]]), name_key(long.text)
            meant = _row(table, said[border + long.start : border + long.end])
            if _in_brackets(short, long):
                rows[[place - 1, place + 1]] = len(table.marks) + len(added)
                added.append(CLEAR)
                meant = Row(*NO_WORDS, NOTHING, (_sum(meant), 0))
            rows[place] = len(table.marks) + len(added)
            added.append(meant._replace(alone=(meant.alone[0], _sum(own))))
    return rows, table.add(added) if added else table, long_forms


def _pairs(doc: Doc) -> list[tuple[Span, Span]]:
    """The abbreviations of one token, and their long forms."""
    if ABBREVIATIONS not in doc.spans:
        return []
    group = doc.spans[ABBREVIATIONS]
    places = group.attrs["long_forms"]
    long = [doc.char_span(start, end, alignment_mode="expand") for start, end in places]
    pairs = zip(group, long, strict=True)
    return [(short, long) for short, long in pairs if len(short) == 1 and long is not None]


def _row(table: Tokens, rows: Array) -> Row:
    """The words of tokens as those of one."""
    parts = [slice(table.starts[row], table.starts[row + 1]) for row in rows.tolist()]
    return Row(
        numpy.concatenate([table.values[:, part] for part in parts], axis=1),
        numpy.concatenate([table.altered[part] for part in parts]),
        numpy.concatenate([0 * table.reach[part] for part in parts]),
        numpy.concatenate([table.letters[:, part] for part in parts], axis=1),
        NOTHING,
        (0, 0),
    )


def _sum(row: Row) -> int:
    return 0 if (row.values[0] == 0).any() else int(row.values[0].sum(dtype="uint64"))


def _in_brackets(short: Span, long: Span) -> bool:
    doc, start, end = short.doc, short.start, short.end
    return (
        long.end == start - 1
        and end < len(doc)
        and doc[start - 1].text in BRACKETS[0]
        and doc[end].text in BRACKETS[1]
    )
