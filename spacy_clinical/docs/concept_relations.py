"""Concepts of a Doc, and relations between them.

The group's attrs hold `concept_relations`, [[head id, tail id, label, note], ...], which corpora
fill too, and beside them in the same order, where a model found them, `concept_scores` and
`concept_evidence`, [[head index, tail index], ...] over positions in the group; an index below
zero, -1 - k, stands for a lost mention.
"""

from collections.abc import Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Span

from .. import records
from ..errors import Errors, StorageError
from ..records import split_concepts
from .extension_setters import refuse
from .mention_lookup import find_key
from .mention_store import KEY, get_spans

FIELDS = ("concept_relations", "concept_scores", "concept_evidence")


class ConceptRow(NamedTuple):
    """A relation between two concepts as it is stored.

    head, tail, label, score, note: As for ConceptRelation.
    evidence (tuple[tuple[int, int], ...]): Positions of head and tail mentions, the best first.
    """

    head: str
    tail: str
    label: str
    score: float | None = None
    evidence: tuple[tuple[int, int], ...] = ()
    note: str = ""


class ConceptRelation(NamedTuple):
    """A relation between two concepts of a Doc, whichever mentions tell it.

    head (str): Identifier of the concept where it starts.
    tail (str): Identifier of the concept where it points.
    label (str): The relation label.
    score (float | None): Confidence in 0..1; None for gold.
    evidence (tuple[tuple[Span, Span], ...]): The mentions of head and tail that tell it best, the
        best first; none for gold.
    note (str): What is said of it besides, such as BioRED's novelty.
    """

    head: str
    tail: str
    label: str
    score: float | None = None
    evidence: tuple[tuple[Span, Span], ...] = ()
    note: str = ""


def has_concept_relations(doc: Doc, key: str = KEY) -> bool:
    """RETURNS (bool): Whether relations between concepts were annotated or predicted, be it none.

    A corpus without any in a document doesn't tell, so this is True of predictions only.
    """
    return key in doc.spans and FIELDS[0] in doc.spans[key].attrs


def set_concept_relations(doc: Doc, rows: Sequence[ConceptRow], *, key: str = KEY) -> None:
    """Store relations between concepts; those stored before are replaced.

    doc (Doc): The document, whose mentions are stored.
    rows (Sequence[ConceptRow]): The relations.
    key (str): The span group.
    """
    n = len(get_spans(doc, key))
    for head, tail in (pair for row in rows for pair in row.evidence):
        if max(head, tail) >= n:
            raise StorageError(Errors.SC106.format(head=head, tail=tail, n=n))
    attrs = doc.spans[key].attrs
    attrs[FIELDS[0]] = [[row.head, row.tail, row.label, row.note] for row in rows]
    attrs[FIELDS[1]] = [None if row.score is None else float(row.score) for row in rows]
    attrs[FIELDS[2]] = [[[int(h), int(t)] for h, t in row.evidence] for row in rows]


def get_concept_rows(doc: Doc, key: str = KEY) -> list[ConceptRow]:
    """Read relations between concepts. Raises StorageError if the lists don't fit together.

    doc (Doc): The document.
    key (str): The span group.
    RETURNS (list[ConceptRow]): The relations in stored order.
    """
    if not has_concept_relations(doc, key):
        return []
    attrs = doc.spans[key].attrs
    rows, blank = attrs[FIELDS[0]], [None] * len(attrs[FIELDS[0]])
    columns = [attrs.get(field) or blank for field in FIELDS[1:]]
    for field, values in zip(FIELDS[1:], columns, strict=True):
        if len(values) != len(rows):
            n = len(doc.spans[key])
            message = Errors.SC105.format(key=key, spans=n, field=field, values=len(values))
            raise StorageError(message)
    return [
        ConceptRow(head, tail, label, score, tuple((h, t) for h, t in pairs or ()), note)
        for (head, tail, label, note), score, pairs in zip(rows, *columns, strict=True)
    ]


def get_concept_relations(doc: Doc, key: str = KEY) -> list[records.ConceptRelation]:
    """Read what a corpus or a model states between concepts.

    doc (Doc): The document.
    key (str): The span group.
    RETURNS (list[ConceptRelation]): As in `records`, without evidence.
    """
    return [
        records.ConceptRelation(row.head, row.tail, row.label, row.note, row.score)
        for row in get_concept_rows(doc, key)
    ]


def get_told_relations(doc: Doc) -> tuple[ConceptRelation, ...]:
    """RETURNS (tuple[ConceptRelation, ...]): What `doc._.concept_relations` gives."""
    key = find_key(doc)
    if key is None:
        return ()
    spans = get_spans(doc, key)
    return tuple(
        ConceptRelation(r.head, r.tail, r.label, r.score, _told_by(r, spans), r.note)
        for r in get_concept_rows(doc, key)
    )


def _told_by(row: ConceptRow, spans: Sequence[Span]) -> tuple[tuple[Span, Span], ...]:
    return tuple((spans[h], spans[t]) for h, t in row.evidence if min(h, t) >= 0)


def get_concepts(span: Span) -> tuple[str, ...]:
    """RETURNS (tuple[str, ...]): The identifiers in a mention's `kb_id_`, which may be several."""
    return split_concepts(span.kb_id_)


def identify(span: Span, *, by_name: bool) -> tuple[str, ...]:
    """Tell which concepts a mention stands for.

    span (Span): The mention.
    by_name (bool): Whether one without an identifier stands for its own name.
    RETURNS (tuple[str, ...]): The identifiers in `kb_id_`, else in `span.id_`, else `name:` and the
        normalised text; none for one that is marked as having no identifier (`-1`).
    """
    stated = span.kb_id_ or span.id_
    if stated or not by_name:
        return split_concepts(stated)
    name = normalize_name(span.text)
    return (f"name:{name}",) if name else ()


def normalize_name(name: str) -> str:
    """RETURNS (str): A name in lower case, letters and digits only, without a plural's s."""
    letters = "".join(c for c in name.lower() if c.isalnum())
    return letters[:-1] if letters.endswith("s") and not letters.endswith("ss") else letters


def install_concept_extensions() -> None:
    """Set `doc._.concept_relations`; that of others is left alone."""
    if not Doc.has_extension("concept_relations"):
        setter = refuse("doc._.concept_relations")
        Doc.set_extension("concept_relations", getter=get_told_relations, setter=setter)


def from_record(relation: records.ConceptRelation, places: dict[str, int]) -> ConceptRow:
    """RETURNS (ConceptRow): The relation; `places` gives the positions of mention ids."""
    r = relation
    evidence = tuple((places[h], places[t]) for h, t in r.evidence)
    return ConceptRow(r.head, r.tail, r.label, r.score, evidence, r.note)


def in_record(row: ConceptRow, names: Sequence[str]) -> records.ConceptRelation:
    """RETURNS (ConceptRelation): The relation; `names` gives the mention ids of positions."""
    evidence = tuple((names[h], names[t]) for h, t in row.evidence)
    return records.ConceptRelation(row.head, row.tail, row.label, row.note, row.score, evidence)
