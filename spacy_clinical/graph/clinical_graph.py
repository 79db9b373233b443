"""The graph's own form: sets of mentions and of relations between them, which merge by union.

A mention is a statement of one document: this concept, said in this way, at these characters.
Statements of the same concept, said in the same way of the same patient, are one finding.
Nothing here holds a note's text, but for the names that unlinked concepts are known by, and for
the mentions' own words where they were asked for.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple, TypeVar

from ..errors import Errors, GraphError
from ..records import Fragments

PRESENT = "present"
JOINT = "+"  # between assertions that hold at once, the weightiest first
UNKNOWN = "unknown"  # stands for words that nobody knows
TEXT_ID = "text:"
KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


@dataclass(frozen=True)
class Document:
    """A document that the graph's statements come from.

    id (str): Its name.
    patient (str): Whom it speaks of.
    date (str): YYYY, YYYY-MM or YYYY-MM-DD, "" where unknown.
    sources (frozenset[str]): What annotated it, such as a pipeline's name and version.
    left_out (int): Mentions with a label that the graph leaves out, such as PATIENT.
    left_out_relations (int): Relations of those.
    language (str): ISO 639-1's code, by which its numbers are read; "" where unknown.
    """

    id: str
    patient: str
    date: str = ""
    sources: frozenset[str] = frozenset()
    left_out: int = 0
    left_out_relations: int = 0
    language: str = ""


@dataclass(frozen=True)
class Concept:
    """What mentions mean.

    id (str): The terminology's identifier, or "text:LABEL:name" for what isn't linked.
    labels (frozenset[str]): Entity labels of its mentions.
    names (frozenset[str]): What its mentions call it, without layout and outer punctuation.
    title (str): The terminology's own name for it, or "".
    """

    id: str
    labels: frozenset[str]
    names: frozenset[str]
    title: str = ""

    @cached_property
    def name(self) -> str:
        """RETURNS (str): The terminology's name, else the longest one used, of those the one with
        the fewest capitals, else the identifier."""
        return self.title or min(self.names, key=_plainest, default=self.id)

    @property
    def linked(self) -> bool:
        return not self.id.startswith(TEXT_ID)


class Mention(NamedTuple):
    """A statement: what makes it itself. Two with all of this alike are one.

    document (str): The document's id.
    fragments (Fragments): (start, end) in characters; none for what a document states as a whole.
    label (str): The entity label.
    concept (str): The concept's id.
    assertion (str): How it is said: present, absent, possible, hypothetical, historical, family,
        several of them joined by JOINT, or UNKNOWN.
    """

    document: str
    fragments: Fragments
    label: str
    concept: str
    assertion: str = PRESENT

    @property
    def holds(self) -> frozenset[str]:
        """RETURNS (frozenset[str]): The assertions that hold of it."""
        return _parts(self.assertion)


class Relation(NamedTuple):
    """A relation between two statements of one document.

    head, tail (Mention): Its arguments.
    label (str): The relation label.
    note (str): A corpus's further word on it, or "".
    """

    head: Mention
    label: str
    tail: Mention
    note: str = ""


class Said(NamedTuple):
    """What is known of a mention beside itself.

    score (float | None): Confidence in 0..1, None for gold.
    text (str): Its words, where they were asked for.
    change (str): What became of a drug there, such as "stopped"; several joined by ";".
    times (str): When, such as "since=2011;until=2023-12"; see `note_times.parse_times`.
    """

    score: float | None = None
    text: str = ""
    change: str = ""
    times: str = ""


class Finding(NamedTuple):
    """A concept said in one way of one patient: a node that statements add up to."""

    patient: str
    concept: str
    assertion: str


@dataclass
class KnowledgeGraph:
    """Documents, concepts, mentions and relations. Equal if they hold the same, in any order.

    documents (dict[str, Document]): By id.
    concepts (dict[str, Concept]): By id.
    mentions (dict[Mention, Said]): The statements.
    relations (dict[Relation, float | None]): With their scores; both arguments are in `mentions`.
    """

    documents: dict[str, Document] = field(default_factory=dict)
    concepts: dict[str, Concept] = field(default_factory=dict)
    mentions: dict[Mention, Said] = field(default_factory=dict)
    relations: dict[Relation, float | None] = field(default_factory=dict)

    @property
    def patients(self) -> list[str]:
        """RETURNS (list[str]): In alphabetical order."""
        return sorted({document.patient for document in self.documents.values()})

    def finding_of(self, mention: Mention) -> Finding:
        """RETURNS (Finding): The node that a statement belongs to."""
        patient = self.documents[mention.document].patient
        return Finding(patient, mention.concept, mention.assertion)

    def findings(self) -> dict[Finding, list[Mention]]:
        """RETURNS (dict[Finding, list[Mention]]): Each finding's statements, all in order."""
        found: dict[Finding, list[Mention]] = {}
        for mention in sorted(self.mentions):
            found.setdefault(self.finding_of(mention), []).append(mention)
        return dict(sorted(found.items()))

    def only(self, patients: Iterable[str]) -> "KnowledgeGraph":
        """Cut out what is said of some patients.

        patients (Iterable[str]): Their ids. Raises GraphError for one that the graph lacks.
        RETURNS (KnowledgeGraph): The part. Its concepts keep the names that all notes use.
        """
        wanted = set(patients)
        if unknown := sorted(wanted - set(self.patients)):
            raise GraphError(Errors.SC653.format(patient=unknown[0], n=len(self.patients)))
        documents = {i: d for i, d in self.documents.items() if d.patient in wanted}
        mentions = {m: said for m, said in self.mentions.items() if m.document in documents}
        used = {mention.concept for mention in mentions}
        return KnowledgeGraph(
            documents,
            {id: concept for id, concept in self.concepts.items() if id in used},
            mentions,
            {r: score for r, score in self.relations.items() if r.head.document in documents},
        )


