"""What terminology files say, one fact at a time, and the concepts that facts add up to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, NamedTuple

from typer import Option

NAME, TYPE, DEFINITION, CROSSREF, RETIRED = "name", "type", "definition", "xref", "retired"
PARENT = "parent"
READ, UNREAD, LEFT_OUT, NOTED = "read", "unread", "left out", "noted"


class Fact(NamedTuple):
    """One thing that a terminology says of one concept, whatever the order of its files.

    concept (str): The concept's identifier.
    field (str): NAME, TYPE, DEFINITION, CROSSREF ("SYSTEM:CODE"), RETIRED, or PARENT: the
        identifier of a concept that this one is a kind of. Of a file, whose name is in place of
        the concept: READ and UNREAD, what a column is read as, and that it isn't read; LEFT_OUT and
        NOTED, why rows or codes were left out, and what else to heed of them.
    value (str): What is said.
    rank (int): Of several names or definitions the lowest is the canonical one; of LEFT_OUT and
        NOTED the number.
    source (str): The vocabulary that says so, such as "MSH"; "" if there is but one.
    language (str): ISO 639-1, "" where the format doesn't tell.
    """

    concept: str
    field: str
    value: str
    rank: int = 0
    source: str = ""
    language: str = ""


class Concept(NamedTuple):
    """A concept with scispaCy's fields, and its codes in other systems.

    concept_id (str): The identifier.
    canonical_name (str): The preferred name.
    aliases (list[str]): The other names.
    types (list[str]): Semantic types.
    definition (str | None): Its definition, if any.
    xrefs (list[str]): "SYSTEM:CODE" of each cross-reference.
    parents (Sequence[str]): Identifiers of what it is a kind of, while a base is built; of a base
        that is read, `KnowledgeBase.parents` tells them.
    """

    concept_id: str
    canonical_name: str
    aliases: list[str]
    types: list[str]
    definition: str | None
    xrefs: list[str]
    parents: Sequence[str] = ()


@dataclass
class Kept:
    """Which facts and concepts to keep, and how many were left out for which reason.

    sources (list[str]): Keep this vocabulary only, such as MSH; facts without one are kept.
    types (list[str]): Keep concepts of this semantic type only.
    languages (list[str]): Keep this language only, such as en; facts without one are kept.
    left_out (Counter[str]): Reason to number.
    noted (Counter[str]): What else there is to heed of what was read, to number.
    tables (dict[str, dict[str, list[str]]]): Of each table READ, what its columns are read as, and
        UNREAD, its other columns.
    """

    sources: Annotated[list[str], Option("--source", "-s")] = field(default_factory=list)
    types: Annotated[list[str], Option("--type", "-t")] = field(default_factory=list)
    languages: Annotated[list[str], Option("--language", "-l")] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)
    tables: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.languages = [language.lower() for language in self.languages]

    def facts(self, facts: Iterable[Fact]) -> Iterator[Fact]:
        """YIELDS (Fact): Those of the wanted sources and languages."""
        for fact in facts:
            if fact.field in (READ, UNREAD, LEFT_OUT, NOTED):
                self._tell(fact)
            elif self.sources and fact.source and fact.source not in self.sources:
                self.left_out["facts of other sources"] += 1
            elif self.languages and fact.language and fact.language not in self.languages:
                self.left_out["facts in other languages"] += 1
            else:
                yield fact

    def _tell(self, fact: Fact) -> None:
        file, field, value = fact[:3]
        if field in (READ, UNREAD):
            told = self.tables.setdefault(file, {READ: [], UNREAD: []})[field]
            told += [] if value in told else [value]
        else:
            counts = self.left_out if field == LEFT_OUT else self.noted
            counts[f"{file}: {value}"] += fact.rank

    def holds(self, concept: Concept, *, retired: bool) -> bool:
        """RETURNS (bool): Whether to keep a concept."""
        if retired:
            self.left_out["retired concepts"] += 1
        elif not concept.canonical_name:
            self.left_out["concepts without a name"] += 1
        elif self.types and not set(self.types) & set(concept.types):
            self.left_out["concepts of other types"] += 1
        else:
            return True
        return False
