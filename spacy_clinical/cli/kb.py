"""`kb`: terminologies to a knowledge base, what it knows, and what is a kind of what."""

from pathlib import Path
from typing import Annotated, Any

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..files import check_outputs
from ..knowledge import base_tables
from ..knowledge.knowledge_base import KnowledgeBase
from ..knowledge.readers.table import read_columns
from ..knowledge.terminology_bases import build_base
from ..knowledge.terminology_facts import Kept
from . import options
from .util import Commands, print_tables

kb_app = Commands("kb", "Knowledge bases: build, show, search, map.")
Concept = Annotated[str, Arg(help="An identifier, SYSTEM:CODE, or a name")]


@kb_app.command("ancestors")
def ancestors_cli(base: options.Base, concept: Concept) -> None:
    """Show what a concept is a kind of, the nearest first."""
    print_tables([base_tables.ancestor_table(base, concept)])


@kb_app.command("descendants")
def descendants_cli(base: options.Base, concept: Concept) -> None:
    """Show what is a kind of a concept, the nearest first."""
    print_tables([base_tables.descendant_table(base, concept)])


@kb_app.command("members")
def members_cli(
    base: options.Base,
    name: str = Arg(..., help="The set"),
    sets: list[Path] = Opt(..., "--sets", "-s", help="A table of sets; may be given again"),
) -> None:
    """Show a set's concepts: its members, those of sets in it, and all kinds of them."""
    print_tables([base_tables.member_table(base, sets, name)])


@kb_app.command("build")
def build_cli(
    sources: list[Path] = Arg(..., help="Terminology files, or folders of unpacked releases"),
    output: Path = Opt(..., "--output", "-o", help="The knowledge base, a new folder"),
    format: str | None = Opt(
        None,
        "--format",
        "-f",
        help="umls, snomed, obo, icd10cm, atc, rxnorm, loinc, csv, jsonl; told by names",
    ),
    source: list[str] = Opt([], "--source", "-s", help="Keep this vocabulary only, such as MSH"),
    types: list[str] = Opt([], "--type", "-t", help="Keep concepts of this semantic type only"),
    language: list[str] = Opt([], "--language", "-l", help="Keep this language only, such as en"),
    column: list[str] = Opt([], "--column", "-c", help="CSV: FIELD=COLUMN, such as id=code"),
    encoding: str = Opt("utf-8", "--encoding", "-e", help="Of the sources' text"),
) -> None:
    """
    Build a knowledge base of one or several terminologies: concepts, names, codes, and their index.
    """
    check_outputs(output, sources=sources)
    kept = Kept(source, types, [name.lower() for name in language])
    how: dict[str, Any] = {"encoding": encoding}
    if column:
        how["columns"] = read_columns(column)
    meta = build_base(sources, output, format=format, kept=kept, progress=None, **how)
    msg.good(f"{meta['concepts']} concepts with {meta['names']} names in {output}")
    for warning in base_tables.left_out_of(meta):
        msg.warn(warning)


@kb_app.command("info")
def info_cli(base: options.Base) -> None:
    """Show what a knowledge base holds."""
    kb = KnowledgeBase(base)
    print_tables(base_tables.kb_tables(kb))
    for warning in base_tables.left_out_of(kb.meta):
        msg.warn(warning)


@kb_app.command("search")
def search_cli(
    base: options.Base,
    texts: list[str] = Arg(..., help="Names to look for"),
    k: int = Opt(5, "--candidates", "-k", help="Candidates for each"),
    types: list[str] = Opt([], "--type", "-t", help="Of this semantic type only"),
) -> None:
    """Search names in a knowledge base, as the linker does."""
    for table in base_tables.candidate_tables(KnowledgeBase(base), texts, k, types):
        print_tables([table])
        if not table.rows:
            msg.warn(f"Nothing like '{table.title}'")


@kb_app.command("map")
def map_cli(
    base: options.Base,
    codes: list[str] = Arg(..., help="Concept identifiers, or SYSTEM:CODE"),
    to: str = Opt(..., "--to", help="Another code system, such as ICD10CM, SNOMEDCT, MESH, UMLS"),
) -> None:
    """Map codes to another code system through the knowledge base."""
    table = base_tables.mapping_table(KnowledgeBase(base), codes, to)
    print_tables([table])
    known = {row[0] for row in table.rows}
    unknown = [code for code in codes if code not in known]
    if unknown:
        msg.warn(f"Not in the knowledge base: {', '.join(unknown)}")
