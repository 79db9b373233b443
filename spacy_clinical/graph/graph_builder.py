"""Documents into a graph: what each mention means, how it is said, and of whom."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from ..corpus.corpus_files import read_records
from ..docs import KEY, check_language, language_of, meanings_of, to_record, with_language
from ..docs.iso_dates import iso_date
from ..errors import Errors, GraphError
from ..event_mentions import flatten
from ..records import Entity, Record, split_concepts
from .clinical_graph import (
    JOINT,
    PRESENT,
    TEXT_ID,
    UNKNOWN,
    Concept,
    Document,
    KnowledgeGraph,
    Mention,
    Relation,
    Said,
    higher,
    merge_graphs,
)
from .mention_dates import pair_dates
from .mention_words import bare, normalise, on_one_line
from .note_times import read_times
from .question_roles import BECAUSE, DATED, ROLES, Roles

UNDATED = ("absent", "hypothetical", UNKNOWN)
Placed = dict[str, list[Mention]]
Annotated = Doc | Record | tuple[Doc, Any]


def build_graph(
    docs: str | Path | Iterable[Annotated],
    *,
    roles: Roles = ROLES,
    patient_key: str = "patient",
    date_key: str = "date",
    source: str = "",
    titles: Callable[[str], str] | None = None,
    keep_text: bool = False,
    key: str = KEY,
    language: str = "",
) -> KnowledgeGraph:
    """Build the graph of one note, or of many.

    docs (str | Path | Iterable[Doc | Record | tuple[Doc, Any]]): A corpus in any format, or
        annotated documents, each with an id of its own. A pair, as `nlp.pipe(as_tuples=True)`
        gives it, has the id, or a dict of `id` and meta, as its second part.
    roles (Roles): What labels stand for.
    patient_key (str): Where `meta` names the patient; without it the document's id is the patient.
    date_key (str): Where `meta` holds the document's date.
    source (str): What annotated the documents, such as a pipeline's name and version.
    titles (Callable | None): A terminology's own name for an identifier, "" where it has none.
    keep_text (bool): Keep each mention's words, on one line.
    key (str): The span group of Docs.
    language (str): A code such as "de", of the notes whose `meta` doesn't tell theirs: numbers are
        read by it. "" for that of the pipeline which made the Docs.
    RETURNS (KnowledgeGraph): The graph. Raises GraphError for a document without an id, an id that
        comes twice, or a date that can't be read.
    """
    given = read_records(docs) if isinstance(docs, str | Path) else docs
    seen: set[str] = set()
    language = check_language(language)

    def graphs() -> Iterable[KnowledgeGraph]:
        for number, doc in enumerate(given, 1):
            record = _read(doc, key, language)
            if not record.id or record.id in seen:
                raise GraphError(Errors.SC651.format(number=number, id=record.id))
            seen.add(record.id)
            document = _document(record, patient_key, date_key, source)
            yield _NoteGraph(record, document, roles, titles, keep_text).build()

    return merge_graphs(graphs())


def concept_of(entity: Entity, words: str) -> tuple[str, ...]:
    """Say what a mention means.

    entity (Entity): The mention.
    words (str): Its words.
    RETURNS (tuple[str, ...]): The identifiers that it is linked to, else one made of its label and
        its normalised words.
    """
    return split_concepts(entity.concept) or (f"{TEXT_ID}{entity.label}:{normalise(words)}",)


def _read(doc: Annotated, key: str, language: str) -> Record:
    if isinstance(doc, Record):
        record, usual = flatten(doc)[0], ""
    elif isinstance(doc, Doc):
        record, usual = to_record(doc, key=key), doc.lang_
    else:
        context = doc[1] if isinstance(doc[1], dict) else {"id": doc[1]}
        record, usual = to_record(doc[0], id=str(context.get("id", "")), key=key), doc[0].lang_
        record = replace(record, meta={**record.meta, **context})
    return replace(record, meta=with_language(record.meta, language or usual))


def _document(record: Record, patient_key: str, date_key: str, source: str) -> Document:
    patient, given = record.meta.get(patient_key), record.meta.get(date_key)
    date = "" if given is None else iso_date(str(given))
    if given not in (None, "") and not date:
        raise GraphError(Errors.SC652.format(doc=record.id, key=date_key))
    whom = record.id if patient in (None, "") else str(patient)
    sources, language = frozenset({source} - {""}), language_of(record.meta)
    return Document(record.id, whom, date, sources, language=language)


def _assertions(record: Record) -> dict[str, str]:
    """How each mention is said of which something is, by the shared vocabulary."""
    said: dict[str, list[tuple[str, str]]] = {}
    for a in record.attributes:
        said.setdefault(a.target, []).append((a.name, a.value))
    meant = {id: meanings_of(pairs) for id, pairs in said.items()}
    return {
        id: UNKNOWN if found.unknown else JOINT.join(found.values)
        for id, found in meant.items()
        if found.unknown or found.values
    }


class _NoteGraph:
    """The graph of one document while it is built."""

    def __init__(
        self,
        record: Record,
        document: Document,
        roles: Roles,
        titles: Callable[[str], str] | None,
        keep_text: bool,
    ):
        self.record = record
        self.document = document
        self.roles = roles
        self.titles = titles
        self.keep_text = keep_text
        self.assertions = _assertions(record)
        self.told = read_times(record, document.date, roles)
        self.graph = KnowledgeGraph()
        self.left_out: Counter[str] = Counter()

    def build(self) -> KnowledgeGraph:
        placed = {entity.id: self._place(entity) for entity in self.record.entities}
        self._relate(placed)
        self._relate_concepts()
        self._date(placed)
        for head, tail in self.told.reasons:
            self._relate_pairs(placed[head], BECAUSE, placed[tail], None)
        mentions, relations = self.left_out["mentions"], self.left_out["relations"]
        self.graph.documents[self.document.id] = replace(
            self.document, left_out=mentions, left_out_relations=relations
        )
        return self.graph

    def _place(self, entity: Entity) -> list[Mention]:
        """A mention for each concept of an entity; none for a person."""
        if entity.label in self.roles.persons:
            self.left_out["mentions"] += 1
            return []
        words = " ".join(self.record.text[start:end] for start, end in entity.fragments)
        name = bare(words)
        assertion = self.assertions.get(entity.id, PRESENT)
        found = []
        for id in concept_of(entity, words):
            self._add_concept(id, entity.label, name)
            found.append(Mention(self.document.id, entity.fragments, entity.label, id, assertion))
            self._add_mention(found[-1], self._said(entity, words))
        return found

    def _said(self, entity: Entity, words: str) -> Said:
        kept = on_one_line(words) if self.keep_text else ""
        id, told = entity.id, self.told
        return Said(entity.score, kept, told.changes.get(id, ""), told.times.get(id, ""))

    def _add_concept(self, id: str, label: str, name: str) -> None:
        known = self.graph.concepts.get(id)
        labels, names = (known.labels, known.names) if known else (frozenset(), frozenset())
        title = self.titles(id) if self.titles and not id.startswith(TEXT_ID) else ""
        self.graph.concepts[id] = Concept(
            id, labels | ({label} - {""}), names | ({name} - {""}), title
        )

    def _add_mention(self, mention: Mention, said: Said) -> None:
        known = self.graph.mentions.get(mention, said)
        self.graph.mentions[mention] = said._replace(score=higher(known.score, said.score))

    def _add_relation(self, relation: Relation, score: float | None) -> None:
        known = self.graph.relations.get(relation)
        self.graph.relations[relation] = higher(known, score)

    def _relate(self, placed: Placed) -> None:
        for relation in self.record.relations:
            heads, tails = placed[relation.head], placed[relation.tail]
            self.left_out["relations"] += not (heads and tails)
            self._relate_pairs(heads, relation.label, tails, relation.score)

    def _relate_pairs(
        self, heads: list[Mention], label: str, tails: list[Mention], score: float | None
    ) -> None:
        for head in heads:
            for tail in tails:
                self._add_relation(Relation(head, label, tail), score)

    def _relate_concepts(self) -> None:
        """Relations that hold for the document as a whole: between statements without offsets."""
        best = self._best_of_each() if self.record.concept_relations else {}
        for relation in self.record.concept_relations:
            heads, tails = split_concepts(relation.head), split_concepts(relation.tail)
            self.left_out["relations"] += not (heads and tails)
            for head in heads:
                for tail in tails:
                    row = Relation(self._whole(head, best), relation.label, self._whole(tail, best))
                    self._add_relation(row._replace(note=relation.note), None)

    def _best_of_each(self) -> dict[str, Mention]:
        """A mention of each concept, the first that is present if there is one."""
        best: dict[str, Mention] = {}
        for mention in self.graph.mentions:
            known = best.get(mention.concept, mention)
            best[mention.concept] = min(known, mention, key=lambda m: (m.assertion != PRESENT, m))
        return best

    def _whole(self, concept: str, stated: dict[str, Mention]) -> Mention:
        """What the document as a whole says of a concept: present, if any of its mentions is."""
        best = stated.get(concept)
        label, assertion = (best.label, best.assertion) if best else ("", PRESENT)
        if best is None:
            self._add_concept(concept, label, "")
        mention = Mention(self.document.id, (), label, concept, assertion)
        self._add_mention(mention, Said())
        return mention

    def _date(self, placed: Placed) -> None:
        roles, entities = self.roles, self.record.entities
        told = {id for r in self.record.relations for id in (r.head, r.tail)}
        dates = [e for e in entities if e.label in roles.dates and e.id not in told]
        others = [
            e
            for e in entities
            if e.label in roles.datable
            and frozenset(self.assertions.get(e.id, PRESENT).split(JOINT)).isdisjoint(UNDATED)
        ]
        for entity, date in pair_dates(self.record.text, dates, others):
            self._relate_pairs(placed[entity.id], DATED, placed[date.id], None)


def describe(graph: KnowledgeGraph) -> dict[str, Any]:
    """Count what a graph holds, and what it leaves out.

    graph (KnowledgeGraph): The graph.
    RETURNS (dict[str, Any]): Name to number.
    """
    documents = graph.documents.values()
    inferred = sum(relation.label == DATED for relation in graph.relations)
    reasons = sum(relation.label == BECAUSE for relation in graph.relations)
    return {
        "patients": len(graph.patients),
        "documents": len(documents),
        "concepts": len(graph.concepts),
        "of them linked to a terminology": sum(c.linked for c in graph.concepts.values()),
        "findings": len(graph.findings()),
        "mentions": sum(bool(mention.fragments) for mention in graph.mentions),
        "relations": len(graph.relations) - inferred - reasons,
        "dates given to a mention of their sentence": inferred,
        "reasons given to a stopped drug of their sentence": reasons,
        "mentions with a time": sum(bool(said.times) for said in graph.mentions.values()),
        "drugs with a change": sum(bool(said.change) for said in graph.mentions.values()),
        "mentions of persons, left out": sum(document.left_out for document in documents),
        "relations of those, left out": sum(d.left_out_relations for d in documents),
    }
