"""To networkx and back: the one property graph that GraphML, JSON and CSV are written from.

Nodes: `patient:ID`, `document:ID`, `concept:ID` and findings, whose ids name their patient,
assertion and concept. Edges, several between two nodes where there are several statements:
    patient  -HAS_FINDING-> finding  -OF_CONCEPT-> concept
    document -OF_PATIENT->  patient
    finding  -STATED_IN->   document      one for each mention, with its characters
    finding  -LABEL->       finding       one for each relation of two mentions, with both's
Every attribute is a string or a number; lists are joined by ";" with characters as "12-19;25-30".
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import Errors, GraphError
from ..records import Fragments
from .clinical_graph import Concept, Document, Finding, KnowledgeGraph, Mention, Relation, Said

if TYPE_CHECKING:
    import networkx

STATED_IN, HAS_FINDING, OF_CONCEPT, OF_PATIENT = (
    "STATED_IN",
    "HAS_FINDING",
    "OF_CONCEPT",
    "OF_PATIENT",
)
Attributes = dict[str, str | int | float]
_TEXTS = (
    "kind", "name", "date", "sources", "labels", "names", "title", "type", "label", "at", "text",
    "change", "times", "document", "head", "head_label", "tail", "tail_label", "note", "assertion",
    "language",
)  # fmt: skip


def to_networkx(graph: KnowledgeGraph) -> "networkx.MultiDiGraph":
    """Make a networkx graph.

    graph (KnowledgeGraph): The graph.
    RETURNS (networkx.MultiDiGraph): The same, nodes and edges in a fixed order.
    """
    import networkx

    made = networkx.MultiDiGraph()
    made.add_nodes_from(nodes(graph))
    for head, tail, attributes in edges(graph):
        made.add_edge(head, tail, **attributes)
    return made


def from_networkx(made: "networkx.MultiDiGraph") -> KnowledgeGraph:
    """Read a networkx graph.

    made (networkx.MultiDiGraph): As `to_networkx` makes it.
    RETURNS (KnowledgeGraph): The graph. Raises GraphError for one of another shape.
    """
    return read_parts(
        ((str(id), data) for id, data in made.nodes(data=True)),
        ((str(head), str(tail), data) for head, tail, data in made.edges(data=True)),
    )


def nodes(graph: KnowledgeGraph) -> Iterator[tuple[str, Attributes]]:
    """YIELDS (tuple[str, dict]): Id and attributes of every node; `kind` tells patients, documents,
    concepts and findings apart."""
    for patient in graph.patients:
        yield f"patient:{patient}", {"kind": "patient", "name": patient}
    for _, document in sorted(graph.documents.items()):
        yield f"document:{document.id}", _pack_document(document)
    for _, concept in sorted(graph.concepts.items()):
        yield f"concept:{concept.id}", _pack_concept(concept)
    for finding, mentions in graph.findings().items():
        labels = ";".join(sorted({m.label for m in mentions} - {""}))
        name = graph.concepts[finding.concept].name
        yield (
            finding_id(finding),
            {"kind": "finding", "name": name, "label": labels, "assertion": finding.assertion},
        )


def edges(graph: KnowledgeGraph) -> Iterator[tuple[str, str, Attributes]]:
    """YIELDS (tuple[str, str, dict]): Head, tail and attributes of every edge; `type` tells what it
    is."""
    for _, document in sorted(graph.documents.items()):
        yield f"document:{document.id}", f"patient:{document.patient}", {"type": OF_PATIENT}
    for finding in graph.findings():
        yield f"patient:{finding.patient}", finding_id(finding), {"type": HAS_FINDING}
        yield finding_id(finding), f"concept:{finding.concept}", {"type": OF_CONCEPT}
    for mention, said in sorted(graph.mentions.items()):
        packed = _without_none(
            type=STATED_IN,
            label=mention.label,
            at=pack_fragments(mention.fragments),
            score=said.score,
            text=said.text,
            change=said.change or None,
            times=said.times or None,
        )
        yield finding_id(graph.finding_of(mention)), f"document:{mention.document}", packed
    for relation, score in sorted(graph.relations.items(), key=lambda item: item[0]):
        head, tail = relation.head, relation.tail
        packed = _without_none(
            type=relation.label,
            document=head.document,
            head=pack_fragments(head.fragments),
            head_label=head.label,
            tail=pack_fragments(tail.fragments),
            tail_label=tail.label,
            score=score,
            note=relation.note,
        )
        yield finding_id(graph.finding_of(head)), finding_id(graph.finding_of(tail)), packed


def read_parts(
    nodes: Iterator[tuple[str, dict[str, Any]]], edges: Iterator[tuple[str, str, dict[str, Any]]]
) -> KnowledgeGraph:
    """Put a graph together from the nodes and edges of its property graph.

    nodes (Iterator): As `nodes` yields them.
    edges (Iterator): As `edges` yields them, in any order.
    RETURNS (KnowledgeGraph): The graph. Raises GraphError for parts of another shape.
    """
    try:
        found, links = dict(nodes), list(edges)
        for attributes in (*found.values(), *(edge for _, _, edge in links)):
            _check_texts(attributes)
        return _read_parts(found, links)
    except GraphError:
        raise
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        what = f"a node or an edge is not of its shape ({type(error).__name__})"
        raise GraphError(Errors.SC656.format(path="networkx graph", what=what)) from None


def _check_texts(attributes: dict[str, Any]) -> None:
    """Raise TypeError for an attribute of the graph's own that isn't a text: what sorts or joins it
    would fail on it, far from the file."""
    if any(not isinstance(attributes.get(name, ""), str) for name in _TEXTS):
        raise TypeError


def finding_id(finding: Finding) -> str:
    """RETURNS (str): The node's id: its parts, with "/" and "%" in them escaped."""
    parts = (finding.patient, finding.assertion, finding.concept)
    return "finding:" + "/".join(p.replace("%", "%25").replace("/", "%2F") for p in parts)


