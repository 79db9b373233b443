"""What stands beside a pair of mentions: nearer ones of the same label, and line ends between."""

from typing import Any

import numpy
from spacy.attrs import IS_SPACE
from spacy.tokens import Doc

Array = numpy.ndarray[Any, Any]

START, END, TYPE = 0, 1, 2  # columns of a mention row
N_RANKS, N_LINES = 4, 4
# Sizes of the features: four ranks, and line ends.
NEIGHBOUR_FEATURES = (N_RANKS, N_RANKS, N_RANKS, N_RANKS, N_LINES)


def describe_neighbours(doc: Doc, mentions: Array, pairs: Array, sides: Array) -> Array:
    """Tell for each pair whether others compete for its mentions.

    doc (Doc): The document.
    mentions (Array): Start, end and type number, shape (n_mentions, 3).
    pairs (Array): Head and tail of all candidates, shape (n_pairs, 2).
    sides (Array): Where each pair's head stands beside its tail, as a number, shape (n_pairs,).
    RETURNS (Array): How many other heads of the head's label are nearer to the tail; how many of
        them on the head's side; how many other tails of the tail's label are nearer to the head;
        how many of them on the tail's side; line ends between. Shape (n_pairs, 5), each number
        cut off at its size. Mentions of a label that overlap count as one.
    """
    heads, tails = pairs.T
    types, owners = mentions[:, TYPE], merge_overlapping(mentions)
    gaps = numpy.maximum(mentions[heads, START], mentions[tails, START])
    gaps = numpy.maximum(gaps - numpy.minimum(mentions[heads, END], mentions[tails, END]), 0)
    columns = []
    for one, other in ((tails, heads), (heads, tails)):
        contest = one * (2 + types.max(initial=0)) + 1 + types[other]
        for group in (contest, contest * (1 + sides.max(initial=0)) + sides):
            columns.append(numpy.minimum(rank(group, owners[other], gaps), N_RANKS - 1))
    columns.append(numpy.minimum(count_lines(doc, mentions, pairs), N_LINES - 1))
    return numpy.column_stack(columns).astype("int64")


def merge_overlapping(mentions: Array) -> Array:
    """Number the mentions so that those of a label that overlap share a number.

    mentions (Array): Start, end and type number, shape (n_mentions, 3).
    RETURNS (Array): Shape (n_mentions,).
    """
    owners = numpy.zeros(len(mentions), dtype="int64")
    if not len(mentions):
        return owners
    order = numpy.lexsort((mentions[:, START], mentions[:, TYPE]))
    starts, ends, types = mentions[order].T
    # Labels are laid behind one another, so that the furthest end so far is one of the same label.
    shift = types * (int(ends.max()) + 1)
    furthest = numpy.maximum.accumulate(ends + shift)
    fresh = numpy.append(True, (starts + shift)[1:] >= furthest[:-1])
    owners[order] = numpy.cumsum(fresh) - 1
    return owners


def rank(groups: Array, owners: Array, gaps: Array) -> Array:
    """Count in each row's group the other owners that are nearer.

    groups (Array): Number of each row's group, shape (n_rows,).
    owners (Array): Whose each row is; an owner is as near as its nearest row, shape (n_rows,).
    gaps (Array): How far each row is, shape (n_rows,).
    RETURNS (Array): Shape (n_rows,).
    """
    if not len(groups):
        return numpy.zeros(0, dtype="int64")
    n_owners = 1 + int(owners.max())
    units, unit = numpy.unique(groups * n_owners + owners, return_inverse=True)
    group = units // n_owners
    nearest = numpy.full(len(units), numpy.iinfo("int64").max)
    numpy.minimum.at(nearest, unit, gaps)
    order = numpy.lexsort((nearest, group))
    begins = numpy.append(True, numpy.diff(group[order]) != 0)
    moves = begins | numpy.append(True, numpy.diff(nearest[order]) != 0)
    places = numpy.arange(len(units))
    ranks = numpy.empty(len(units), dtype="int64")
    ranks[order] = numpy.maximum.accumulate(places * moves) - numpy.maximum.accumulate(
        places * begins
    )
    return ranks[unit]


def count_lines(doc: Doc, mentions: Array, pairs: Array) -> Array:
    """Count the line ends between the mentions of each pair.

    doc (Doc): The document.
    mentions (Array): Start, end and type number, shape (n_mentions, 3).
    pairs (Array): Head and tail, shape (n_pairs, 2).
    RETURNS (Array): Shape (n_pairs,); tokens that hold several line ends count once.
    """
    blank = numpy.flatnonzero(doc.to_array([IS_SPACE]).reshape(-1))
    breaks = [i for i in blank.tolist() if "\n" in doc[i].text]
    passed = numpy.searchsorted(numpy.asarray(breaks, dtype="int64"), mentions[:, START])
    return numpy.abs(passed[pairs[:, 0]] - passed[pairs[:, 1]])
