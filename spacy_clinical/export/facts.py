"""What a document states, as rows: the one form that all exports are made from."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from spacy.tokens import Doc

from ..docs import (
    get_assertions,
    get_concepts,
    get_mentions,
    get_name,
    get_relation_rows,
    get_spans,
    has_mentions,
    name_doc,
    set_mentions,
)
from .settings import ExportSettings

ASSERTION = "assertion"
SECTIONS = "sections"
NOT_ASSERTED = frozenset({"absent", "possible", "hypothetical", "family"})


@dataclass(frozen=True)
class Fact:
    """A mention.

    index (int): Its position among the document's mentions.
    label (str): The entity label.
    text (str): The words.
    fragments (tuple): (start, end) in characters, several if it is discontinuous.
    score (float | None): Confidence in 0..1.
    concepts (tuple[str, ...]): What it is linked to.
    assertion (str): Its assertion, "" if there is none.
    assertion_score (float | None): Confidence in 0..1.
    section (str): Category of the section that it stands in, "" if there is none.
    """

    index: int
    label: str
    text: str
    fragments: tuple[tuple[int, int], ...]
    score: float | None = None
    concepts: tuple[str, ...] = ()
    assertion: str = ""
    assertion_score: float | None = None
    section: str = ""

    @property
    def start(self) -> int:
        return self.fragments[0][0]

    @property
    def end(self) -> int:
        return self.fragments[-1][1]


@dataclass(frozen=True)
class Facts:
    """A document.

    id (str): Its name.
    text (str): The text.
    meta (dict): What else is known of it.
    mentions (list[Fact]): The mentions.
    relations (list): Head, tail, label, score; head and tail as `Fact.index`.
    left_out (int): Mentions that aren't taken.
    """

    id: str
    text: str
    meta: dict[str, Any] = field(default_factory=dict)
    mentions: list[Fact] = field(default_factory=list)
    relations: list[tuple[int, int, str, float | None]] = field(default_factory=list)
    left_out: int = 0


def read_facts(doc: Doc, settings: ExportSettings) -> Facts:
    """Read a document.

    doc (Doc): The document, gold or predicted; without our group, its `doc.ents` are the mentions.
    settings (ExportSettings): Says whether all mentions are taken, or only what is asserted.
    RETURNS (Facts): With relations between the mentions that are taken.
    """
    if not has_mentions(doc):
        set_mentions(doc, doc.ents, set_ents=False)
        name_doc(doc, "")
    everything = list(_mentions(doc))
    mentions = [fact for fact in everything if _is_taken(fact, settings)]
    taken = {fact.index for fact in mentions}
    relations = [row for row in get_relation_rows(doc) if {row[0], row[1]} <= taken]
    id, meta = get_name(doc)
    return Facts(id, doc.text, meta, mentions, relations, len(everything) - len(mentions))


def read_all(
    docs: Iterable[Doc], settings: ExportSettings, left_out: Counter[str]
) -> Iterator[Facts]:
    """Read documents.

    docs (Iterable[Doc]): The documents.
    settings (ExportSettings): See `read_facts`.
    left_out (Counter[str]): Counts the mentions that aren't taken.
    YIELDS (Facts): One a document.
    """
    for doc in docs:
        facts = read_facts(doc, settings)
        if facts.left_out:
            left_out["mentions that aren't asserted"] += facts.left_out
        yield facts


def _is_taken(fact: Fact, settings: ExportSettings) -> bool:
    return not (settings.only_asserted and fact.assertion in NOT_ASSERTED)


def _mentions(doc: Doc) -> Iterator[Fact]:
    spans = get_spans(doc)
    scores = doc.spans["clinical"].attrs.get("scores") or [None] * len(spans)
    rows = zip(spans, get_mentions(doc), scores, get_assertions(doc), strict=True)
    for index, (span, mention, score, stated) in enumerate(rows):
        assertion = next((a for a in stated if a.name == ASSERTION), None)
        yield Fact(
            index,
            mention.label,
            " ".join(doc.text[start:end] for start, end in mention.fragments),
            mention.fragments,
            score,
            get_concepts(span),
            assertion.value if assertion else "",
            assertion.score if assertion else None,
            _section(doc, span.start_char),
        )


def _section(doc: Doc, start: int) -> str:
    sections = doc.spans.get(SECTIONS, ())
    return next((s.label_ for s in sections if s.start_char <= start < s.end_char), "")
