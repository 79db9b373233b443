"""What a corpus asks of a pipeline: overlaps, distances, silence, lengths."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from ..corpus.corpus_files import read_records
from ..corpus.corpus_inventory import Inventory, inspect_docs
from ..docs import KEY, get_assertions, get_mentions, get_relation_rows, get_spans, to_doc
from ..pipeline.ner.schemes.biluo_scheme import without_overlaps
from ..pipeline.relations.learned_cardinality import Ends, count_ends
from ..records import Record, split_concepts, spread_concepts

Place = tuple[int, int, int]
Count = Callable[[list[Doc]], list[int]]


@dataclass
class Survey:
    """A corpus as one tokenizer and one encoder see it.

    inventory (Inventory): Labels, relations, attributes, what is lost.
    sizes (list[int]): Wordpieces of each document, or what else batches are measured in.
    spread (bool): Whether relations between concepts were spread over their mentions.
    held (int): Mentions that are runs of whole tokens.
    flat_lost (int): Of them those that one sequence of tags can't hold beside the others.
    label_lost (int): Those that a sequence of tags a label can't hold.
    longest (int): Tokens of the longest one.
    furthest (int): Tokens between the arguments of the widest relation.
    both_ways (Counter): Relations of each label that stand in the other direction too.
    ends (dict): Relations of each head and tail, by label; of `count_ends`.
    said (Counter): Mentions of which something is said, by (attribute, entity label).
    concepts (Counter): Relations between concepts, by label and entity labels of head and tail.
    unknown (float): Share of wordpieces that the encoder doesn't know, in 0..1.
    notes (set[str]): What is said of them besides, such as BioRED's novelty.
    """

    inventory: Inventory
    sizes: list[int]
    spread: bool = False
    held: int = 0
    flat_lost: int = 0
    label_lost: int = 0
    longest: int = 1
    furthest: int = 0
    both_ways: Counter[str] = field(default_factory=Counter)
    ends: dict[str, Ends] = field(default_factory=dict)
    said: Counter[tuple[str, str]] = field(default_factory=Counter)
    concepts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    notes: set[str] = field(default_factory=set)
    unknown: float = 0.0


def survey_corpus(path: Path, nlp: Language, count: Count) -> Survey:
    """Read a corpus and measure it.

    path (Path): .spacy, JSONL, PubTator, or a brat folder.
    nlp (Language): Its tokenizer makes the tokens, whatever the corpus was stored with.
    count (Callable): Tells the size of documents, in what batches are measured in.
    RETURNS (Survey): The measures.
    """
    records = list(read_records(path))
    spread = any(r.concept_relations for r in records) and not any(r.relations for r in records)
    return survey(map(spread_concepts, records) if spread else records, nlp, count, spread)


def survey(records: Iterable[Record], nlp: Language, count: Count, spread: bool = False) -> Survey:
    """Measure annotated documents.

    records (Iterable[Record]): The documents.
    nlp, count: As for `survey_corpus`.
    spread (bool): Noted in the result.
    RETURNS (Survey): The measures.
    """
    records = list(records)
    docs = [to_doc(record, nlp.make_doc) for record in records]
    found = Survey(inspect_docs(docs), count(docs) if docs else [], spread)
    found.ends = count_ends(docs, KEY)
    for record in records:
        _measure_concepts(record, found)
    for doc in docs:
        _measure_mentions(doc, found)
        _measure_relations(doc, found)
    return found


def _measure_concepts(record: Record, found: Survey) -> None:
    types: dict[str, set[str]] = {}
    for entity in record.entities:
        for concept in {entity.concept, *split_concepts(entity.concept)}:
            types.setdefault(concept, set()).add(entity.label)
    for rel in record.concept_relations:
        ends = product(types.get(rel.head, ()), types.get(rel.tail, ()))
        found.concepts.update((rel.label, head, tail) for head, tail in ends)
        found.notes |= {rel.note} - {""}


def _measure_mentions(doc: Doc, found: Survey) -> None:
    spans, mentions = get_spans(doc), get_mentions(doc)
    labels = {label: k for k, label in enumerate(dict.fromkeys(m.label for m in mentions))}
    places = {
        (span.start, span.end, labels[span.label_])
        for span, mention in zip(spans, mentions, strict=True)
        if len(mention.fragments) == 1
    }
    found.held += len(places)
    found.flat_lost += _overlapping(list(places))
    for k in labels.values():
        found.label_lost += _overlapping([place for place in places if place[2] == k])
    found.longest = max([found.longest, *(end - start for start, end, _ in places)])
    said = zip(mentions, get_assertions(doc), strict=True)
    found.said.update((a.name, m.label) for m, row in said for a in row)


def _overlapping(places: Sequence[Place]) -> int:
    return len(places) - len(without_overlaps(places))


def _measure_relations(doc: Doc, found: Survey) -> None:
    spans, rows = get_spans(doc), get_relation_rows(doc)
    known = {(head, tail, label) for head, tail, label, _ in rows}
    found.both_ways.update(label for head, tail, label in known if (tail, head, label) in known)
    gaps = (
        max(spans[h].start, spans[t].start) - min(spans[h].end, spans[t].end) for h, t, _ in known
    )
    found.furthest = max([found.furthest, *gaps])
