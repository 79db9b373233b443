"""What a knowledge base knows, as tables: its counts, candidates for names, codes, kinds."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..plurals import counted
from ..result_tables import Table
from .code_mapping import map_codes
from .concept_sets import concepts_of, expand, one_concept, read_sets
from .knowledge_base import KnowledgeBase

MOST = 12  # types or systems that are named
_COUNTS = ("concepts", "names", "crossrefs", "parents")


def kb_tables(kb: KnowledgeBase) -> list[Table]:
    """Lay out what a knowledge base holds.

    kb (KnowledgeBase): The base.
    RETURNS (list[Table]): Counts, and the commonest types and code systems.
    """
    meta = kb.meta
    tables = [Table(str(kb.folder), ("", ""), [(name, meta.get(name, "-")) for name in _COUNTS])]
    for title in ("types", "systems"):
        counts = sorted(meta[title].items(), key=lambda row: -row[1])
        tables.append(Table(title.capitalize(), ("", "concepts or codes"), _shorten(counts)))
    return tables


def left_out_of(meta: Mapping[str, Any]) -> list[str]:
    """RETURNS (list[str]): What a build left out, and why: a sentence each."""
    return [f"Left out: {count} {reason}" for reason, count in meta["left_out"].items()]


def candidate_tables(
    kb: KnowledgeBase, texts: Sequence[str], k: int = 5, types: Sequence[str] = ()
) -> Iterator[Table]:
    """Search names as the linker does.

    kb (KnowledgeBase): The base.
    texts (Sequence[str]): What to look for.
    k (int): Candidates for each.
    types (Sequence[str]): Only concepts of these semantic types; none for all.
    YIELDS (Table): One a text, its title; without rows where nothing is like it.
    """
    found = kb.search(texts, k=k, types=[types] * len(texts))
    for text, candidates in zip(texts, found, strict=True):
        rows = [
            (c.concept_id, f"{c.score:.2f}", _name(kb, c.concept_id), kb.read_name(c.name))
            for c in candidates
        ]
        yield Table(text, ("concept", "score", "name", "found by"), rows)


def mapping_table(kb: KnowledgeBase, codes: Sequence[str], to: str) -> Table:
    """Map codes to another system.

    kb (KnowledgeBase): The base.
    codes (Sequence[str]): Concept identifiers, or SYSTEM:CODE.
    to (str): The other system, such as "ICD10CM".
    RETURNS (Table): A row for each way; none for a code that the base doesn't know.
    """
    rows = [
        (m.code, m.concept_id, m.name, ", ".join(m.codes) or "-") for m in map_codes(kb, codes, to)
    ]
    return Table(f"To {to}", ("code", "concept", "name", to), rows)


def ancestor_table(base: Path, concept: str) -> Table:
    """Lay out what a concept is a kind of.

    base (Path): The base.
    concept (str): An identifier, SYSTEM:CODE, or a name.
    RETURNS (Table): The nearest first. Raises CommandError unless exactly one concept is meant.
    """
    kb = KnowledgeBase(base)
    steps = kb.hierarchy.ancestors(kb.find(one_concept(kb, concept)))
    return _step_table(kb, f"Ancestors of {concept}", steps)


def descendant_table(base: Path, concept: str) -> Table:
    """Lay out what is a kind of a concept.

    base, concept: As for `ancestor_table`.
    RETURNS (Table): The nearest first. Raises CommandError unless exactly one concept is meant.
    """
    kb = KnowledgeBase(base)
    steps = kb.hierarchy.descendants(kb.find(one_concept(kb, concept)))
    return _step_table(kb, f"Descendants of {concept}", steps)


def member_table(base: Path, sets: Sequence[Path], name: str) -> Table:
    """Lay a set's concepts out.

    base (Path): The base.
    sets (Sequence[Path]): Tables of sets.
    name (str): The set.
    RETURNS (Table): Its members, those of sets in it, and all kinds of them; below, which members
        the base doesn't know. Raises KnowledgeError for a set that isn't there.
    """
    kb = KnowledgeBase(base)
    members = read_sets(sets).spread(name)
    missing = [member for member in members if not concepts_of(kb, member)]
    rows = [(id, _name(kb, id), why) for id, why in sorted(expand(kb, members).items())]
    notes = [f"{counted(len(rows), 'concept')} of {counted(len(members), 'member')}"]
    if missing:
        notes.append(f"not in the knowledge base: {', '.join(missing)}")
    return Table(f"Set {name}", ("concept", "name", "as"), rows, notes)


def _step_table(kb: KnowledgeBase, title: str, steps: Mapping[int, int]) -> Table:
    ordered = sorted((n, kb.id_of(number)) for number, n in steps.items())
    rows = [(id, _name(kb, id), n) for n, id in ordered]
    return Table(title, ("concept", "name", "steps"), rows, [counted(len(rows), "concept")])


def _shorten(rows: list[tuple[str, int]]) -> list[tuple[str, int]]:
    rest = sum(count for _, count in rows[MOST:])
    return rows[:MOST] + ([(f"{len(rows) - MOST} others", rest)] if rest else [])


def _name(kb: KnowledgeBase, concept_id: str) -> str:
    return kb.cui_to_entity[concept_id].canonical_name
