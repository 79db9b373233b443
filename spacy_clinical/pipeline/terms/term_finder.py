"""Terms of documents: where names of a base stand, and what they may mean."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy
from spacy.attrs import IDX, IS_ALPHA, IS_LOWER, IS_UPPER, LENGTH, ORTH
from spacy.tokens import Doc

from ...knowledge.array_files import Array
from ...knowledge.index_arrays import telling_damage
from ...knowledge.knowledge_base import KnowledgeBase
from .ion_signs import find_ions
from .long_forms import spell_out
from .split_words import STOP, Letters, join_letters
from .term_reader import Hit, Reading, TermReader
from .term_rules import TermRules
from .word_runs import Hits, find_hits
from .word_table import WordTable

COLUMNS = [ORTH, IDX, LENGTH, IS_UPPER, IS_ALPHA, IS_LOWER]
Key = tuple[bytes, int, int, bool, int, bool, bool, str]
WIDTH = 8  # bytes of a token's number
REMEMBERED = 100_000  # readings
AROUND = 4  # words on each side that show whether all is in capitals
LOUD, FEWEST = 0.75, 3  # share of words in capitals, and words, for that


class Term(NamedTuple):
    """A term of a document.

    start, end (int): First token, and one past the last.
    reading (Reading): What it may mean.
    """

    start: int
    end: int
    reading: Reading


class TermFinder:
    """Finds the terms of documents.

    kb (KnowledgeBase): The concepts.
    rules (TermRules): Labels, stop words and least lengths.
    label (str | None): Of concepts whose types have none; None leaves them out.
    most (int): Words in a term, at most.
    """

    def __init__(self, kb: KnowledgeBase, rules: TermRules, label: str | None, most: int):
        self._made_of = kb, rules, label, most
        self.rules, self._index, self._most, self._folder = rules, kb.terms, most, kb.folder
        self._table = WordTable(
            self._index,
            least_typo=rules.lengths.typo,
            common=rules.words,
            going_on=rules.going_on,
            between=rules.between,
        )
        self._reader = TermReader(kb, rules, label)
        self._readings: dict[Key, Reading] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return TermFinder, self._made_of

    def find(self, docs: Sequence[Doc]) -> Iterator[list[Term]]:
        """Find the terms of documents, all of them looked up at once.

        docs (Sequence[Doc]): The documents.
        YIELDS (list[Term]): Of each document, by their starts and the longer first.
        """
        tokens = [doc.to_array(COLUMNS).reshape(-1, len(COLUMNS)) for doc in docs]
        borders = numpy.cumsum([0, *map(len, tokens)])
        every = numpy.concatenate(tokens) if tokens else numpy.zeros((0, len(COLUMNS)), "uint64")
        if not len(every):
            yield from ([] for _ in docs)
            return
        rows = self._table.find_rows(every[:, 0], docs[0].vocab.strings)
        breaks = borders[:-1][numpy.diff(borders) > 0]
        strings = docs[0].vocab.strings
        initials = find_initials(every, breaks, strings[STOP])
        begins = numpy.isin(numpy.arange(len(every)), breaks)
        ions = list(find_ions(every, strings))
        letters = Letters(every[:, 0], find_glued(every, breaks), initials, begins, ions)
        rows, table = join_letters(letters, rows, self._table, strings)
        rows, table, long_forms = spell_out(docs, borders, rows, table)
        hits = find_hits(rows, table, breaks, self._index, self._most)
        loud = find_loud(every, hits, borders)
        widths = every[hits.ends - 1, 1] + every[hits.ends - 1, 2] - every[hits.starts, 1]
        parts = pairwise(numpy.searchsorted(hits.starts, borders).tolist())
        orths = every[:, 0].tobytes()
        for doc, (begin, end), first in zip(docs, parts, borders.tolist(), strict=False):
            own = Hits(*(column[begin:end] for column in hits))
            written = widths[begin:end], loud[begin:end]
            terms = list(self._read(doc, own, orths, written, first, long_forms))
            yield without_crossing(terms)

    def _read(
        self,
        doc: Doc,
        hits: Hits,
        orths: bytes,
        written: tuple[Array, Array],
        first: int,
        long_forms: Mapping[int, str],
    ) -> Iterator[Term]:
        """What the hits of a document mean: of those with the same borders the first that means
        something. `written` is how many characters each has, and whether it is among capitals."""
        done = (-1, -1)
        for row in zip(*(column.tolist() for column in (*hits, *written)), strict=True):
            start, end, place, soft, altered, sided, second, width, shouted = row
            if (start, end) != done:
                long = long_forms.get(start, "") if second else ""
                words = orths[start * WIDTH : end * WIDTH]
                key = words, width, place, soft, altered, sided, shouted, long
                reading = self._readings.get(key)
                if reading is None:
                    text = doc[start - first : end - first].text
                    with telling_damage(self._folder):
                        reading = self._remember(key, self._reader.read(text, Hit(*key[2:])))
                if reading.senses:
                    done = (start, end)
                    yield Term(start - first, end - first, reading)

    def _remember(self, key: Key, reading: Reading) -> Reading:
        if len(self._readings) >= REMEMBERED:
            self._readings.clear()
        self._readings[key] = reading
        return reading


def without_crossing(terms: list[Term]) -> list[Term]:
    """Leave out loose terms that cross others: "neuropathy in both nerves" is no term where
    "peripheral neuropathy" is one.

    terms (list[Term]): By their starts.
    RETURNS (list[Term]): In the same order.
    """
    if not any(term.reading.loose for term in terms):
        return terms
    firm = [term for term in terms if not term.reading.loose]
    starts = [term.start for term in firm]
    longest = max((term.end - term.start for term in firm), default=0)

    def crosses(term: Term) -> bool:
        near = firm[bisect_left(starts, term.start - longest) : bisect_left(starts, term.end)]
        return any(
            one.start < term.start < one.end < term.end
            or term.start < one.start < term.end < one.end
            for one in near
        )

    return [term for term in terms if not (term.reading.loose and crosses(term))]


def find_glued(tokens: Array, breaks: Array) -> Array:
    """RETURNS (Array): Which tokens of letters go on with such a token, shape (tokens,), bool."""
    letters = tokens[:, 4] != 0
    glued = letters.copy()
    glued[1:] &= letters[:-1] & (tokens[1:, 1] == tokens[:-1, 1] + tokens[:-1, 2])
    glued[breaks] = False
    return glued


def find_initials(tokens: Array, breaks: Array, stop: int) -> Array:
    """RETURNS (Array): Which tokens are full stops behind an initial before a word in small letters
    ("C. difficile"), shape (tokens,), bool."""
    found = numpy.zeros(len(tokens), bool)
    before, own, behind = tokens[:-2], tokens[1:-1], tokens[2:]
    found[1:-1] = (own[:, 0] == stop) & (own[:, 1] == before[:, 1] + before[:, 2])
    found[1:-1] &= (before[:, 2] == 1) & (before[:, 3] != 0) & (before[:, 4] != 0)
    found[1:-1] &= (behind[:, 4] != 0) & (behind[:, 5] != 0)
    found[breaks] = False
    found[numpy.maximum(breaks - 1, 0)] = False
    return found


def find_loud(tokens: Array, hits: Hits, borders: Array) -> Array:
    """RETURNS (Array): Which hits stand among words in capitals, shape (hits,), bool."""
    word = (tokens[:, 4] != 0) & (tokens[:, 2] > 1)
    words = numpy.concatenate([[0], numpy.cumsum(word)])
    loud = numpy.concatenate([[0], numpy.cumsum(word & (tokens[:, 3] != 0))])
    docs = numpy.searchsorted(borders, hits.starts, side="right") - 1
    begins = numpy.maximum(hits.starts - AROUND, borders[docs])
    ends = numpy.minimum(hits.ends + AROUND, borders[docs + 1])
    count, capitals = (
        column[ends] - column[begins] - column[hits.ends] + column[hits.starts]
        for column in (words, loud)
    )
    found: Array = (count >= FEWEST) & (capitals >= LOUD * count)
    return found
