"""The notes' own words: quotes of sentences, which equal the characters that they stand for."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import lru_cache

from ..errors import AskError, Errors
from ..graph import Lookup
from ..graph.concept_history import Statement
from ..graph.mention_dates import sentence_borders
from ..graph.mention_words import bare
from .answer import Quote

MOST = 3  # quotes of one row


class NoteTexts:
    """Notes to quote from.

    texts (Mapping[str, str]): Document to its text; a document that isn't there is cited by its
        characters alone.
    graph (Lookup | None): Whose mentions each text is held against when it is first quoted.
    """

    def __init__(self, texts: Mapping[str, str], graph: Lookup | None = None):
        self.texts = texts
        self._graph = graph
        self._alike: set[str] = set()
        self._borders = lru_cache(512)(self._find_borders)

    def quotes(self, statements: Iterable[Statement]) -> tuple[Quote, ...]:
        """RETURNS (tuple[Quote, ...]): The sentences of statements, the newest first, each once,
        MOST at most."""
        ordered = sorted(statements, key=lambda one: one.where, reverse=True)
        return tuple(dict.fromkeys(self.quote(one) for one in ordered))[:MOST]

    def quote(self, one: Statement) -> Quote:
        """RETURNS (Quote): The sentence around a mention. Raises AskError where the note isn't the
        graph's."""
        document, fragments = one.mention.document, one.mention.fragments
        start, end = fragments[0][0], fragments[-1][1]
        date = "" if one.day.first.year == 1 else one.day.iso
        return self.place(document, start, end, date)

    def place(self, document: str, start: int, end: int, date: str = "") -> Quote:
        """RETURNS (Quote): The sentence around some characters. Raises AskError where the note is
        not the graph's."""
        text = self.texts.get(document)
        if text is None:
            return Quote(document, start, end, date)
        self.check(document)
        if end > len(text):
            raise AskError(Errors.SC963.format(document=document))
        start, end = self.sentence(document, start, end)
        return Quote(document, start, end, date, text[start:end])

    def check(self, document: str) -> None:
        """Hold a note against the graph. Raises AskError where its words aren't those that the
        graph knows what was found there by."""
        if self._graph is None or document in self._alike:
            return
        text, concepts = self.texts[document], self._graph.graph.concepts
        for mention in self._graph.mentions.get(document, ()):
            words = " ".join(text[start:end] for start, end in mention.fragments)
            if mention.fragments and bare(words) not in {*concepts[mention.concept].names, ""}:
                raise AskError(Errors.SC963.format(document=document))
        self._alike.add(document)

    def sentence(self, document: str, start: int, end: int) -> tuple[int, int]:
        """RETURNS (tuple[int, int]): The characters of the sentences that hold some, without blanks
        at their ends."""
        text, borders = self.texts[document], self._borders(document)
        first, last = bisect_right(borders, start), bisect_right(borders, end - 1)
        left = borders[first - 1] if first else 0
        right = borders[last] if last < len(borders) else len(text)
        while left < start and text[left].isspace():
            left += 1
        while right > end and text[right - 1].isspace():
            right -= 1
        return left, right

    def sentences(self, document: str) -> list[tuple[int, int]]:
        """RETURNS (list[tuple[int, int]]): The characters of all sentences of a note."""
        text, borders = self.texts[document], self._borders(document)
        ends = zip((0, *borders), (*borders, len(text)), strict=True)
        return [self.sentence(document, a, b) for a, b in ends if text[a:b].strip()]

    def _find_borders(self, document: str) -> list[int]:
        text = self.texts[document]
        lines = [i + 1 for i, letter in enumerate(text) if letter == "\n"]
        return sorted({*sentence_borders(text), *lines} - {0, len(text)})
