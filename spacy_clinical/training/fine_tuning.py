"""A trained pipeline learns new labels from a corpus that annotates nothing else.

Such a corpus is silent about the old labels, and training takes silence for absence. So what the
old pipeline finds in its texts is added to it: rehearsal by pseudo-labels (Lee 2013).
"""

import random
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import DocBin
from spacy.training import Example

from ..corpus import read_docs
from ..docs import to_doc, to_record
from ..errors import CorpusError, Errors
from ..pipeline.heads.clinical_head import ClinicalHead
from ..records import Attribute, Entity, Record, Relation
from .more_labels import grow_labels


def make_grow_labels(path: Path | None) -> Callable[[Language], Language]:
    """Make a callback for `[initialize.after_init]`: components that are taken from a trained
    pipeline get the labels of the training corpus, which spaCy leaves as they are.

    path (Path | None): The training corpus.
    RETURNS (Callable[[Language], Language]): See `grow_labels`.
    """
    if path is None:
        raise CorpusError(Errors.SC401)

    def grow(nlp: Language) -> Language:
        grow_labels(nlp, read_docs(path, nlp))
        for _, component in nlp.components:
            if isinstance(component, ClinicalHead):
                component.within(nlp)  # and no longer within the pipeline that it came from
        return nlp

    return grow


def make_completed_corpus(
    path: Path | None,
    model: str | None,
    labels: list[str] | None = None,
    min_score: float = 0.5,
    overlaps: bool = False,
    shuffle: bool = False,
    seed: int = 0,
) -> Callable[[Language], Iterator[Example]]:
    """Read a corpus, completed by what an older pipeline finds in its texts and it is silent about.

    path (Path | None): A .spacy file, or a folder that is searched for them.
    model (str | None): The older pipeline, installed or a folder. It reads each text once.
    labels (list[str] | None): Entity labels that the corpus annotates: of these, and of relations
        and attributes that it has, nothing is added. None for those that it has mentions of.
    min_score (float): Probability that an added mention or relation needs.
    overlaps (bool): Add mentions too that share characters with an annotated one.
    shuffle (bool): In another order at each reading.
    seed (int): Of the order.
    RETURNS (Callable[[Language], Iterator[Example]]): The reader.
    """
    if path is None or model is None:
        raise CorpusError(Errors.SC401)
    randomness = random.Random(seed)
    stored: list[DocBin] = []

    def read(nlp: Language) -> Iterator[Example]:
        if not stored:
            golds = [to_record(doc) for doc in read_docs(path, nlp)]
            settings = Settings(annotated_in(golds, labels), min_score, overlaps)
            records = complete_all(golds, spacy.load(model), settings)
            stored.append(DocBin(docs=[to_doc(record, nlp.make_doc) for record in records]))
        docs = list(stored[0].get_docs(nlp.vocab))
        if shuffle:
            randomness.shuffle(docs)
        for doc in docs:
            yield Example(nlp.make_doc(doc.text), doc)

    return read


@dataclass(frozen=True)
class Settings:
    """What is added to a corpus.

    annotated (Collection[tuple[str, str]]): What the corpus itself annotates, as ("entity", label),
        ("relation", label) and ("attribute", name).
    min_score (float): Probability that an addition needs.
    overlaps (bool): Whether it may share characters with an annotated mention.
    """

    annotated: Collection[tuple[str, str]]
    min_score: float
    overlaps: bool


def annotated_in(golds: Sequence[Record], labels: Collection[str] | None) -> set[tuple[str, str]]:
    """List what a corpus annotates.

    golds (Sequence[Record]): The documents.
    labels (Collection[str] | None): Its entity labels, if they are not to be read off.
    RETURNS (set[tuple[str, str]]): As in Settings.
    """
    found = {e.label for record in golds for e in record.entities} if labels is None else labels
    relations = {("relation", r.label) for record in golds for r in record.relations}
    attributes = {("attribute", a.name) for record in golds for a in record.attributes}
    return {("entity", label) for label in found} | relations | attributes


def complete_all(golds: Sequence[Record], nlp: Language, settings: Settings) -> Iterator[Record]:
    """Complete documents.

    golds (Sequence[Record]): The documents.
    nlp (Language): The older pipeline.
    settings (Settings): What is added.
    YIELDS (Record): The completed documents.
    """
    docs = nlp.pipe(record.text for record in golds)
    for gold, doc in zip(golds, docs, strict=True):
        yield complete(gold, to_record(doc), settings)


def complete(gold: Record, found: Record, settings: Settings) -> Record:
    """Add to a document what it is silent about.

    gold (Record): The document.
    found (Record): What the older pipeline finds in the same text.
    settings (Settings): What is added.
    RETURNS (Record): The document, in which additions can't be told from the rest but by their ids.
    """
    mentions = _new_mentions(gold, found, settings)
    places = {(e.label, e.fragments): e.id for e in (*gold.entities, *mentions.values())}
    ids = {e.id: places.get((e.label, e.fragments)) for e in found.entities}
    relations = [
        Relation(head, tail, r.label)
        for r in found.relations
        if (head := ids[r.head]) and (tail := ids[r.tail])
        if ("relation", r.label) not in settings.annotated and _is_sure(r.score, settings)
    ]
    attributes = [
        Attribute(target, a.name, a.value)
        for a in found.attributes
        if (target := ids[a.target]) and ("attribute", a.name) not in settings.annotated
    ]
    return replace(
        gold,
        entities=(*gold.entities, *mentions.values()),
        relations=(*gold.relations, *relations),
        attributes=(*gold.attributes, *attributes),
    )


def _new_mentions(gold: Record, found: Record, settings: Settings) -> dict[str, Entity]:
    taken = {entity.id for entity in gold.entities}
    kept: dict[str, Entity] = {}
    for entity in found.entities:
        known = ("entity", entity.label) in settings.annotated
        in_the_way = not settings.overlaps and any(_touch(entity, e) for e in gold.entities)
        if known or in_the_way or not _is_sure(entity.score, settings):
            continue
        number = len(kept)
        while f"R{number}" in taken:
            number += len(gold.entities)
        taken.add(f"R{number}")
        kept[entity.id] = replace(entity, id=f"R{number}", score=None)
    return kept


def _touch(one: Entity, other: Entity) -> bool:
    return any(
        start < end_other and start_other < end
        for start, end in one.fragments
        for start_other, end_other in other.fragments
    )


def _is_sure(score: float | None, settings: Settings) -> bool:
    return score is None or score >= settings.min_score
