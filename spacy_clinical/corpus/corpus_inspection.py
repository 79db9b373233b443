"""What `inspect` shows of a corpus file."""

from collections import Counter
from pathlib import Path

from spacy.language import Language

from ..formats import Reject
from ..formats.rejected_documents import reject_table
from ..result_tables import Table
from .corpus_files import read_corpus
from .corpus_inventory import Inventory, inspect_docs, inventory_tables, lost_table
from .corpus_overlap import find_overlap, overlap_tables


def inspect_corpus(
    path: Path,
    nlp: Language,
    against: Path | None = None,
    *,
    lost: bool = False,
    lenient: bool = False,
) -> tuple[Inventory, list[Table]]:
    """Show a corpus.

    path (Path): The corpus, in any format.
    nlp (Language): Whose tokenizer is taken.
    against (Path | None): A corpus to be measured on: what of it is in the first is shown, too.
    lost (bool): List the mentions that don't fit the tokens' borders.
    lenient (bool): List documents that can't be read; else they are an error.
    RETURNS (tuple[Inventory, list[Table]]): What it holds, and that laid out.
    """
    rejects: list[Reject] | None = [] if lenient else None
    left_out: Counter[str] = Counter()
    found = inspect_docs(read_corpus(path, nlp, rejects, left_out), left_out)
    tables = [*inventory_tables(found), reject_table(rejects)]
    if lost:
        tables.append(lost_table(found))
    if against is not None:
        corpora = (read_corpus(x, nlp, [] if lenient else None) for x in (path, against))
        tables += overlap_tables(find_overlap(*corpora))
    return found, tables
