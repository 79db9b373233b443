"""`kb ancestors`, `kb descendants`, `kb members`: what is a kind of what."""

from pathlib import Path
from typing import Annotated

from spacy.cli._util import Arg, Opt

from ..knowledge.base_tables import ancestor_table, descendant_table, member_table
from . import options
from .util import print_tables

Concept = Annotated[str, Arg(help="An identifier, SYSTEM:CODE, or a name")]


def ancestors_cli(base: options.Base, concept: Concept) -> None:
    """Show what a concept is a kind of, the nearest first."""
    print_tables([ancestor_table(base, concept)])


def descendants_cli(base: options.Base, concept: Concept) -> None:
    """Show what is a kind of a concept, the nearest first."""
    print_tables([descendant_table(base, concept)])


def members_cli(
    base: options.Base,
    name: str = Arg(..., help="The set"),
    sets: list[Path] = Opt(..., "--sets", "-s", help="A table of sets; may be given again"),
) -> None:
    """Show a set's concepts: its members, those of sets in it, and all kinds of them."""
    print_tables([member_table(base, sets, name)])
