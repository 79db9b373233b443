"""Of what terms may mean, what they mean here."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Span

from ...docs import get_sections
from ...docs.section_spans import find_section
from .concept_contexts import Contexts, find_contexts
from .term_evidence import VALUE, value_label, without_contradicted
from .term_finder import Term
from .term_reader import Sense
from .term_rules import TermRules

NEAR = 10  # tokens on each side whose terms speak for a label
CONTEXT = 2.0  # what a context says, beside a section's 1 and a neighbour's quarter
ENOUGH = 0.2  # what has to speak for a term that is usually none


class Chosen(NamedTuple):
    """A term with its meaning.

    start, end (int): First token, and one past the last.
    sense (Sense): What it means.
    """

    start: int
    end: int
    sense: Sense


def choose(
    doc: Doc, terms: Sequence[Term], rules: TermRules, contexts: Contexts | None = None
) -> list[Chosen]:
    """Settle what terms mean.

    doc (Doc): The document, with its sections where they are known.
    terms (Sequence[Term]): Its terms by their starts.
    rules (TermRules): Labels of sections.
    contexts (Contexts | None): What was learned of the contexts of concepts.
    RETURNS (list[Chosen]): Those that mean something here, in the same order.
    """
    terms = without_contradicted(doc, _without_headings(doc, terms, rules), rules)
    if all(map(is_clear, terms)) and not (contexts and any(map(_is_shared, terms))):
        return [Chosen(term.start, term.end, term.reading.senses[0]) for term in terms]
    return list(_Chooser(doc, terms, rules, contexts).choose())


def _without_headings(doc: Doc, terms: Sequence[Term], rules: TermRules) -> Sequence[Term]:
    """What isn't all of a heading that means something else: "PE: no edema" isn't an embolism."""
    headings = {
        section.heading: rules.headings[section.category]
        for section in get_sections(doc)
        if section.category in rules.headings
    }
    if not headings:
        return terms
    return [
        term
        for term in terms
        if not {sense.label for sense in term.reading.senses}
        <= headings.get(_characters(doc[term.start : term.end]), frozenset())
    ]


def _characters(span: Span) -> tuple[int, int]:
    return span.start_char, span.end_char


def is_clear(term: Term) -> bool:
    """RETURNS (bool): Whether a term has one label, and needs nothing to speak for it."""
    return len(term.reading.senses) == 1 and not term.reading.unsure


def _is_shared(term: Term) -> bool:
    """Whether a term may mean several concepts of a label."""
    return any(len(sense.links) > 1 for sense in term.reading.senses)


class _Chooser:
    """Weighs what speaks for the senses of a document's terms."""

    def __init__(
        self, doc: Doc, terms: Sequence[Term], rules: TermRules, contexts: Contexts | None
    ):
        self._doc, self._terms, self._rules, self._contexts = doc, terms, rules, contexts
        self._sure = [term for term in terms if is_clear(term)]
        self._starts = [term.start for term in self._sure]
        self._sections = get_sections(doc)
        open_ones = [t for t in terms if not is_clear(t) or _is_shared(t)] if contexts else []
        places = [(term.start, term.end) for term in open_ones]
        self._around = dict(zip(places, find_contexts(doc, places), strict=True)) if places else {}

    def choose(self) -> Iterator[Chosen]:
        for term in self._terms:
            if is_clear(term) and (term.start, term.end) not in self._around:
                yield Chosen(term.start, term.end, term.reading.senses[0])
                continue
            compared = [self._compare(term, sense) for sense in term.reading.senses]
            senses = [sense for sense, _ in compared]
            weights = [0.0] if is_clear(term) else self._weigh(term, senses, compared)
            best = max(range(len(senses)), key=lambda i: (weights[i], senses[i].score, -i))
            if not term.reading.unsure or weights[best] > ENOUGH:
                yield Chosen(term.start, term.end, senses[best])

    def _compare(self, term: Term, sense: Sense) -> tuple[Sense, float]:
        """A sense with its concepts of the same score by their contexts, and the best cosine."""
        around = self._around.get((term.start, term.end))
        if self._contexts is None or around is None:
            return sense, 0.0
        concepts = [concept for concept, _ in sense.links]
        # A term that is usually none: how often a concept stands elsewhere says nothing for it.
        cosines = self._contexts.compare(concepts, around, frequent=not term.reading.unsure)
        known = [cosine or 0.0 for cosine in cosines]
        order = sorted(range(len(known)), key=lambda i: (-sense.links[i][1], -known[i]))
        links = tuple(sense.links[i] for i in order)
        return sense._replace(links=links), max(known)

    def _weigh(
        self, term: Term, senses: Sequence[Sense], compared: Sequence[tuple[Sense, float]]
    ) -> list[float]:
        """What the section, the terms beside it and the context say for each sense."""
        first, last = term.start - NEAR, term.end + NEAR
        near = self._sure[bisect_left(self._starts, first) : bisect_left(self._starts, last)]
        labels = Counter(t.reading.senses[0].label for t in near if not _overlap(t, term))
        section = find_section(self._sections, self._doc[term.start].idx)
        expected = self._rules.sections.get(section.category, ()) if section else ()
        labels[value_label(self._doc, term)] += VALUE
        return [
            (sense.label in expected) + labels[sense.label] / 4 + CONTEXT * cosine
            for sense, (_, cosine) in zip(senses, compared, strict=True)
        ]


def _overlap(one: Term, other: Term) -> bool:
    return one.start < other.end and other.start < one.end