def merge_graphs(graphs: Iterable[KnowledgeGraph]) -> KnowledgeGraph:
    """Unite graphs. The order makes no difference, and neither does a graph that comes twice.

    Of two scores of one statement the higher is kept.

    graphs (Iterable[KnowledgeGraph]): Of one note, or of many.
    RETURNS (KnowledgeGraph): All of them. Raises GraphError where two give one document another
        patient, date or language.
    """
    whole = KnowledgeGraph()
    for graph in graphs:
        _unite(whole.documents, graph.documents, _one_document)
        _unite(whole.concepts, graph.concepts, _one_concept)
        _unite(whole.mentions, graph.mentions, _one_said)
        _unite(whole.relations, graph.relations, higher)
    return whole


def higher(one: float | None, other: float | None) -> float | None:
    """RETURNS (float | None): The higher score; any is higher than none."""
    return max((score for score in (one, other) if score is not None), default=None)


@lru_cache(1024)
def _parts(assertion: str) -> frozenset[str]:
    return frozenset(assertion.split(JOINT))


def _plainest(name: str) -> tuple[int, int, str]:
    return -len(name), sum(c.isupper() for c in name), name


def _unite(
    whole: dict[KeyT, ValueT],
    part: dict[KeyT, ValueT],
    join: Callable[[ValueT, ValueT], ValueT],
) -> None:
    for key, value in part.items():
        whole[key] = join(whole[key], value) if key in whole else value


def _one_document(one: Document, other: Document) -> Document:
    for what in ("patient", "date", "language"):
        a, b = sorted((getattr(one, what), getattr(other, what)))
        if a != b and a:
            raise GraphError(Errors.SC650.format(doc=one.id, what=what))
    return Document(
        one.id,
        max(one.patient, other.patient),
        max(one.date, other.date),
        one.sources | other.sources,
        max(one.left_out, other.left_out),
        max(one.left_out_relations, other.left_out_relations),
        max(one.language, other.language),
    )


def _one_concept(one: Concept, other: Concept) -> Concept:
    labels, names = one.labels | other.labels, one.names | other.names
    return Concept(one.id, labels, names, max(one.title, other.title))


def _one_said(one: Said, other: Said) -> Said:
    change, times = max(one.change, other.change), max(one.times, other.times)
    return Said(higher(one.score, other.score), max(one.text, other.text), change, times)
