"""RxNorm: RXNCONSO.RRF, and RXNSTY.RRF where it is."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from ..terminology_facts import CROSSREF, NAME, Fact
from .lines import find_file, find_files
from .rrf import read_names, read_types

# RxNorm's own names are the canonical ones; those of its sources come after.
OWN, AFTER = "RXNORM", 10


def read_rxnorm(path: Path, *, encoding: str = "utf-8") -> Iterator[Fact]:
    """Read an RxNorm release.

    path (Path): Its folder rrf, one above, or RXNCONSO.RRF, RXNSTY.RRF beside it.
    encoding (str): Of the text.
    YIELDS (Fact): What it says; concepts are RxCUIs.
    """
    for fact in read_names(find_file(path, "RXNCONSO.RRF*", "drug names"), encoding):
        if fact.field == NAME and fact.source != OWN:
            fact = fact._replace(rank=fact.rank + AFTER)
        elif fact.field == NAME:
            yield Fact(fact.concept, CROSSREF, f"{OWN}:{fact.concept}", 0, OWN)
        yield fact
    types = find_files(path, "RXNSTY.RRF*")
    yield from chain.from_iterable(read_types(file, encoding) for file in types)