def parse_finding(id: str) -> Finding:
    """RETURNS (Finding): What `finding_id` wrote."""
    parts = id.removeprefix("finding:").split("/")
    patient, assertion, concept = (p.replace("%2F", "/").replace("%25", "%") for p in parts)
    return Finding(patient, concept, assertion)


def pack_fragments(fragments: Fragments) -> str:
    """RETURNS (str): Such as "12-19;25-30"."""
    return ";".join(f"{start}-{end}" for start, end in fragments)


def parse_fragments(packed: str) -> Fragments:
    """RETURNS (Fragments): What `pack_fragments` wrote."""
    pairs = (part.split("-") for part in packed.split(";") if part)
    return tuple((int(start), int(end)) for start, end in pairs)


def pack_list(items: frozenset[str]) -> str:
    """RETURNS (str): Strings in order, joined by ";", with ";" and "%" in them escaped."""
    return ";".join(sorted(i.replace("%", "%25").replace(";", "%3B") for i in items))


def parse_list(packed: str) -> frozenset[str]:
    """RETURNS (frozenset[str]): What `pack_list` wrote."""
    return frozenset(i.replace("%3B", ";").replace("%25", "%") for i in packed.split(";") if i)


def _read_parts(
    nodes: dict[str, dict[str, Any]], edges: list[tuple[str, str, dict[str, Any]]]
) -> KnowledgeGraph:
    patients = {h: t.removeprefix("patient:") for h, t, e in edges if e["type"] == OF_PATIENT}
    graph = KnowledgeGraph()
    for id, node in nodes.items():
        kind, name = node["kind"], id.partition(":")[2]
        if kind == "document":
            graph.documents[name] = _parse_document(name, patients[id], node)
        elif kind == "concept":
            graph.concepts[name] = _parse_concept(name, node)
    for head, tail, edge in edges:
        if edge["type"] == STATED_IN and nodes[tail]["kind"] == "document":
            mention = _mention(head, tail.removeprefix("document:"), edge["label"], edge["at"])
            graph.mentions[mention] = Said(
                _score(edge), edge.get("text", ""), edge.get("change", ""), edge.get("times", "")
            )
        elif nodes[head]["kind"] == nodes[tail]["kind"] == "finding":
            graph.relations[_parse_relation(head, tail, edge)] = _score(edge)
    return graph


def _parse_relation(head: str, tail: str, edge: dict[str, Any]) -> Relation:
    arguments = (
        _mention(finding, edge["document"], edge[f"{end}_label"], edge[end])
        for finding, end in ((head, "head"), (tail, "tail"))
    )
    return Relation(next(arguments), edge["type"], next(arguments), edge.get("note", ""))


def _mention(finding: str, document: str, label: str, at: str) -> Mention:
    _, concept, assertion = parse_finding(finding)
    return Mention(document, parse_fragments(at), label, concept, assertion)


def _score(edge: dict[str, Any]) -> float | None:
    return None if edge.get("score") in (None, "") else float(edge["score"])


def _pack_document(document: Document) -> Attributes:
    told: Attributes = {"language": document.language} if document.language else {}
    return {
        "kind": "document",
        "name": document.id,
        "date": document.date,
        "sources": pack_list(document.sources),
        "left_out": document.left_out,
        "left_out_relations": document.left_out_relations,
        **told,
    }


def _parse_document(id: str, patient: str, node: dict[str, Any]) -> Document:
    mentions, relations = (int(node[key]) for key in ("left_out", "left_out_relations"))
    sources, language = parse_list(node["sources"]), node.get("language", "")
    return Document(id, patient, node["date"], sources, mentions, relations, language)


def _pack_concept(concept: Concept) -> Attributes:
    return {
        "kind": "concept",
        "name": concept.name,
        "labels": pack_list(concept.labels),
        "names": pack_list(concept.names),
        "title": concept.title,
    }


def _parse_concept(id: str, node: dict[str, Any]) -> Concept:
    return Concept(id, parse_list(node["labels"]), parse_list(node["names"]), node["title"])


def _without_none(**attributes: str | float | None) -> Attributes:
    return {key: value for key, value in attributes.items() if value is not None}
