"""`kb`: terminologies to a knowledge base, what it knows, and what is a kind of what."""

from pathlib import Path
from typing import Annotated, Any

from spacy.cli._util import Arg, Opt

from ..knowledge import base_tables
from ..knowledge.readers import FORMATS
from ..knowledge.terminology_bases import build_base
from ..knowledge.terminology_facts import Kept
from . import options
from .util import app, print_results

kb_app = app.group("kb", "Knowledge bases: build, show, search, map.")
Concept = Annotated[str, Arg(help="An identifier, SYSTEM:CODE, or a name")]


@kb_app.command("ancestors")
def ancestors_cli(base: options.Base, concept: Concept) -> None:
    """Show what a concept is a kind of, the nearest first."""
    print_results(base_tables.ancestor_table(base, concept))


@kb_app.command("descendants")
def descendants_cli(base: options.Base, concept: Concept) -> None:
    """Show what is a kind of a concept, the nearest first."""
    print_results(base_tables.descendant_table(base, concept))


@kb_app.command("members")
def members_cli(
    base: options.Base,
    name: str = Arg(..., help="The set"),
    sets: list[Path] = Opt(..., "--sets", "-s", help="A table of sets; may be given again"),
) -> None:
    """Show a set's concepts: its members, those of sets in it, and all kinds of them."""
    print_results(base_tables.member_table(base, sets, name))


@kb_app.command("build")
def build_cli(
    kept: Kept,
    files: list[Path] = Arg(..., help="Terminology files, or folders of unpacked releases"),
    output: Path = Opt(..., "--output", "-o", help="The knowledge base, a new folder"),
    format: str | None = Opt(None, "--format", "-f", help=f"{', '.join(FORMATS)}; told by names"),
    column: list[str] = Opt([], "--column", "-c", help="Tables: [FILE:]FIELD=COLUMN"),
    inactive: bool = Opt(False, "--keep-inactive", help="Tables: also rows that hold no more"),
    encoding: str = Opt("utf-8", "--encoding", "-e", help="Of the sources' text"),
    force: options.ForceBase = False,
) -> None:
    """Build a knowledge base of one or several terminologies: concepts, names, codes, and their
    index."""
    how: dict[str, Any] = {"encoding": encoding, "columns": column, "inactive": inactive}
    how["force"] = force
    meta = build_base(files, output, format=format, kept=kept, progress=None, **how)
    print_results(base_tables.build_results(meta, output))


@kb_app.command("info")
def info_cli(base: options.Base) -> None:
    """Show what a knowledge base holds."""
    print_results(base_tables.base_results(base))


@kb_app.command("search")
def search_cli(
    base: options.Base,
    texts: list[str] = Arg(..., help="Names to look for"),
    k: int = Opt(5, "--candidates", "-k", help="Candidates for each"),
    types: list[str] = Opt([], "--type", "-t", help="Of this semantic type only"),
) -> None:
    """Search names in a knowledge base, as the linker does."""
    print_results(base_tables.search_results(base, texts, k, types))


@kb_app.command("map")
def map_cli(
    base: options.Base,
    codes: list[str] = Arg(..., help="Concept identifiers, or SYSTEM:CODE"),
    to: str = Opt(..., help="Another code system, such as ICD10CM, SNOMEDCT, MESH, UMLS"),
) -> None:
    """Map codes to another code system through the knowledge base."""
    print_results(base_tables.mapping_results(base, codes, to))
