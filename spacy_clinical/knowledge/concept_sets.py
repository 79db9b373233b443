"""Sets of concepts as a table: by name, by code, by identifier, and sets in sets.

A line of the table is a set and one of its members. A member is "@SET" for another set,
"SYSTEM:CODE", an identifier, or a name of a knowledge base. Members stand for what is a kind of
them, too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import CommandError, Errors, KnowledgeError
from .knowledge_base import KnowledgeBase
from .readers.lines import problem, read_lines

COLUMNS = ("set", "member", "source")
IN_SET = "@"


@dataclass(frozen=True)
class ConceptSets:
    """Sets of concepts.

    members (Mapping[str, tuple[str, ...]]): Each set's own members, as they are written.
    places (Mapping[tuple[str, str], str]): Where each stands: "FILE, line N".
    """

    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def spread(self, name: str) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): A set's members with those of the sets in it, each once.
        Raises KnowledgeError for a set that isn't there, or one that holds itself."""
        found: dict[str, None] = {}
        self._spread(name, found, ())
        return tuple(found)

    def _spread(self, name: str, found: dict[str, None], above: tuple[str, ...]) -> None:
        if name not in self.members:
            known = ", ".join(sorted(self.members)[:12]) or "none"
            place = self.places.get((above[-1], IN_SET + name), "") if above else ""
            raise KnowledgeError(
                Errors.SC622.format(place=place or "The sets", name=name, known=known)
            )
        if name in above:
            chain = " > ".join((*above, name))
            raise KnowledgeError(Errors.SC623.format(chain=chain))
        for member in self.members[name]:
            if member.startswith(IN_SET):
                self._spread(member.removeprefix(IN_SET), found, (*above, name))
            else:
                found[member] = None


def read_sets(paths: Iterable[Path]) -> ConceptSets:
    """Read tables of sets.

    paths (Iterable[Path]): TSV files with the columns set, member and source; lines that begin
        with "#" are comments.
    RETURNS (ConceptSets): The sets of all. Raises KnowledgeError for a line of another shape.
    """
    members: dict[str, list[str]] = {}
    places: dict[tuple[str, str], str] = {}
    for path in paths:
        for line, name, member in _rows(path):
            members.setdefault(name, []).append(member)
            places[name, member] = f"'{path}', line {line}"
    return ConceptSets({name: tuple(found) for name, found in members.items()}, places)


def concepts_of(kb: KnowledgeBase, name: str) -> list[str]:
    """Find what a member names.

    kb (KnowledgeBase): The base.
    name (str): An identifier, "SYSTEM:CODE", or a name.
    RETURNS (list[str]): Identifiers, none if the base has nothing of it.
    """
    if kb.find(name) >= 0:
        return [name]
    return (kb.concepts_with(name) if ":" in name else []) or kb.named(name)


def one_concept(kb: KnowledgeBase, name: str) -> str:
    """Find the one concept that is meant.

    kb (KnowledgeBase): The base.
    name (str): An identifier, "SYSTEM:CODE", or a name.
    RETURNS (str): Its identifier. Raises CommandError for none, or several.
    """
    found = concepts_of(kb, name)
    if not found:
        raise CommandError(Errors.SC617.format(folder=kb.folder, name=name))
    if len(found) > 1:
        known = ", ".join(found[:8])
        raise CommandError(Errors.SC618.format(name=name, n=len(found), known=known))
    return found[0]


def expand(kb: KnowledgeBase, names: Iterable[str]) -> dict[str, str]:
    """Find members and all that is a kind of them.

    kb (KnowledgeBase): The base.
    names (Iterable[str]): Members without "@".
    RETURNS (dict[str, str]): Identifier to the member that it is there for.
    """
    found: dict[str, str] = {}
    for name in names:
        for concept in concepts_of(kb, name):
            found.setdefault(concept, name)
            for number in kb.hierarchy.descendants(kb.find(concept)):
                found.setdefault(kb.id_of(number), name)
    return found


def _rows(path: Path) -> Iterable[tuple[int, str, str]]:
    header: list[str] = []
    for line, text in read_lines(path):
        if not text.strip() or text.startswith("#"):
            continue
        cells = [cell.strip() for cell in text.split("\t")]
        if not header:
            header = cells
            if tuple(header) != COLUMNS:
                raise problem(path, line, f"the columns {', '.join(cells)}", ", ".join(COLUMNS))
        elif len(cells) != len(COLUMNS) or not all(cells):
            raise problem(path, line, f"{len(cells)} cells, or an empty one", ", ".join(COLUMNS))
        else:
            yield line, cells[0], cells[1]
