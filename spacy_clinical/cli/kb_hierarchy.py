"""`kb ancestors`, `kb descendants`, `kb members`: what is a kind of what."""

from collections.abc import Callable
from pathlib import Path

from spacy.cli._util import Arg, Opt

from ..errors import CommandError, Errors
from ..knowledge.concept_sets import concepts_of, expand, read_sets
from ..knowledge.knowledge_base import KnowledgeBase
from ..knowledge.parent_arrays import Hierarchy
from ..plurals import counted
from . import options
from .util import print_table

CONCEPT = "An identifier, SYSTEM:CODE, or a name"


def ancestors_cli(
    base: options.Base,
    concept: str = Arg(..., help=CONCEPT),
) -> None:
    """
    Show what a concept is a kind of, the nearest first.
    """
    show_steps(base, concept, "Ancestors", Hierarchy.ancestors)


def descendants_cli(
    base: options.Base,
    concept: str = Arg(..., help=CONCEPT),
) -> None:
    """
    Show what is a kind of a concept, the nearest first.
    """
    show_steps(base, concept, "Descendants", Hierarchy.descendants)


def members_cli(
    base: options.Base,
    name: str = Arg(..., help="The set"),
    sets: list[Path] = Opt(..., "--sets", "-s", help="A table of sets; may be given again"),
) -> None:
    """
    Show a set's concepts: its members, those of sets in it, and all kinds of them.
    """
    kb = KnowledgeBase(base)
    known = read_sets(sets)
    members = known.spread(name)
    missing = [member for member in members if not concepts_of(kb, member)]
    found = expand(kb, members)
    rows = [(id, kb.cui_to_entity[id].canonical_name, why) for id, why in sorted(found.items())]
    print_table(f"Set {name}", rows, ("concept", "name", "as"))
    print(f"{counted(len(rows), 'concept')} of {counted(len(members), 'member')}")
    if missing:
        print(f"not in the knowledge base: {', '.join(missing)}")


def find_concept(kb: KnowledgeBase, name: str) -> str:
    """RETURNS (str): The one concept that is meant. Raises CommandError for none, or several."""
    found = concepts_of(kb, name)
    if not found:
        raise CommandError(Errors.SC617.format(folder=kb.folder, name=name))
    if len(found) > 1:
        known = ", ".join(found[:8])
        raise CommandError(Errors.SC618.format(name=name, n=len(found), known=known))
    return found[0]


def show_steps(
    base: Path, concept: str, what: str, walk: Callable[[Hierarchy, int], dict[int, int]]
) -> None:
    """Print the concepts that a walk from one of them reaches, by how far away they are."""
    kb = KnowledgeBase(base)
    steps = walk(kb.hierarchy, kb.find(find_concept(kb, concept)))
    ordered = sorted((n, kb.id_of(number)) for number, n in steps.items())
    rows = [(id, kb.cui_to_entity[id].canonical_name, n) for n, id in ordered]
    print_table(f"{what} of {concept}", rows, ("concept", "name", "steps"))
    print(counted(len(rows), "concept"))
