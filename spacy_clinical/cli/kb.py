"""`kb`: terminologies to a knowledge base, and what it knows."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..errors import CommandError, Errors
from ..files import check_outputs
from ..knowledge.code_mapping import map_codes
from ..knowledge.knowledge_base import KnowledgeBase
from ..knowledge.terminology_bases import build_base
from ..knowledge.terminology_facts import Kept
from . import options
from .kb_hierarchy import ancestors_cli, descendants_cli, members_cli
from .util import Commands, print_table

MOST = 12
kb_app = Commands(name="kb", help="Knowledge bases: build, show, search, map.")


kb_app.command("ancestors")(ancestors_cli)
kb_app.command("descendants")(descendants_cli)
kb_app.command("members")(members_cli)


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
    options: dict[str, Any] = {"encoding": encoding}
    if column:
        options["columns"] = read_columns(column)
    meta = build_base(sources, output, format=format, kept=kept, progress=None, **options)
    msg.good(f"{meta['concepts']} concepts with {meta['names']} names in {output}")
    report_left_out(meta)


@kb_app.command("info")
def info_cli(base: options.Base) -> None:
    """
    Show what a knowledge base holds.
    """
    meta = KnowledgeBase(base).meta
    rows = [(name, meta.get(name, "-")) for name in ("concepts", "names", "crossrefs", "parents")]
    print_table(str(base), rows, ("", ""))
    for title in ("types", "systems"):
        counts = sorted(meta[title].items(), key=lambda row: -row[1])
        print_table(title.capitalize(), _shorten(counts), ("", "concepts or codes"))
    report_left_out(meta)


@kb_app.command("search")
def search_cli(
    base: options.Base,
    texts: list[str] = Arg(..., help="Names to look for"),
    k: int = Opt(5, "--candidates", "-k", help="Candidates for each"),
    types: list[str] = Opt([], "--type", "-t", help="Of this semantic type only"),
) -> None:
    """
    Search names in a knowledge base, as the linker does.
    """
    kb = KnowledgeBase(base)
    for text, found in zip(texts, kb.search(texts, k=k, types=[types] * len(texts)), strict=True):
        rows = [
            (c.concept_id, f"{c.score:.2f}", _name(kb, c.concept_id), kb.read_name(c.name))
            for c in found
        ]
        print_table(text, rows, ("concept", "score", "name", "found by"))
        if not found:
            msg.warn(f"Nothing like '{text}'")


@kb_app.command("map")
def map_cli(
    base: options.Base,
    codes: list[str] = Arg(..., help="Concept identifiers, or SYSTEM:CODE"),
    to: str = Opt(..., "--to", help="Another code system, such as ICD10CM, SNOMEDCT, MESH, UMLS"),
) -> None:
    """
    Map codes to another code system through the knowledge base.
    """
    kb = KnowledgeBase(base)
    found = map_codes(kb, codes, to)
    rows = [(m.code, m.concept_id, m.name, ", ".join(m.codes) or "-") for m in found]
    print_table(f"To {to}", rows, ("code", "concept", "name", to))
    unknown = [code for code in codes if code not in {m.code for m in found}]
    if unknown:
        msg.warn(f"Not in the knowledge base: {', '.join(unknown)}")


def read_columns(pairs: Iterable[str]) -> dict[str, str]:
    """Read what a CSV calls its columns.

    pairs (Iterable[str]): FIELD=COLUMN.
    RETURNS (dict[str, str]): Field to column. Raises CommandError for anything else.
    """
    columns = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not (field and equals and column):
            raise CommandError(Errors.SC620.format(found=pair))
        columns[field] = column
    return columns


def report_left_out(meta: dict[str, Any]) -> None:
    """Print what a build left out, and why."""
    for reason, count in meta["left_out"].items():
        msg.warn(f"Left out: {count} {reason}")


def _shorten(rows: list[tuple[str, int]]) -> list[tuple[str, int]]:
    rest = sum(count for _, count in rows[MOST:])
    return rows[:MOST] + ([(f"{len(rows) - MOST} others", rest)] if rest else [])


def _name(kb: KnowledgeBase, concept_id: str) -> str:
    return kb.cui_to_entity[concept_id].canonical_name
