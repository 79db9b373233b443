"""RDF in Turtle: standard vocabularies for all that has one, ours for the rest.

    a document    prov:Entity, schema:DigitalDocument; dcterms:identifier; dcterms:date, an
                  xsd:date, xsd:gYearMonth or xsd:gYear; dcterms:language; schema:about its
                  patient; prov:wasAttributedTo the prov:SoftwareAgent
    a patient     schema:Patient
    a concept     skos:Concept; skos:notation, skos:prefLabel, skos:altLabel; schema.org's class
    a finding     clin:Finding; schema:about its patient, dcterms:subject its concept;
                  clin:assertion
    a mention     oa:Annotation; oa:hasBody the finding, and an oa:hasTarget for every fragment: an
                  oa:SpecificResource whose oa:TextPositionSelector counts characters
    a relation    rdf:Statement about two findings, derived from two mentions, clin:head and
                  clin:tail; and the triple itself, for queries
    a score       itsrdf:taConfidence (W3C ITS 2.0)

Every resource has a name of its own, made of its ids, and none is blank: the same graph gives the
same bytes, and graphs of the same documents fall together in a triple store.
"""

import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import BinaryIO
from urllib.parse import quote

from .clinical_graph import Concept, Document, Finding, KnowledgeGraph, Mention, Relation, Said
from .property_graph import finding_id, pack_fragments

CLIN = "urn:spacy-clinical:vocabulary#"
DATA = "urn:spacy-clinical:data:"
PREFIXES = {
    "clin": CLIN,
    "data": DATA,
    "dcterms": "http://purl.org/dc/terms/",
    "itsrdf": "http://www.w3.org/2005/11/its/rdf#",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# Entity labels and schema.org's class of what they name.
CLASSES = {
    "MEDICATION": "Drug",
    "CONDITION": "MedicalCondition",
    "SYMPTOM": "MedicalSignOrSymptom",
    "TEST": "MedicalTest",
    "PROCEDURE": "MedicalProcedure",
    "ANATOMY": "AnatomicalStructure",
    "Chemical": "Drug",
    "Disease": "MedicalCondition",
}


Triple = tuple[str, str, str]
Triples = Iterator[Triple]


def write_turtle(graph: KnowledgeGraph, file: BinaryIO) -> None:
    """Write a graph as Turtle, as a stream: rdflib's own writer takes four seconds a thousand
    mentions. It reads what this writes, and `read_turtle` is made of it.

    graph (KnowledgeGraph): The graph.
    file (BinaryIO): Where to.
    """
    lines = [f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()]
    file.write("".join(lines).encode("utf-8"))
    for subject, triples in groupby(_triples(graph), key=lambda triple: triple[0]):
        said = " ;\n".join(f"    {predicate} {object}" for _, predicate, object in triples)
        file.write(f"\n{subject}\n{said} .\n".encode())


def _triples(graph: KnowledgeGraph) -> Triples:
    yield from _vocabulary()
    for _, document in sorted(graph.documents.items()):
        yield from _document(document)
    for _, concept in sorted(graph.concepts.items()):
        yield from _concept(concept)
    for finding in graph.findings():
        yield from _finding(finding)
    for mention, said in sorted(graph.mentions.items()):
        yield from _mention(mention, graph.finding_of(mention), said)
    for relation, score in sorted(graph.relations.items(), key=lambda item: item[0]):
        ends = graph.finding_of(relation.head), graph.finding_of(relation.tail)
        yield from _relation(relation, ends, score)


def _resource(kind: str, *parts: str) -> str:
    """The name of a thing of ours, made of its ids."""
    return f"<{DATA}{kind}:" + "/".join(quote(part, safe="") for part in parts) + ">"


def _literal(value: str | int | float) -> str:
    """Strings are escaped as in JSON, whose escapes Turtle shares; numbers are exact decimals."""
    if isinstance(value, float):
        exact = format(Decimal(repr(value)), "f")
        return exact if "." in exact else f"{exact}.0"
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)


def _date(date: str) -> str:
    """A literal with the type of its precision: SPARQL compares no day with a string."""
    kind = {4: "^^xsd:gYear", 7: "^^xsd:gYearMonth", 10: "^^xsd:date"}.get(len(date), "")
    return _literal(date) + kind


def _vocabulary() -> Triples:
    for name in ("clin:head", "clin:tail"):
        yield name, "rdfs:subPropertyOf", "prov:wasDerivedFrom"


