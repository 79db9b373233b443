"""The words of tokens as numbers: of each distinct token once, many tokens at a time."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy
from spacy.strings import StringStore

from ...knowledge.array_files import Array
from ...knowledge.name_forms import (
    EMPTY,
    LETTER_A,
    POSSESSIVE,
    base_forms,
    earlier_forms,
    fold,
    spell_letter,
)
from ...knowledge.term_index import TermIndex
from ...knowledge.word_hashes import hash_errors, hash_names, hash_parts, hash_words, sum_letters

# What a token does to a term that goes over it: nothing; lets it go on if it is the same word for
# word ("hand, foot and mouth disease"); parts it; a comma as the second, but nothing before a word
# that goes on with the name ("diabetes, type 2"); brackets as the second, but nothing around such
# words ("essential (primary) hypertension").
NOTHING, SOFT, HARD, COMMA, GOES_ON, OPENS, CLOSES = range(7)
MARKS = {",": COMMA, "&": SOFT, "(": OPENS, ")": CLOSES}
ENDS_OF_POSSESSIVES = frozenset(("'s", "\u2019s", "'", "\u2019"))
JOINING = frozenset("-\u2010\u2011\u2012\u2013/'\u2019\u00b4`\"_")
TRANSPARENT = frozenset(("a", "an", "at", "for", "in", "of", "on", "the"))
READINGS = 3  # of a word that isn't known: what it may have been meant to be
MOST = 200_000  # tokens to remember
LONGEST = 60  # letters of a word that may be a mistyped one
NONE = numpy.zeros(0, "uint64")


class Tokens(NamedTuple):
    """What rows of the table hold.

    starts (Array): Where each row's words begin, shape (rows + 1,).
    values (Array): The numbers of its words, shape (READINGS, words), uint64; 0 if no name has it.
    altered (Array): Words that were taken for others, shape (words,), bool.
    reach (Array): How many tokens further than the row's own each word goes, shape (words,), int8.
    letters (Array): Value and factor of each word, see `sum_letters`. Shape (2, words), uint64.
    marks (Array): What each row does to a term, see NOTHING. Shape (rows,), int8.
    alone (Array): What else a token may be, but never a part of a longer term. Shape (2, rows),
        uint64, 0 for nothing.
    between (Array): Rows that may stand between the words of a name that hasn't got them, such as
        "left", shape (rows,), bool.
    """

    starts: Array
    values: Array
    altered: Array
    reach: Array
    letters: Array
    marks: Array
    alone: Array
    between: Array

    def add(self, rows: Iterable["Row"]) -> "Tokens":
        """RETURNS (Tokens): The table with rows more."""
        rows = list(rows)
        ends = self.starts[-1] + numpy.cumsum([len(row.altered) for row in rows])
        return Tokens(
            numpy.concatenate([self.starts, ends]),
            numpy.concatenate([self.values, *(row.values for row in rows)], axis=1),
            numpy.concatenate([self.altered, *(row.altered for row in rows)]),
            numpy.concatenate([self.reach, *(row.reach for row in rows)]),
            numpy.concatenate([self.letters, *(row.letters for row in rows)], axis=1),
            numpy.concatenate([self.marks, [row.mark for row in rows]]),
            numpy.concatenate(
                [self.alone, numpy.array([r.alone for r in rows], "uint64").T], axis=1
            ),
            numpy.concatenate([self.between, [row.between for row in rows]]),
        )


class Row(NamedTuple):
    """A row to add: see `Tokens`."""

    values: Array
    altered: Array
    reach: Array
    letters: Array
    mark: int
    alone: tuple[int, int]
    between: bool = False


class WordTable:
    """Remembers the words of tokens.

    index (TermIndex): Knows the words of names.
    least_typo (int): Letters of a word in which one may be wrong, 0 for none.
    common (frozenset[str]): Words that are meant as they stand.
    going_on (frozenset[str]): Words behind a comma that go on with a name.
    between (frozenset[str]): Words that may stand between those of a name that hasn't got them.
    """

    def __init__(
        self,
        index: TermIndex,
        *,
        least_typo: int,
        common: frozenset[str],
        going_on: frozenset[str] = frozenset(),
        between: frozenset[str] = frozenset(),
    ):
        self._index, self._least, self._common = index, least_typo, common
        self._going_on, self._between = going_on, between
        self._letter = bool(index.knows(hash_words([LETTER_A]))[0])
        self._forget()

    def find_rows(self, orths: Array, strings: StringStore) -> Array:
        """Find the rows of tokens; new ones are added.

        orths (Array): The tokens, shape (n,), uint64.
        strings (StringStore): Has their texts.
        RETURNS (Array): Shape (n,).
        """
        distinct, inverse = numpy.unique(orths, return_inverse=True)
        if len(self._orths) + len(distinct) > MOST:
            self._forget()
        places = numpy.searchsorted(self._orths, distinct)
        known = self._orths[numpy.minimum(places, len(self._orths) - 1)] == distinct
        if not known.all():
            self._add(distinct[~known], places[~known], strings)
            places = numpy.searchsorted(self._orths, distinct)
        return self._rows[places][inverse]

    def _forget(self) -> None:
        self._joined: dict[str, Row] = {}
        self._orths, self._rows = numpy.zeros(1, "uint64"), numpy.zeros(1, "int64")
        rows = numpy.zeros((2, 1), "uint64")
        self.tokens = Tokens(
            numpy.zeros(2, "int64"),
            numpy.stack([NONE] * READINGS),
            NONE.astype(bool),
            NONE.astype("int8"),
            numpy.stack([NONE] * 2),
            rows[0].astype("int8"),
            rows,
            rows[0].astype(bool),
        )

    def _add(self, orths: Array, places: Array, strings: StringStore) -> None:
        first = len(self.tokens.marks)
        self._rows = numpy.insert(self._rows, places, numpy.arange(first, first + len(orths)))
        self._orths = numpy.insert(self._orths, places, orths)
        self.tokens = self.tokens.add(self.make_rows([strings[int(orth)] for orth in orths]))

    def row_of(self, text: str) -> Row:
        """Read a word that is no token, such as two tokens in one; a short one is remembered.

        text (str): The word.
        RETURNS (Row): What it says.
        """
        row = self._joined.get(text)
        if row is None:
            (row,) = self.make_rows([text])
            if len(self._joined) >= MOST:
                self._joined.clear()
            if len(text) <= LONGEST:
                self._joined[text] = row
        return row

    def is_common(self, word: str) -> bool:
        """RETURNS (bool): Whether a word in small letters is meant as it stands."""
        return word in self._common

    def is_name(self, values: Array) -> bool:
        """RETURNS (bool): Whether the first of words' numbers is that of a name by itself."""
        return bool(values[0]) and len(self._index.find(values[:1])[0]) > 0

    def make_rows(self, texts: Sequence[str]) -> Iterator[Row]:
        """Read tokens.

        texts (Sequence[str]): Their texts.
        YIELDS (Row): What each says.
        """
        read = [describe(text, letter=self._letter) for text in texts]
        words = [word for token in read for word in token.words]
        values, altered = self._number(words, [word for token in read for word in token.said])
        letters = numpy.stack(sum_letters(["a" if word == LETTER_A else word for word in words]))
        alone, _ = hash_names([token.alone for token in read])
        ends = numpy.cumsum([0, *(len(token.words) for token in read)])
        parts = [slice(start, end) for start, end in pairwise(ends.tolist())]
        reach = numpy.zeros(len(words), "int8")
        for token, part, own in zip(read, parts, alone, strict=True):
            mark = GOES_ON if self._going_on.intersection(token.said[:1]) else token.mark
            columns = values[:, part], altered[part], reach[part], letters[:, part]
            between = bool(token.said) and self._between.issuperset(token.said)
            yield Row(*columns, mark, (int(own), 0), between)

    def _number(self, words: Sequence[str], said: Sequence[str]) -> tuple[Array, Array]:
        """The numbers that stand for words, and which of them aren't their own."""
        own = hash_words(words)
        known = self._index.knows(own)
        values = numpy.tile(numpy.where(known, own, numpy.uint64(0)), (READINGS, 1))
        altered = numpy.zeros(len(words), bool)
        for place in numpy.flatnonzero(~known).tolist():
            if said[place] not in self._common:
                meant = self._guess(words[place])[:READINGS]
                altered[place] = len(meant) > 0
                values[:, place] = numpy.resize(meant, READINGS) if len(meant) else 0
        return values, altered

    def _guess(self, word: str) -> Array:
        """What a word that isn't known may have been meant to be: a typing error, or two in one."""
        if not word.isalpha() or not word.isascii() or len(word) > LONGEST:
            return NONE
        earlier = hash_words(earlier_forms(word))
        if self._index.knows(earlier).any():
            return earlier[self._index.knows(earlier)]
        first, second = hash_parts(word)
        both = (first + second)[self._index.knows(first) & self._index.knows(second)]
        if not 0 < self._least <= len(word):
            return both
        near = hash_errors(word)
        return numpy.concatenate([numpy.unique(near[self._index.knows(near)]), both])


