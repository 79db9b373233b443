"""Facts in any order to concepts in the order of their identifiers, in bounded memory.

Sorted runs on disk, then a merge: a terminology's files are sorted by whatever suited their maker.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from itertools import groupby, islice
from pathlib import Path

from .name_variants import add_variants
from .terminology_facts import (
    CROSSREF,
    DEFINITION,
    NAME,
    PARENT,
    RETIRED,
    TYPE,
    Concept,
    Fact,
    Kept,
)

RUN = 500_000
FIELDS = (NAME, TYPE, DEFINITION, CROSSREF, RETIRED, PARENT)
_LETTERS = {field: field[0] for field in FIELDS}


def gather(
    facts: Iterable[Fact], folder: Path, *, kept: Kept | None = None, run: int = RUN
) -> Iterator[Concept]:
    """Put together what is said of each concept.

    A name that is said twice is kept once, at its best rank; names that differ in case are two.
    What else a name says, see `find_variants`, is a name too.

    facts (Iterable[Fact]): In any order.
    folder (Path): For temporary files.
    kept (Kept | None): Which to keep; counts what it leaves out.
    run (int): Facts to hold in memory.
    YIELDS (Concept): In the order of their identifiers' code points.
    """
    kept = kept or Kept()
    lines = _lines(add_variants(kept.facts(facts)))
    with ExitStack() as stack:
        runs: list[Iterable[str]] = []
        while batch := sorted(islice(lines, run)):
            if len(batch) < run and not runs:
                runs.append(batch)
                break
            path = folder / f"run{len(runs)}.tmp"
            stack.callback(path.unlink, missing_ok=True)
            path.write_text("".join(batch), encoding="utf-8", errors="replace", newline="\n")
            runs.append(stack.enter_context(path.open(encoding="utf-8", newline="\n")))
        for concept, said in groupby(merge(*runs), key=lambda line: line.split("\t", 1)[0]):
            found, retired = _put_together(concept, said)
            if kept.holds(found, retired=retired):
                yield found


def _lines(facts: Iterable[Fact]) -> Iterator[str]:
    """A line a fact, so that a concept's lines sort by field, rank and place in the file."""
    for number, fact in enumerate(facts):
        concept, value = " ".join(fact.concept.split()), " ".join(fact.value.split())
        yield f"{concept}\t{_LETTERS[fact.field]}\t{fact.rank:04d}\t{number:012d}\t{value}\n"


def _put_together(concept: str, lines: Iterable[str]) -> tuple[Concept, bool]:
    said: dict[str, dict[str, None]] = {letter: {} for letter in _LETTERS.values()}
    for line in lines:
        _, letter, _, _, value = line.rstrip("\n").split("\t")
        if value or letter == _LETTERS[RETIRED]:
            said[letter].setdefault(value)
    values = {field: list(said[letter]) for field, letter in _LETTERS.items()}
    name, *aliases = values[NAME] or [""]
    definition = next(iter(values[DEFINITION]), None)
    codes, parents = values[CROSSREF], tuple(values[PARENT])
    found = Concept(concept, name, aliases, values[TYPE], definition, codes, parents)
    return found, bool(values[RETIRED])