def _document(document: Document) -> Triples:
    name, patient = _resource("document", document.id), _resource("patient", document.patient)
    yield name, "rdf:type", "prov:Entity"
    yield name, "rdf:type", "schema:DigitalDocument"
    yield name, "dcterms:identifier", _literal(document.id)
    yield name, "schema:about", patient
    yield name, "clin:leftOut", _literal(document.left_out)
    yield name, "clin:leftOutRelations", _literal(document.left_out_relations)
    if document.date:
        yield name, "dcterms:date", _date(document.date)
    if document.language:
        yield name, "dcterms:language", _literal(document.language)
    for source in sorted(document.sources):
        agent = _resource("agent", source)
        yield name, "prov:wasAttributedTo", agent
        yield agent, "rdf:type", "prov:SoftwareAgent"
        yield agent, "rdfs:label", _literal(source)
    yield patient, "rdf:type", "schema:Patient"
    yield patient, "dcterms:identifier", _literal(document.patient)


def _concept(concept: Concept) -> Triples:
    name = _resource("concept", concept.id)
    yield name, "rdf:type", "skos:Concept"
    yield name, "skos:notation", _literal(concept.id)
    yield name, "skos:prefLabel", _literal(concept.name)
    for other in sorted(concept.names):
        yield name, "skos:altLabel", _literal(other)
    for label in sorted(concept.labels):
        yield name, "clin:label", _literal(label)
        if label in CLASSES:
            yield name, "rdf:type", f"schema:{CLASSES[label]}"
    if concept.title:
        yield name, "dcterms:title", _literal(concept.title)


def _finding(finding: Finding) -> Triples:
    name = _finding_name(finding)
    yield name, "rdf:type", "clin:Finding"
    yield name, "schema:about", _resource("patient", finding.patient)
    yield name, "dcterms:subject", _resource("concept", finding.concept)
    yield name, "clin:assertion", _literal(finding.assertion)


def _mention(mention: Mention, finding: Finding, said: Said) -> Triples:
    name, document = _mention_name(mention), _resource("document", mention.document)
    yield name, "rdf:type", "oa:Annotation"
    yield name, "oa:hasBody", _finding_name(finding)
    yield name, "dcterms:isPartOf", document
    yield name, "clin:label", _literal(mention.label)
    if said.score is not None:
        yield name, "itsrdf:taConfidence", _literal(float(said.score))
    if said.text:
        yield name, "oa:exact", _literal(said.text)
    for field in ("change", "times"):
        if getattr(said, field):
            yield name, f"clin:{field}", _literal(getattr(said, field))
    if not mention.fragments:
        yield name, "oa:hasTarget", document
    for start, end in mention.fragments:
        target = _resource("target", mention.document, f"{start}-{end}")
        selector = _resource("selector", f"{start}-{end}")
        yield name, "oa:hasTarget", target
        yield target, "rdf:type", "oa:SpecificResource"
        yield target, "oa:hasSource", document
        yield target, "oa:hasSelector", selector
        yield selector, "rdf:type", "oa:TextPositionSelector"
        yield selector, "oa:start", _literal(start)
        yield selector, "oa:end", _literal(end)


def _relation(relation: Relation, ends: tuple[Finding, Finding], score: float | None) -> Triples:
    head, tail = _mention_name(relation.head), _mention_name(relation.tail)
    predicate = f"<{CLIN}{quote(relation.label, safe='')}>"
    subject, object = map(_finding_name, ends)
    parts = "\0".join((head, relation.label, tail, relation.note))
    name = _resource("relation", hashlib.sha256(parts.encode("utf-8")).hexdigest()[:32])
    yield subject, predicate, object
    yield name, "rdf:type", "rdf:Statement"
    yield name, "rdf:subject", subject
    yield name, "rdf:predicate", predicate
    yield name, "rdf:object", object
    yield name, "clin:head", head
    yield name, "clin:tail", tail
    if score is not None:
        yield name, "itsrdf:taConfidence", _literal(float(score))
    if relation.note:
        yield name, "skos:note", _literal(relation.note)


def _finding_name(finding: Finding) -> str:
    return _resource("finding", finding_id(finding).removeprefix("finding:"))


def _mention_name(mention: Mention) -> str:
    document, fragments, *others = mention
    return _resource("mention", document, pack_fragments(fragments), *others)
