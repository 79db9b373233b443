"""Words as 64-bit numbers that add up: many at once, also those one typing error away.

A word's letters are the coefficients of a polynomial, whose value is mixed; so the number of a word
with a letter more, less, another or two exchanged follows from prefix sums, without the word. The
sum of its words' numbers stands for a name whatever their order.
"""

from collections.abc import Sequence
from typing import Any

import numpy

Array = Any
BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse: 2 ** 64 / golden ratio
INVERSE = pow(BASE, -1, 2**64)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MIX = numpy.uint64(0xBF58476D1CE4E5B9), numpy.uint64(0x94D049BB133111EB)
_SHIFTS = numpy.uint64(30), numpy.uint64(27), numpy.uint64(31)
PART = 1  # letters in each part of a word that is split in two, at least: "xray", "ecoli"


def hash_words(words: Sequence[str]) -> Array:
    """Turn words into numbers.

    words (Sequence[str]): None of them empty.
    RETURNS (Array): Shape (n,), uint64.
    """
    return mix(sum_letters(words)[0])


def sum_letters(words: Sequence[str]) -> tuple[Array, Array]:
    """Turn words into numbers that can be joined.

    words (Sequence[str]): None of them empty.
    RETURNS (tuple[Array, Array]): The values of the words' polynomials, and what a word behind each
        is multiplied by. Shape (n,), uint64.
    """
    if not words:
        return numpy.zeros(0, "uint64"), numpy.zeros(0, "uint64")
    lengths = numpy.fromiter(map(len, words), "int64", len(words))
    starts = numpy.cumsum(lengths) - lengths
    places = numpy.arange(int(lengths.sum())) - numpy.repeat(starts, lengths)
    powers = _powers(int(lengths.max()) + 1)
    values = _letters("".join(words)) * powers[places]
    return numpy.add.reduceat(values, starts), powers[lengths]


def hash_joined(first: Array, factors: Array, second: Array) -> Array:
    """Find the numbers of words that are two in one.

    first, factors (Array): Of the first parts, see `sum_letters`. Shape (n,), uint64.
    second (Array): Values of the second parts, shape (n,), uint64.
    RETURNS (Array): Shape (n,), uint64.
    """
    return mix(first + factors * second)


def hash_names(keys: Sequence[str]) -> tuple[Array, Array]:
    """Turn names into numbers, whatever the order of their words.

    keys (Sequence[str]): Words with a space between them, see `name_key`; no words make 0.
    RETURNS (tuple[Array, Array]): The names' numbers, shape (n,), and those of their words, in
        order. Both uint64.
    """
    words = [key.split() for key in keys]
    values = hash_words([word for row in words for word in row])
    sums = numpy.concatenate([numpy.zeros(1, "uint64"), numpy.cumsum(values, dtype="uint64")])
    ends = numpy.cumsum([0, *map(len, words)])
    return sums[ends[1:]] - sums[ends[:-1]], values


def hash_errors(word: str) -> Array:
    """Find the numbers of all words that are one typing error away: a letter more, less, another,
    or two neighbours exchanged. The first letter is taken to be right.

    word (str): Of two letters at least.
    RETURNS (Array): Some more than once, uint64. The letters that may be missing are a to z.
    """
    terms, sums, powers = _prefixes(word)
    total = sums[-1]
    less = sums[:-1] + (total - sums[1:]) * numpy.uint64(INVERSE)
    other = total - terms + _ALPHABET * powers[:-1]
    more = sums + (total - sums) * numpy.uint64(BASE) + _ALPHABET * powers
    steps = _letters(word)
    change = (steps[1:] - steps[:-1]) * (powers[:-2] - powers[1:-1])
    kinds = less[1:], other[:, 1:].ravel(), more[:, 1:].ravel(), (total + change)[1:]
    found = numpy.concatenate(kinds)
    return mix(found[found != total])


def hash_parts(word: str) -> tuple[Array, Array]:
    """Find the numbers of the two parts that a word may be split into.

    word (str): Any.
    RETURNS (tuple[Array, Array]): First and second parts, shape (splits,), uint64.
    """
    _, sums, _ = _prefixes(word)
    places = numpy.arange(PART, len(word) - PART + 1)
    back = _powers(len(word) + 1, INVERSE)[places]
    return mix(sums[places]), mix((sums[-1] - sums[places]) * back)


def _prefixes(word: str) -> tuple[Array, Array, Array]:
    powers = _powers(len(word) + 1)
    terms = _letters(word) * powers[:-1]
    return terms, numpy.concatenate([numpy.zeros(1, "uint64"), numpy.cumsum(terms)]), powers


def _powers(count: int, base: int = BASE) -> Array:
    steps = numpy.full(count, base, "uint64")
    steps[:1] = 1
    return numpy.cumprod(steps, dtype="uint64")


def _letters(text: str) -> Array:
    data = text.encode("utf-32-le", "surrogatepass")
    return mix(numpy.frombuffer(data, "<u4").astype("uint64") + numpy.uint64(1))


def mix(values: Array) -> Array:
    """Spread numbers over 64 bits (Steele, Lea & Flood 2014, SplitMix64).

    values (Array): Any shape, uint64.
    RETURNS (Array): The same shape.
    """
    values = (values ^ (values >> _SHIFTS[0])) * _MIX[0]
    values = (values ^ (values >> _SHIFTS[1])) * _MIX[1]
    return values ^ (values >> _SHIFTS[2])


_ALPHABET = _letters(LETTERS)[:, None]
