"""Numbers for n-grams and words, and how many names have each."""

import numpy

from .array_files import Array


class Vocabulary:
    """Numbers n-grams in the order of their appearance, and counts the names that have each."""

    def __init__(self) -> None:
        self.keys = numpy.zeros(0, "uint64")
        self.terms = numpy.zeros(0, "int32")
        self.frequencies = numpy.zeros(0, "int64")

    def number(self, keys: Array) -> Array:
        """RETURNS (Array): The number of each n-gram, new ones added. Shape (n,), int32."""
        distinct, inverse = numpy.unique(keys, return_inverse=True)
        known = find_sorted(self.keys, distinct)
        new = distinct[known < 0]
        if len(new):
            self._add(new)
            known = find_sorted(self.keys, distinct)
        found = self.terms[known][inverse]
        self.frequencies += numpy.bincount(found, minlength=len(self.frequencies))
        return found

    def _add(self, new: Array) -> None:
        numbers = numpy.arange(len(self.keys), len(self.keys) + len(new), dtype="int32")
        places = numpy.searchsorted(self.keys, new)
        self.keys = numpy.insert(self.keys, places, new)
        self.terms = numpy.insert(self.terms, places, numbers)
        self.frequencies = numpy.concatenate([self.frequencies, numpy.zeros(len(new), "int64")])


def find_sorted(known: Array, wanted: Array) -> Array:
    """Find values in a sorted array.

    known (Array): Ascending, distinct.
    wanted (Array): What to find, shape (n,).
    RETURNS (Array): Positions, -1 for what isn't there, shape (n,).
    """
    if not len(known):
        return numpy.full(len(wanted), -1)
    places = numpy.minimum(numpy.searchsorted(known, wanted), len(known) - 1)
    return numpy.where(known[places] == wanted, places, -1)