class Token(NamedTuple):
    """What a token says.

    mark (int): What it does to a term that goes over it.
    words (list[str]): The words in it that names are compared by, see `name_key`.
    said (list[str]): The words that those were, before they were brought to one form.
    alone (str): The key of a name that it may be by itself, though its words are empty ("AT").
    """

    mark: int
    words: Sequence[str] = ()
    said: Sequence[str] = ()
    alone: str = ""


def describe(text: str, *, letter: bool) -> Token:
    """Read a token.

    text (str): The token.
    letter (bool): Whether A may be a word of a name.
    RETURNS (Token): What it says.
    """
    if text.isspace():
        lines = text.count("\n")
        return Token(HARD if lines > 1 else SOFT if lines else NOTHING)
    if text in ENDS_OF_POSSESSIVES or text in JOINING:
        return Token(NOTHING)
    if text in ("A", "A."):  # of spaCy's tokenizer, at the end of a sentence
        return Token(NOTHING, [LETTER_A], [LETTER_A]) if letter else Token(NOTHING)
    words = fold(spell_letter(POSSESSIVE.sub("", text))).split()
    if not words:
        return Token(MARKS.get(text, HARD))
    pairs = [(part, word) for word in words if word not in EMPTY for part in base_forms(word)]
    soft = any(word not in TRANSPARENT for word in words if word in EMPTY)
    alone = " ".join(words) if text.isupper() and not pairs else ""
    return Token(
        SOFT if soft else NOTHING, [part for part, _ in pairs], [word for _, word in pairs], alone
    )
