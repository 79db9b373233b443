"""The UMLS Metathesaurus: MRCONSO.RRF, and MRSTY.RRF, MRDEF.RRF and MRREL.RRF where they are."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from ..terminology_facts import CROSSREF, Fact
from .lines import find_file, find_files
from .rrf import read_definitions, read_names, read_parents, read_types


def read_umls(path: Path, *, encoding: str = "utf-8") -> Iterator[Fact]:
    """Read a Metathesaurus release.

    path (Path): Its folder META, one above, or MRCONSO.RRF, the others beside it.
    encoding (str): Of the text.
    YIELDS (Fact): What it says; a source is a root source abbreviation (SAB).
    """
    concept = ""
    for fact in read_names(find_file(path, "MRCONSO.RRF*", "concept names"), encoding):
        if fact.concept != concept:
            concept = fact.concept
            yield Fact(concept, CROSSREF, f"UMLS:{concept}")
        yield fact
    types, definitions = find_files(path, "MRSTY.RRF*"), find_files(path, "MRDEF.RRF*")
    yield from chain.from_iterable(read_types(file, encoding) for file in types)
    yield from chain.from_iterable(read_definitions(file, encoding) for file in definitions)
    related = find_files(path, "MRREL.RRF*")
    yield from chain.from_iterable(read_parents(file, encoding) for file in related)
