"""Of what terms may mean, what they mean here; and of terms that overlap, the longest."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from spacy.tokens import Doc, Span

from ...docs import get_sections
from ...docs.sections import find_section
from .term_finder import Term
from .term_reader import Sense
from .term_rules import TermRules

NEAR = 10  # tokens on each side whose terms speak for a label


class Chosen(NamedTuple):
    """A term with its meaning.

    start, end (int): First token, and one past the last.
    sense (Sense): What it means.
    """

    start: int
    end: int
    sense: Sense


TermT = TypeVar("TermT", Chosen, Span)


def choose(doc: Doc, terms: Sequence[Term], rules: TermRules) -> list[Chosen]:
    """Settle what terms mean.

    doc (Doc): The document, with its sections where they are known.
    terms (Sequence[Term]): Its terms by their starts.
    rules (TermRules): Labels of sections.
    RETURNS (list[Chosen]): Those that mean something here, in the same order.
    """
    clear = all(len(term.reading.senses) == 1 and not term.reading.unsure for term in terms)
    if clear:
        return [Chosen(term.start, term.end, term.reading.senses[0]) for term in terms]
    return list(_weigh(doc, terms, rules))


def _weigh(doc: Doc, terms: Sequence[Term], rules: TermRules) -> Iterator[Chosen]:
    sure = [t for t in terms if len(t.reading.senses) == 1 and not t.reading.unsure]
    starts = [term.start for term in sure]
    sections = get_sections(doc)
    for term in terms:
        senses, unsure = term.reading
        if len(senses) > 1 or unsure:
            near = sure[
                bisect_left(starts, term.start - NEAR) : bisect_left(starts, term.end + NEAR)
            ]
            labels = Counter(t.reading.senses[0].label for t in near if not _overlap(t, term))
            section = find_section(sections, doc[term.start].idx)
            expected = rules.sections.get(section.category, ()) if section else ()
            weights = [(s.label in expected) + labels[s.label] / 4 for s in senses]
            best = max(range(len(senses)), key=lambda i: (weights[i], senses[i].score, -i))
            if unsure and not weights[best]:
                continue
            yield Chosen(term.start, term.end, senses[best])
        else:
            yield Chosen(term.start, term.end, senses[0])


def _overlap(one: Term, other: Term) -> bool:
    return one.start < other.end and other.start < one.end


def keep_longest(terms: Iterable[TermT]) -> list[TermT]:
    """Keep terms without overlaps: the longer one, then the first.

    terms (Iterable[TermT]): In any order, each with a `start` and an `end`.
    RETURNS (list[TermT]): In text order.
    """
    taken: set[int] = set()
    kept = []
    for term in sorted(terms, key=lambda t: (t.start - t.end, t.start)):
        places = range(term.start, term.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(term)
    return sorted(kept, key=lambda t: t.start)
