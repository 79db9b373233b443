"""What a picture of a graph shows: boxes in columns by entity type, and labelled links.

A drug's strength, dose, route and frequency are one box, one for each way of taking it. A value
stands beside the test that it is the result of, also where other tests have the same value.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from ..errors import Errors, GraphError
from .clinical_graph import JOINT, PRESENT, Finding, Mention, Relation
from .graph_lookup import Evidence, Lookup
from .question_roles import DETAILS, Roles

COLUMNS = ("Results", "Tests and sites", "Problems", "Treatments", "How taken")
VALUES = frozenset({"LAB_VALUE", "Lab_value"})
REGIMEN = "regimen"
Key = tuple[str, ...]


@dataclass
class Box:
    """A concept said in one way, or a way of taking a drug.

    key (Key): What makes it itself.
    label (str): The entity label.
    lines (list[str]): What it says.
    assertion (str): How it is said.
    column (int): Where in COLUMNS.
    evidence (set[Evidence]): Where it stands.
    patients (set[str]): Of whom it is said.
    """

    key: Key
    label: str
    lines: list[str]
    assertion: str
    column: int
    evidence: set[Evidence] = field(default_factory=set)
    patients: set[str] = field(default_factory=set)

    @property
    def holds(self) -> list[str]:
        """RETURNS (list[str]): The assertions that hold, the weightiest first."""
        return self.assertion.split(JOINT)


class Link(NamedTuple):
    """A relation between two boxes."""

    head: Key
    label: str
    tail: Key


@dataclass
class Picture:
    """Boxes and links, and what there is no room for.

    left_out (Counter[str]): Boxes and links that aren't drawn, by the reason.
    """

    boxes: dict[Key, Box] = field(default_factory=dict)
    links: dict[Link, set[Evidence]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)


def make_picture(graph: Lookup, *, max_boxes: int = 60) -> Picture:
    """Choose what to draw: linked boxes before others, what is treated and caused first.

    graph (Lookup): The graph, of one patient or of several.
    max_boxes (int): Boxes at most; what is beyond is counted.
    RETURNS (Picture): Boxes and links. Raises GraphError where there is nothing to draw.
    """
    whole = _Sketch(graph).sketch()
    if not whole.boxes:
        raise GraphError(Errors.SC660)
    kept = _choose(whole, max_boxes)
    picture = Picture({key: box for key, box in sorted(whole.boxes.items()) if key in kept})
    picture.left_out["findings beyond the limit"] = len(whole.boxes) - len(kept)
    for link, evidence in sorted(whole.links.items()):
        if link.head in kept and link.tail in kept:
            picture.links[link] = evidence
        else:
            picture.left_out["relations of those"] += 1
    return picture


def _choose(picture: Picture, limit: int) -> set[Key]:
    boxes = picture.boxes

    def of_link(link: Link) -> tuple[int, int, Link]:
        columns = {boxes[link.head].column, boxes[link.tail].column}
        first = [{2, 3}, {3, 4}, {2, 4}, {1, 2}, {0, 2}]
        place = first.index(columns) if columns in first else len(first)
        return place, -len(picture.links[link]), link

    def of_box(key: Key) -> tuple[int, int, Key]:
        return (2, 3, 1, 4, 0).index(boxes[key].column), -len(boxes[key].evidence), key

    kept: dict[Key, None] = {}
    for link in sorted(picture.links, key=of_link):
        ends = {link.head, link.tail}
        if len(kept.keys() | ends) <= limit:
            kept.update(dict.fromkeys(ends))
    others = sorted(boxes.keys() - kept.keys(), key=of_box)
    return {*kept, *others[: max(0, limit - len(kept))]}


class _Sketch:
    """Everything that a graph says, as boxes and links."""

    def __init__(self, graph: Lookup):
        self.graph = graph
        self.roles = graph.roles
        self.picture = Picture()
        details = frozenset().union(*(getattr(graph.roles, name) for name in DETAILS))
        self.details = details

    def sketch(self) -> Picture:
        relations = sorted(self.graph.graph.relations)
        taken = {m for r in relations if r.label in self.details for m in (r.head, r.tail)}
        taken = {m for m in taken if m.label not in self.roles.medications}
        for finding, mentions in self.graph.findings.items():
            for mention in mentions:
                if mention not in taken:
                    self._add_box(finding, mention)
        for relation in relations:
            if relation.label not in self.details:
                self._add_link(relation)
        self._add_regimens(relations)
        return self.picture

    def _key(self, mention: Mention) -> Key:
        key = (mention.label, mention.concept, mention.assertion)
        if mention.label not in VALUES:
            return key
        anchors = self.graph.others(mention, frozenset({"RESULT_OF"}))
        return (*key, *sorted({anchor.concept for anchor in anchors}))

    def _add_box(self, finding: Finding, mention: Mention) -> None:
        key = self._key(mention)
        name = self.graph.graph.concepts[mention.concept].name
        column = _column(mention.label, self.roles)
        new = Box(key, mention.label, [name], mention.assertion, column)
        box = self.picture.boxes.setdefault(key, new)
        box.evidence.add(Evidence(mention.document, mention.fragments))
        box.patients.add(finding.patient)

    def _add_link(self, relation: Relation) -> None:
        head, tail = relation.head, relation.tail
        link = Link(self._key(head), relation.label, self._key(tail))
        found = self.picture.links.setdefault(link, set())
        found |= {Evidence(m.document, m.fragments) for m in (head, tail)}

    def _add_regimens(self, relations: list[Relation]) -> None:
        """A box for each way of taking each drug, linked to the drug's."""
        ways: dict[Mention, dict[str, set[str]]] = {}
        said: dict[Mention, set[Evidence]] = {}
        for relation in relations:
            role = next((d for d in DETAILS if relation.label in getattr(self.roles, d)), None)
            if role is not None:
                ends = (relation.head, relation.tail)
                drug, value = ends if ends[0].label in self.roles.medications else ends[::-1]
                name = self.graph.graph.concepts[value.concept].name
                ways.setdefault(drug, {}).setdefault(role, set()).add(name)
                said.setdefault(drug, set()).add(Evidence(value.document, value.fragments))
        for drug, way in ways.items():
            lines = [f"{r}: {' / '.join(sorted(way[r]))}" for r in DETAILS if r in way]
            self._add_regimen(drug, lines, said[drug])

    def _add_regimen(self, drug: Mention, lines: list[str], evidence: set[Evidence]) -> None:
        key = (REGIMEN, *self._key(drug), *lines)
        column = len(COLUMNS) - 1
        new = Box(key, REGIMEN, lines, PRESENT, column)
        box = self.picture.boxes.setdefault(key, new)
        box.evidence |= evidence
        box.patients.add(self.graph.graph.documents[drug.document].patient)
        link = Link(self._key(drug), "TAKEN_AS", key)
        self.picture.links.setdefault(link, set()).update(evidence)


def _column(label: str, roles: Roles) -> int:
    if label in VALUES:
        return 0
    if label in roles.conditions:
        return 2
    if label in roles.medications | roles.procedures:
        return 3
    return 4 if label in roles.dates or label in UNTAKEN else 1


# Details of no drug stand where details stand.
UNTAKEN = frozenset({"STRENGTH", "DOSAGE", "ROUTE", "FREQUENCY", "FORM", "DURATION"})
