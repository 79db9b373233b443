"""Runs of words that are names: all of a batch of documents, looked up at once."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy

from ...knowledge.array_files import Array
from ...knowledge.term_index import TermIndex
from ...knowledge.word_hashes import hash_joined
from .word_table import CLOSES, COMMA, GOES_ON, HARD, OPENS, READINGS, SOFT, Tokens

ASIDE = 3  # words in brackets that a term may go over, at most


class Words(NamedTuple):
    """The words of a sequence of tokens that names are compared by, each of shape (n,).

    values (Array): Their numbers, uint64, 0 for one that no name has.
    starts, ends (Array): The token that each is in, and one past it.
    first, last (Array): Whether it is the first, or the last, word of its token.
    altered (Array): Whether it was taken for another.
    """

    values: Array
    starts: Array
    ends: Array
    first: Array
    last: Array
    altered: Array


class Hits(NamedTuple):
    """Runs of words that are names, each of shape (n,).

    starts, ends (Array): First token, and one past the last.
    places (Array): Where the names are in the index.
    soft (Array): Whether the run counts only if it is the same word for word.
    altered (Array): How many of its words were taken for others.
    sided (Array): Whether it goes over words that the name hasn't got, such as "left".
    second (Array): Whether it is the second thing that a token may be alone.
    """

    starts: Array
    ends: Array
    places: Array
    soft: Array
    altered: Array
    sided: Array
    second: Array


class Demand(NamedTuple):
    """Which runs of a reading are looked up: those that an earlier one hasn't got.

    sums (Array): What counts, summed up before each word, shape (n + 1,).
    inner (bool): Whether only words behind a run's first one count.
    """

    sums: Array
    inner: bool


def find_hits(rows: Array, table: Tokens, breaks: Array, index: TermIndex, most: int) -> Hits:
    """Find the runs that are names.

    rows (Array): The tokens' rows in the table, shape (tokens,).
    table (Tokens): The table.
    breaks (Array): Tokens that no term goes over from before, such as a document's first one.
    index (TermIndex): The names.
    most (int): Words in a run, at most.
    RETURNS (Hits): By their starts, the longer first, the least altered before others.
    """
    marks = table.marks[rows]
    parted = marks == HARD
    parted[breaks] = True
    comma = marks == COMMA
    comma[:-1] &= marks[1:] != GOES_ON
    brackets = (marks == OPENS) | (marks == CLOSES)
    borders = numpy.cumsum(parted), numpy.cumsum((marks == SOFT) | comma | brackets)
    found = [_find_alone(rows, table, index, which) for which in (0, 1)]
    readings = list(_readings(rows, table, marks, borders[0], index))
    for number, words in enumerate(readings):
        demand = Demand(_sums_before(words.altered), inner=False) if number else None
        found += _find_runs(words, borders, index, most, demand)
    aside = _find_asides(marks, table.between[rows], borders[0])
    around = _find_between(readings[0], table.between[rows] | aside, most)
    if around is not None:
        # No such word stands in a name behind a comma: "pain, left knee swollen".
        softs = (marks == SOFT) | (marks == COMMA) | (brackets & ~aside)
        borders = borders[0], numpy.cumsum(softs)
        found += _find_runs(around[0], borders, index, most, around[1])
    hits = Hits(*map(numpy.concatenate, zip(*found, strict=True)))
    order = numpy.lexsort((hits.second, hits.altered, hits.sided, -hits.ends, hits.starts))
    return Hits(*(column[order] for column in hits))


def _readings(
    rows: Array, table: Tokens, marks: Array, parts: Array, index: TermIndex
) -> Iterator[Words]:
    """The words as they stand, as what unknown ones may have meant to be, and two in one."""
    begins, counts = table.starts[rows], table.starts[rows + 1] - table.starts[rows]
    tokens = numpy.repeat(numpy.arange(len(rows)), counts)
    inner = numpy.arange(len(tokens)) - (numpy.cumsum(counts) - counts)[tokens]
    places = begins[tokens] + inner
    first, last, altered = inner == 0, inner == counts[tokens] - 1, table.altered[places]
    ends = tokens + 1 + table.reach[places]
    words = Words(table.values[0, places], tokens, ends, first, last, altered)
    yield words
    if altered.any():
        for reading in range(1, READINGS):
            yield words._replace(values=table.values[reading, places])
    joined = _join(words, table.letters[:, places], marks, parts, index)
    if joined is not None:
        yield joined


def _join(
    words: Words, letters: Array, marks: Array, parts: Array, index: TermIndex
) -> Words | None:
    """The words with neighbours in one where names have them so: "gall stones" as "gallstones"."""
    near = words.ends[:-1] + 1 >= words.starts[1:]
    near &= parts[words.starts[:-1]] == parts[words.starts[1:]]
    near &= words.last[:-1] & words.first[1:] & ~words.altered[:-1] & ~words.altered[1:]
    where = numpy.flatnonzero(near)
    values = hash_joined(letters[0, where], letters[1, where], letters[0, where + 1])
    known = index.knows(values)
    where, values = where[known], values[known]
    apart = numpy.diff(where, prepend=-2) > 1
    where, values = where[apart], values[apart]
    if not len(where):
        return None
    changed = Words(*(column.copy() for column in words))
    changed.values[where] = values
    changed.altered[:] = False
    changed.altered[where] = True
    changed.ends[where], changed.last[where] = words.ends[where + 1], words.last[where + 1]
    kept = numpy.ones(len(words.values), bool)
    kept[where + 1] = False
    return Words(*(column[kept] for column in changed))


def _find_asides(marks: Array, between: Array, parts: Array) -> Array:
    """Brackets with what is in them, where that only goes on with a name: "(primary)". Shape
    (tokens,), bool."""
    found = numpy.zeros(len(marks), bool)
    going_on = numpy.concatenate([[0], numpy.cumsum((marks == GOES_ON) & ~between)])
    opening = numpy.flatnonzero(marks == OPENS)
    for count in range(1, ASIDE + 1):
        starts = opening[opening + count + 1 < len(marks)]
        ends = starts + count + 1
        whole = (marks[ends] == CLOSES) & (parts[starts] == parts[ends])
        whole &= going_on[ends] - going_on[starts] == count
        for step in range(count + 2):
            found[starts[whole] + step] = True
    return found


def _find_between(words: Words, between: Array, most: int) -> tuple[Words, Demand] | None:
    """The words around those that may stand between a name's words, without these; and that runs
    go over such. None where there are none with words of names on both sides."""
    dropped = between[words.starts]
    places = numpy.flatnonzero(dropped[1:-1]) + 1
    told = (words.values != 0) | dropped
    places = places[told[places - 1] & told[places + 1]]
    if not len(places):
        return None
    size = len(dropped)
    steps = numpy.zeros(size + 1, "int64")
    numpy.add.at(steps, numpy.maximum(places - most - 1, 0), 1)
    numpy.add.at(steps, numpy.minimum(places + most + 1, size), -1)
    near = numpy.cumsum(steps)[:-1] > 0
    kept = numpy.flatnonzero(near & ~dropped)
    around = Words(*(column[kept] for column in words))
    around.values[numpy.diff(numpy.cumsum(~near)[kept], prepend=0) > 0] = 0  # parts the stretches
    before = _sums_before(dropped)[kept]
    return around, Demand(numpy.concatenate([[0], before]), inner=True)


def _sums_before(flags: Array) -> Array:
    return numpy.concatenate([[0], numpy.cumsum(flags)])


def _find_runs(
    words: Words,
    borders: tuple[Array, Array],
    index: TermIndex,
    most: int,
    demand: Demand | None,
) -> Iterator[Hits]:
    size, unknown = len(words.values), words.values == 0
    # A word that no name has parts those before it from those behind.
    between = 2 * numpy.cumsum(unknown) - unknown
    parts, softs = borders[0][words.starts] + between, borders[1][words.starts]
    sums = numpy.concatenate([numpy.zeros(1, "uint64"), numpy.cumsum(words.values)])
    altered = _sums_before(words.altered)
    starts = numpy.flatnonzero(words.first & ~unknown)
    if demand:
        starts = starts[demand.sums[numpy.minimum(starts + most, size)] > demand.sums[starts]]
    for length in range(1, most + 1):
        starts = starts[starts + length <= size]
        starts = starts[parts[starts + length - 1] == parts[starts]]
        if not len(starts):
            return
        whole = starts[words.last[starts + length - 1]]
        if demand:
            whole = whole[demand.sums[whole + length] > demand.sums[whole + demand.inner]]
        which, places = index.find(sums[whole + length] - sums[whole])
        begin, last = whole[which], whole[which] + length - 1
        yield Hits(
            words.starts[begin],
            words.ends[last],
            places,
            softs[last] > softs[begin],
            altered[last + 1] - altered[begin],
            numpy.full(len(begin), demand is not None and demand.inner),
            numpy.zeros(len(begin), bool),
        )


def _find_alone(rows: Array, table: Tokens, index: TermIndex, which: int) -> Hits:
    values = table.alone[which, rows]
    starts = numpy.flatnonzero(values)
    known, places = index.find(values[starts])
    starts = starts[known]
    nothing = numpy.zeros(len(starts), "int64")
    return Hits(starts, starts + 1, places, nothing > 0, nothing, nothing > 0, nothing + which > 0)
