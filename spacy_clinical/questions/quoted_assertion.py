"""What holds of words that a reader has found: by the rules for cues, and by the graph's mentions.

A stretch of text says nothing of whose it is, or whether it is denied: "chest pain" may be half of
"denies chest pain". So each word of it is asserted like a mention.
"""

from collections.abc import Iterable
from functools import cache

from ..context.assertion_rules import ContextFinder
from ..context.cue_tables import load_rules
from ..context.section_rules import SectionFinder, load_section_rules
from ..context.sentences import find_sentences
from ..drug_changes.change_cues import AIM, HELD, STOPPED, SWITCHED, TO_START
from ..graph.concept_history import Statement
from ..graph.graph_lookup import FAMILY
from ..procedure_cues import DECLINED, NOT_DONE
from ..retrieval.bm25 import find_words
from .asked_chart import DENIED, HYPOTHETICAL, UNSURE

PAST = "past"
RANKING = ("family", "hypothetical", "absent", "possible", "historical")
# What a value of the rules is called where answers count what they left out.
NAMES = {
    "family": FAMILY,
    "hypothetical": HYPOTHETICAL,
    "absent": DENIED,
    "possible": UNSURE,
    "historical": PAST,
}
# What became of a graph's mention, see `NoteTimes.changes`.
CHANGED = {
    STOPPED: PAST,
    HELD: PAST,
    SWITCHED: PAST,
    TO_START: HYPOTHETICAL,
    AIM: HYPOTHETICAL,
    DECLINED: DENIED,
    NOT_DONE: DENIED,
}
# No phrase is one of both, and a note may have words of both, whatever language it is asked in.
LANGUAGES = ("en", "zh")
LEFT_OUT = frozenset({FAMILY, HYPOTHETICAL, DENIED})


def what_holds(text: str, start: int, end: int) -> frozenset[str]:
    """Say what the cues around some words, English or Chinese, and the section that they stand in,
    make of them.

    text (str): The note.
    start, end (int): Their characters.
    RETURNS (frozenset[str]): "family", "hypothetical", "denied", "unsure", "past", of any of the
        words; nothing for what is said plainly.
    """
    cues, sections = _finders()
    words = [(w.start() + start, w.end() + start) for w in find_words(text[start:end])]
    extents = sorted({(start, end), *words})
    found = cues.find(text, extents, find_sentences(text), sections.find(text))
    values = {one.value for own in found for one in own}
    return frozenset(NAMES.get(value, UNSURE) for value in values)


def what_mentions_say(statements: Iterable[Statement]) -> frozenset[str]:
    """RETURNS (frozenset[str]): The same of a graph's mentions."""
    found: set[str] = set()
    for one in statements:
        found |= {FAMILY} if one.family else set()
        found |= {DENIED} if one.denied else set()
        found |= {CHANGED[change] for change in one.changes & CHANGED.keys()}
        others = one.mention.holds - {"present", "absent", "family"}
        found |= {NAMES.get(value, UNSURE) for value in others}
    return frozenset(found)


@cache
def _finders() -> tuple[ContextFinder, SectionFinder]:
    cues = ContextFinder(load_rules(LANGUAGES), RANKING)
    return cues, SectionFinder(load_section_rules(LANGUAGES))
