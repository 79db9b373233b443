"""RDF as `write_turtle` writes it, back into a graph."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ..errors import Errors, GraphError
from .clinical_graph import Concept, Document, KnowledgeGraph, Mention, Relation, Said
from .turtle_writer import CLIN, PREFIXES

if TYPE_CHECKING:
    import rdflib


def read_turtle(path: Path) -> KnowledgeGraph:
    """Read a graph from Turtle. Triples of other makers in it are passed over.

    path (Path): The file.
    RETURNS (KnowledgeGraph): The graph. Raises GraphError without rdflib, and where the file isn't
        Turtle or lacks a part.
    """
    try:
        import rdflib
    except ImportError as error:
        named = {"what": "Reading Turtle", "module": "rdflib", "extra": "graph", "error": error}
        raise GraphError(Errors.SC512.format(**named)) from None
    made = rdflib.Graph(bind_namespaces="none")
    try:
        made.parse(path, format="turtle")
    except Exception as error:
        what = f"it isn't Turtle ({type(error).__name__})"
        raise GraphError(Errors.SC656.format(path=path, what=what)) from None
    try:
        return _Reader(made).read()
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        what = f"a resource lacks a part ({type(error).__name__})"
        raise GraphError(Errors.SC656.format(path=path, what=what)) from None


@lru_cache
def term(name: str) -> "rdflib.URIRef":
    """RETURNS (rdflib.URIRef): A term by its short name, such as "oa:Annotation"."""
    import rdflib

    prefix, _, local = name.partition(":")
    return rdflib.URIRef(PREFIXES[prefix] + local)


class _Reader:
    """Looks triples up by subject and predicate."""

    def __init__(self, made: "rdflib.Graph"):
        self.made = made
        self.mentions: dict[Any, Mention] = {}

    def read(self) -> KnowledgeGraph:
        graph = KnowledgeGraph()
        for name in self.all("schema:DigitalDocument"):
            document = self.document(name)
            graph.documents[document.id] = document
        for name in self.all("skos:Concept"):
            concept = self.concept(name)
            graph.concepts[concept.id] = concept
        for name in self.all("oa:Annotation"):
            self.mentions[name] = self.mention(name)
            told = (self.text(name, field) for field in ("oa:exact", "clin:change", "clin:times"))
            said = Said(self.score(name), *told)
            graph.mentions[self.mentions[name]] = said
        for name in self.all("rdf:Statement"):
            graph.relations[self.relation(name)] = self.score(name)
        return graph

    def all(self, kind: str) -> list[Any]:
        return list(self.made.subjects(term("rdf:type"), term(kind)))

    def one(self, name: Any, predicate: str) -> Any:
        found = self.made.value(name, term(predicate))
        if found is None:
            raise KeyError(predicate)
        return found

    def text(self, name: Any, predicate: str) -> str:
        found = self.made.value(name, term(predicate))
        return "" if found is None else str(found)

    def texts(self, name: Any, predicate: str) -> frozenset[str]:
        return frozenset(map(str, self.made.objects(name, term(predicate))))

    def score(self, name: Any) -> float | None:
        found = self.made.value(name, term("itsrdf:taConfidence"))
        return None if found is None else float(str(found))

    def document(self, name: Any) -> Document:
        agents = self.made.objects(name, term("prov:wasAttributedTo"))
        return Document(
            str(self.one(name, "dcterms:identifier")),
            str(self.one(self.one(name, "schema:about"), "dcterms:identifier")),
            self.text(name, "dcterms:date"),
            frozenset(str(self.one(agent, "rdfs:label")) for agent in agents),
            int(self.one(name, "clin:leftOut")),
            int(self.one(name, "clin:leftOutRelations")),
            self.text(name, "dcterms:language"),
        )

    def concept(self, name: Any) -> Concept:
        return Concept(
            str(self.one(name, "skos:notation")),
            self.texts(name, "clin:label"),
            self.texts(name, "skos:altLabel"),
            self.text(name, "dcterms:title"),
        )

    def mention(self, name: Any) -> Mention:
        finding = self.one(name, "oa:hasBody")
        document = self.one(name, "dcterms:isPartOf")
        targets = self.made.objects(name, term("oa:hasTarget"))
        return Mention(
            str(self.one(document, "dcterms:identifier")),
            tuple(sorted(self.fragment(target) for target in targets if target != document)),
            self.text(name, "clin:label"),
            str(self.one(self.one(finding, "dcterms:subject"), "skos:notation")),
            str(self.one(finding, "clin:assertion")),
        )

    def fragment(self, target: Any) -> tuple[int, int]:
        selector = self.one(target, "oa:hasSelector")
        return int(self.one(selector, "oa:start")), int(self.one(selector, "oa:end"))

    def relation(self, name: Any) -> Relation:
        head, tail = (self.mentions[self.one(name, f"clin:{end}")] for end in ("head", "tail"))
        label = unquote(str(self.one(name, "rdf:predicate")).removeprefix(CLIN))
        return Relation(head, label, tail, self.text(name, "skos:note"))
