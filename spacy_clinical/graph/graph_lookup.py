"""What questions share: a graph's relations by mention, and what is said of whom and when."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from ..docs.iso_dates import iso_date
from ..records import Fragments
from .clinical_graph import PRESENT, UNKNOWN, Document, KnowledgeGraph, Mention
from .question_roles import DATED, ROLES, Labels, Roles

FAMILY, ABSENT, HYPOTHETICAL = "family", "absent", "hypothetical"
PASSING = frozenset({HYPOTHETICAL, "possible", UNKNOWN})


class Evidence(NamedTuple):
    """Where something is said.

    document (str): The document's id.
    fragments (Fragments): (start, end) in characters; none where the document as a whole says it.
    """

    document: str
    fragments: Fragments

    def __str__(self) -> str:
        spans = ",".join(f"{start}-{end}" for start, end in self.fragments)
        return f"{self.document}:{spans}" if spans else self.document


class Since(NamedTuple):
    """A date and what it rests on.

    date (str): The earliest one that is written in full, else all as they are written.
    basis (str): "relation", "same sentence", "document" (not later than that), or "".
    """

    date: str = ""
    basis: str = ""

    def __str__(self) -> str:
        return f"{self.date} ({self.basis})" if self.date else ""


class Lookup:
    """A graph made ready for questions.

    graph (KnowledgeGraph): The graph; it must not change while it is asked.
    roles (Roles): What labels stand for.
    """

    def __init__(self, graph: KnowledgeGraph, roles: Roles = ROLES):
        self.graph = graph
        self.roles = roles
        self._explaining = roles.treats | roles.causes
        self.findings = graph.findings()
        self._others: dict[Mention, list[tuple[str, Mention]]] = {}
        for relation in sorted(graph.relations):
            self._others.setdefault(relation.head, []).append((relation.label, relation.tail))
            self._others.setdefault(relation.tail, []).append((relation.label, relation.head))

    @cached_property
    def documents(self) -> dict[str, list[Document]]:
        """RETURNS (dict[str, list[Document]]): Patient to documents, in order of dates and ids."""
        found: dict[str, list[Document]] = {}
        for document in sorted(self.graph.documents.values(), key=lambda d: (d.date, d.id)):
            found.setdefault(document.patient, []).append(document)
        return found

    @cached_property
    def mentions(self) -> dict[str, list[Mention]]:
        """RETURNS (dict[str, list[Mention]]): Document to its mentions."""
        found: dict[str, list[Mention]] = {}
        for mention in self.graph.mentions:
            found.setdefault(mention.document, []).append(mention)
        return found

    def others(self, mention: Mention, labels: Labels) -> list[Mention]:
        """RETURNS (list[Mention]): What a mention is related to by one of the labels."""
        return [other for label, other in self._others.get(mention, ()) if label in labels]

    def score(self, mention: Mention, other: Mention) -> float:
        """RETURNS (float): How sure it is that a mention is there and related to another one: the
        lower score of both, 1 for gold."""
        said = self.graph.mentions[other].score
        related = self._scores.get(frozenset((mention, other)), 1.0)
        return related if said is None else min(said, related)

    @cached_property
    def _scores(self) -> dict[frozenset[Mention], float]:
        """Two mentions to the highest score of a relation between them."""
        found: dict[frozenset[Mention], float] = {}
        scored = ((relation, score) for relation, score in self.graph.relations.items() if score)
        for relation, score in scored:
            both = frozenset((relation.head, relation.tail))
            found[both] = max(found.get(both, 0.0), score)
        return found

    def name(self, mention: Mention) -> str:
        """RETURNS (str): The concept's name, with its assertion where that isn't "present"."""
        name = self.graph.concepts[mention.concept].name
        return name if mention.assertion == PRESENT else f"{name} ({mention.assertion})"

    def fold(self, concept: str) -> str:
        """RETURNS (str): A concept's name without case: one for all labels that it is found as."""
        return self.graph.concepts[concept].name.casefold()

    def of_kind(self, labels: Labels) -> dict[tuple[str, str], list[Mention]]:
        """RETURNS (dict): (patient, concept) to its mentions with one of the entity labels, those
        of a document as a whole left out."""
        found: dict[tuple[str, str], list[Mention]] = {}
        for finding, mentions in self.findings.items():
            for mention in mentions:
                if mention.fragments and mention.label in labels:
                    found.setdefault(finding[:2], []).append(mention)
        return found

    def of_family(self, mention: Mention) -> bool:
        """RETURNS (bool): Whether a mention speaks of a relative: itself, or because all that it
        treats or causes is a relative's."""
        if FAMILY in mention.holds:
            return True
        related = self.others(mention, self._explaining)
        return bool(related) and all(FAMILY in other.holds for other in related)

    def date(self, mention: Mention) -> str:
        """RETURNS (str): The date of the mention's document, "" where unknown."""
        return self.graph.documents[mention.document].date

    def since(self, mentions: Sequence[Mention]) -> Since:
        """Find the date from which something is so.

        mentions (Sequence[Mention]): All that say it.
        RETURNS (Since): From a relation, else from a sentence, else from the documents' dates.
        """
        for basis, labels in (
            ("relation", self.roles.since - {DATED}),
            ("same sentence", frozenset({DATED})),
        ):
            found = {o.concept for m in mentions for o in self.others(m, labels)}
            names = sorted(self.graph.concepts[id].name for id in found)
            full = sorted(filter(None, map(iso_date, names)))
            if names:
                return Since(full[0] if full else " / ".join(names), basis)
        dates = sorted(filter(None, map(self.date, mentions)))
        return Since(dates[0], "document") if dates else Since()

    def evidence(self, mentions: Iterable[Mention]) -> tuple[Evidence, ...]:
        """RETURNS (tuple[Evidence, ...]): Where mentions stand, each once, in order."""
        return tuple(sorted({Evidence(m.document, m.fragments) for m in mentions}))

    def said_last(self, mentions: Sequence[Mention]) -> str:
        """Say how something stands by the newest documents that take a stand on it.

        Hypothetical and possible mentions, those of relatives and those whose assertion nobody
        knows take none. Documents without a
        date are older than any that has one. Where the newest disagree, "present" wins.

        mentions (Sequence[Mention]): Of one concept and patient.
        RETURNS (str): present, absent, historical or another assertion; "" where none is taken.
        """
        firm = [m for m in mentions if PASSING.isdisjoint(m.holds) and not self.of_family(m)]
        newest = max(map(self.date, firm), default="")
        said = {m.assertion for m in firm if self.date(m) == newest}
        return PRESENT if PRESENT in said else min(said, default="")
