"""What a graph says of one drug: statements for and against, side by side."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

from ..errors import Errors, SignalError
from ..graph import Lookup
from ..graph.clinical_graph import Mention, Relation
from ..graph.graph_lookup import ABSENT, FAMILY, Evidence
from .graph_reports import name_of

FOR, AGAINST, IN_DOUBT, OTHERS = "for", "against", "in doubt", "of others"
NOVEL = "novel"


class Statement(NamedTuple):
    """What is said of a drug and one other thing.

    drug, relation, other (str): Such as lisinopril, CAUSES, cough.
    supporting, opposing, doubting (tuple[Evidence, ...]): Where it is said, denied, and doubted or
        supposed.
    documents (int): Documents that support it.
    novel (int): Supporting statements that a corpus or a pipeline marks as novel.
    contradicts (tuple[str, ...]): Relations of the same two that the other way speaks against, such
        as TREATS beside CAUSES.
    """

    drug: str
    relation: str
    other: str
    supporting: tuple[Evidence, ...]
    opposing: tuple[Evidence, ...]
    doubting: tuple[Evidence, ...]
    documents: int
    novel: int
    contradicts: tuple[str, ...]


def evidence_on(graph: Lookup, drug: str) -> list[Statement]:
    """Gather what a graph says of a drug. A table of evidence: it ranks nothing.

    graph (Lookup): The graph.
    drug (str): A name of it, or its identifier, whatever the case.
    RETURNS (list[Statement]): By relation and other; a statement of somebody else's counts nowhere.
        Raises SignalError where no drug has that name, with those near to it.
    """
    wanted = _concepts(graph, drug)
    found: dict[tuple[str, str, str], list[tuple[str, Relation]]] = {}
    for relation in sorted(graph.graph.relations):
        for own, other in ((relation.head, relation.tail), (relation.tail, relation.head)):
            if own.concept in wanted and own.label in graph.roles.medications:
                key = (name_of(graph, own), relation.label, name_of(graph, other))
                found.setdefault(key, []).append((_stance(graph, own, other), relation))
    rows = [_statement(graph, key, said) for key, said in sorted(found.items())]
    rows = [row for row in rows if row.supporting or row.opposing or row.doubting]
    return [row._replace(contradicts=_contradicts(graph, row, rows)) for row in rows]


def _concepts(graph: Lookup, drug: str) -> set[str]:
    known: dict[str, set[str]] = {}
    for mention in graph.graph.mentions:
        if mention.label in graph.roles.medications:
            concept = graph.graph.concepts[mention.concept]
            for name in (concept.id, concept.name, *concept.names):
                known.setdefault(" ".join(name.casefold().split()), set()).add(concept.id)
    folded = " ".join(drug.casefold().split())
    if folded not in known:
        near = ", ".join(get_close_matches(folded, known, 3, 0.6)) or "nothing"
        raise SignalError(Errors.SC990.format(drug=drug, near=near))
    return known[folded]


def _stance(graph: Lookup, drug: Mention, other: Mention) -> str:
    holds = drug.holds | other.holds
    if FAMILY in holds or graph.of_family(drug) or graph.of_family(other):
        return OTHERS
    if ABSENT in holds:
        return AGAINST
    return FOR if holds <= {"present", "historical"} else IN_DOUBT


def _statement(
    graph: Lookup, key: tuple[str, str, str], said: Iterable[tuple[str, Relation]]
) -> Statement:
    sides: dict[str, list[Relation]] = {}
    for stance, relation in said:
        sides.setdefault(stance, []).append(relation)
    where = {
        stance: graph.evidence(m for r in relations for m in (r.head, r.tail))
        for stance, relations in sides.items()
    }
    supporting = where.get(FOR, ())
    return Statement(
        *key,
        supporting,
        where.get(AGAINST, ()),
        where.get(IN_DOUBT, ()),
        len({place.document for place in supporting}),
        sum(relation.note.casefold() == NOVEL for relation in sides.get(FOR, [])),
        (),
    )


def _contradicts(graph: Lookup, row: Statement, rows: Iterable[Statement]) -> tuple[str, ...]:
    sides = (graph.roles.treats, graph.roles.causes)
    opposite = next((sides[1 - i] for i in (0, 1) if row.relation in sides[i]), frozenset())
    same = (r.relation for r in rows if (r.drug, r.other) == (row.drug, row.other) and r.supporting)
    return tuple(sorted(relation for relation in same if relation in opposite))
