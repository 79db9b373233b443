"""What a corpus holds and loses: labels, arguments, attributes, overlaps."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import spacy
from spacy.tokens import Doc

from ..docs import (
    get_attributes,
    get_concept_relations,
    get_lost,
    get_mentions,
    get_relation_rows,
    get_untold,
    has_mentions,
)
from ..docs.mention_store import Mention
from ..result_tables import COUNT, Table, count_table
from ..schema import Schema
from .corpus_files import Corpus, read_corpus

MAX_VALUES = 20  # of an attribute: one with more is a free text


@dataclass
class Inventory:
    """A corpus in numbers."""

    counts: Counter[str] = field(default_factory=Counter)
    entities: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    relations: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    attributes: Counter[tuple[str, str]] = field(default_factory=Counter)
    places: list[tuple[int, str, int, int]] = field(default_factory=list)
    untold: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def schema(self) -> Schema:
        """RETURNS (Schema): What the corpus would teach a pipeline."""
        return Schema.learn(self.entities, self.relations, self.attributes)


def inspect(corpus: Corpus) -> Inventory:
    """Count what a corpus holds and what its tokenisation loses.

    corpus (str | Path | Iterable[Doc | Record]): A corpus in any format, or its documents.
    RETURNS (Inventory): The counts.
    """
    left_out: Counter[str] = Counter()
    return inspect_docs(read_corpus(corpus, spacy.blank("en"), left_out=left_out), left_out)


def inspect_docs(docs: Iterable[Doc], left_out: Counter[str] | None = None) -> Inventory:
    """Count what a corpus holds.

    docs (Iterable[Doc]): The corpus.
    left_out (Counter[str] | None): Where reading them counts what has no place in a document.
    RETURNS (Inventory): The counts.
    """
    found = Inventory(left_out=Counter() if left_out is None else left_out)
    texts: Counter[str] = Counter()
    for doc in docs:
        found.counts["documents"] += 1
        found.counts["tokens"] += len(doc)
        texts[doc.text] += 1
        if has_mentions(doc):
            _inspect_doc(doc, found)
        else:
            found.counts["documents without mentions' annotation"] += 1
    found.counts["documents that repeat another's text"] = sum(n - 1 for n in texts.values())
    return found


def _inspect_doc(doc: Doc, found: Inventory) -> None:
    mentions, lost = get_mentions(doc), get_lost(doc)
    everything = [*mentions, *reversed(lost.mentions)]
    found.entities.update(mention.label for mention in everything)
    found.lost.update(mention.label for mention in lost.mentions)
    number = found.counts["documents"]
    places = [(m.label, m.fragments[0][0], m.fragments[-1][1]) for m in lost.mentions]
    found.places += [(number, *place) for place in places]
    rows = [*get_relation_rows(doc), *lost.relations]
    pairs = ((label, everything[h].label, everything[t].label) for h, t, label, _ in rows)
    found.relations.update(pairs)
    found.attributes.update((a.name, a.value) for a in get_attributes(doc))
    found.counts["mentions"] += len(everything)
    found.counts["relations"] += len(rows)
    found.counts["relations between concepts"] += len(get_concept_relations(doc))
    found.counts["mentions that the tokenisation loses"] += len(lost.mentions)
    found.counts["relations lost with them"] += len(lost.relations)
    found.untold += get_untold(doc)
    found.counts["discontinuous mentions"] += sum(len(m.fragments) > 1 for m in everything)
    found.counts["mentions that overlap another"] += _count_overlaps(everything)


def _count_overlaps(mentions: list[Mention]) -> int:
    spans = sorted((m.fragments[0][0], m.fragments[-1][1]) for m in mentions)
    overlapping, reach = 0, -1
    for start, end in spans:
        overlapping += start < reach
        reach = max(reach, end)
    return overlapping


def inventory_tables(found: Inventory) -> list[Table]:
    """Lay out what a corpus holds.

    found (Inventory): The counts.
    RETURNS (list[Table]): Documents and mentions, labels, relations, attributes, and what is kept
        apart.
    """
    entities = [(label, n, found.lost[label]) for label, n in sorted(found.entities.items())]
    return [
        Table("Corpus", COUNT, [(name, n) for name, n in found.counts.items() if n]),
        Table("Entities", ("label", "count", "lost"), entities),
        count_table("Relations", found.relations, ("label", "head", "tail", "count")),
        Table("Attributes", ("name", "value", "count"), _attribute_rows(found)),
        count_table("Kept apart: mentions can't tell it", found.untold),
        count_table("Left out in reading", +found.left_out),
    ]


def lost_table(found: Inventory) -> Table:
    """RETURNS (Table): The mentions that don't fit the tokens' borders, one by one."""
    return Table("Lost mentions", ("document", "label", "start", "end"), found.places)


def _attribute_rows(found: Inventory) -> list[tuple[str, str, int]]:
    """Values and counts of closed attributes; of free texts only how many there are."""
    rows = []
    for name in sorted({name for name, _ in found.attributes}):
        values = [(value, n) for (key, value), n in sorted(found.attributes.items()) if key == name]
        if len(values) > MAX_VALUES:
            values = [(f"({len(values)} values)", sum(n for _, n in values))]
        rows += [(name, value, n) for value, n in values]
    return rows
