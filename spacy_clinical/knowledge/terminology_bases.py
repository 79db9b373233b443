"""Terminology files to a knowledge base, in one call; and bases that may be left out."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from .base_builder import build_from_facts
from .knowledge_base import KnowledgeBase
from .readers import read_terminologies
from .terminology_facts import Kept


def build_base(
    sources: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    format: str | None = None,
    kept: Kept | None = None,
    progress: bool | None = False,
    force: bool = False,
    **options: Any,
) -> dict[str, Any]:
    """Build a knowledge base of one or several terminologies.

    sources (str | Path | Sequence[str | Path]): Files, or folders of unpacked releases.
    output (str | Path): A new or empty folder, which appears when it is whole.
    format (str | None): umls, snomed, obo, icd10cm, atc, rxnorm, loinc, openfda,
        csv or jsonl; None to tell it by the files' names.
    kept (Kept | None): Which vocabularies, semantic types and languages to keep.
    progress (bool | None): Show a progress bar; None if there is a terminal.
    force (bool): Replace the knowledge base that may be there.
    options (Any): What the formats' readers take: `encoding`; of tables `columns`, "[FILE:]FIELD"
        to a column or columns, or "[FILE:]FIELD=COLUMN" each, and `inactive`, see `read_csv`.
    RETURNS (dict[str, Any]): Counts of `concepts`, `names`, `crossrefs`, `parents`, and by `types`,
        `systems`, what was `left_out`, what is `noted`, and which columns of `tables` were read.
        Raises KnowledgeError or CommandError for what can't be read.
    """
    paths = [Path(path) for path in ([sources] if isinstance(sources, str | Path) else sources)]
    read = read_terminologies(paths, format, **options)
    hidden = None if progress is None else not progress
    facts = tqdm(read, unit=" facts", disable=hidden)
    return build_from_facts(facts, Path(output), kept=kept, force=force)


def open_base(folder: Path | None) -> KnowledgeBase | None:
    """RETURNS (KnowledgeBase | None): The base in a folder, None for none. Raises KnowledgeError
    where it is missing, broken or of another version."""
    return None if folder is None else KnowledgeBase(folder)


def titles_of(kb: KnowledgeBase | None) -> Callable[[str], str] | None:
    """RETURNS (Callable[[str], str] | None): What names a base's concepts, with "" for those that
    it hasn't got; None for no base."""
    if kb is None:
        return None
    concepts = kb.cui_to_entity
    return lambda id: concepts[id].canonical_name if id in concepts else ""
