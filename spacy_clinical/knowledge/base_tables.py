"""What a knowledge base knows, as tables: its counts, candidates for names, codes, kinds."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..plurals import counted
from ..result_tables import Message, Result, Table
from .code_mapping import map_codes
from .concept_sets import concepts_of, expand, one_concept, read_sets
from .knowledge_base import KnowledgeBase
from .terminology_facts import READ, UNREAD

MOST = 12  # types or systems that are named
_COUNTS = ("concepts", "names", "crossrefs", "parents")


def build_results(meta: Mapping[str, Any], output: Path) -> list[Result]:
    """RETURNS (list[Result]): What a build has put into a knowledge base, and what it left out."""
    concepts, names = counted(meta["concepts"], "concept"), counted(meta["names"], "name")
    done = f"{concepts} with {names} in {output}"
    return [Message(done), *_tables(meta), *_left_out(meta)]


def base_results(base: Path) -> list[Result]:
    """Lay out what a knowledge base holds.

    base (Path): The base.
    RETURNS (list[Result]): Counts, the commonest types and code systems, and what was left out.
    """
    meta = KnowledgeBase(base).meta
    tables = [Table(str(base), ("", ""), [(name, meta.get(name, "-")) for name in _COUNTS])]
    for title in ("types", "systems"):
        counts = sorted(meta[title].items(), key=lambda row: -row[1])
        tables.append(Table(title.capitalize(), ("", "concepts or codes"), _shorten(counts)))
    return [*tables, *_tables(meta), *_left_out(meta)]


def _tables(meta: Mapping[str, Any]) -> Iterator[Message]:
    """What tables' columns were read as, and which weren't read."""
    for file, columns in meta.get("tables", {}).items():
        yield Message(f"{file}: {', '.join(columns[READ])}", "info")
        if unread := columns[UNREAD]:
            advice = "--column FIELD=COLUMN says what one of them holds"
            yield Message(f"{file}: columns that weren't read: {', '.join(unread)}", "warn", advice)


def _left_out(meta: Mapping[str, Any]) -> list[Message]:
    rows = [("Left out: ", meta["left_out"]), ("", meta.get("noted", {}))]
    return [
        Message(f"{before}{reason}: {count}", "warn")
        for before, counts in rows
        for reason, count in counts.items()
    ]


def search_results(
    base: Path, texts: Sequence[str], k: int = 5, types: Sequence[str] = ()
) -> Iterator[Result]:
    """Search names as the linker does.

    base (Path): The base.
    texts (Sequence[str]): What to look for.
    k (int): Candidates for each.
    types (Sequence[str]): Only concepts of these semantic types; none for all.
    YIELDS (Result): A table a text, which is its title; a warning where nothing is like it.
    """
    kb = KnowledgeBase(base)
    found = kb.search(texts, k=k, types=[types] * len(texts))
    for text, candidates in zip(texts, found, strict=True):
        rows = [
            (c.concept_id, f"{c.score:.2f}", _name(kb, c.concept_id), kb.read_name(c.name))
            for c in candidates
        ]
        table = Table(text, ("concept", "score", "name", "found by"), rows)
        yield table if rows else Message(f"Nothing like '{text}'", "warn")


def mapping_results(base: Path, codes: Sequence[str], to: str) -> Iterator[Result]:
    """Map codes to another system.

    base (Path): The base.
    codes (Sequence[str]): Concept identifiers, or SYSTEM:CODE.
    to (str): The other system, such as "ICD10CM".
    YIELDS (Result): A table with a row for each way; a warning of codes that the base doesn't know.
    """
    kb = KnowledgeBase(base)
    rows = [
        (m.code, m.concept_id, m.name, ", ".join(m.codes) or "-") for m in map_codes(kb, codes, to)
    ]
    yield Table(f"To {to}", ("code", "concept", "name", to), rows)
    if unknown := [code for code in codes if code not in {row[0] for row in rows}]:
        yield Message(f"Not in the knowledge base: {', '.join(unknown)}", "warn")


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
