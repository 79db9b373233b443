"""What two corpora share that they shouldn't: documents, whole or nearly, and labels."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from spacy.tokens import Doc

from ..docs import get_mentions, get_relation_rows, has_mentions
from ..result_tables import COUNT, Table, count_table

SHINGLE = 5
NEAR = 0.8


@dataclass
class Overlap:
    """Counts.

    documents (int): Of the second corpus.
    same (int): Of them, those whose text, but for case and white space, is one of the first's.
    near (int): Of the others, those that share 80 % of their runs of five words with one document
        of the first.
    unknown (Counter[tuple[str, str]]): Kind and label of annotation in the second corpus that the
        first has nowhere.
    """

    documents: int = 0
    same: int = 0
    near: int = 0
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)


def find_overlap(first: Iterable[Doc], second: Iterable[Doc]) -> Overlap:
    """Compare two corpora, such as training and test data.

    first (Iterable[Doc]): What is learned from.
    second (Iterable[Doc]): What is measured on.
    RETURNS (Overlap): The counts.
    """
    texts: set[tuple[str, ...]] = set()
    holders: dict[int, list[int]] = defaultdict(list)
    known: set[tuple[str, str]] = set()
    for number, doc in enumerate(first):
        words = _words(doc)
        texts.add(words)
        known.update(_labels(doc))
        for shingle in _shingles(words):
            holders[shingle].append(number)
    found = Overlap()
    for doc in second:
        words = _words(doc)
        found.documents += 1
        found.unknown.update(label for label in _labels(doc) if label not in known)
        if words in texts:
            found.same += 1
        elif _shared(_shingles(words), holders) >= NEAR:
            found.near += 1
    return found


def _words(doc: Doc) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+|[^\w\s]", doc.text.lower()))


def _shingles(words: tuple[str, ...]) -> set[int]:
    """Hashes of all runs of words; of a shorter text, of all of it."""
    last = max(1, len(words) - SHINGLE + 1)
    return {hash(words[i : i + SHINGLE]) for i in range(last)} if words else set()


def _shared(shingles: set[int], holders: dict[int, list[int]]) -> float:
    """The largest share of the runs that one document of the first corpus has."""
    counts = Counter(number for shingle in shingles for number in holders.get(shingle, ()))
    return max(counts.values(), default=0) / max(1, len(shingles))


def _labels(doc: Doc) -> list[tuple[str, str]]:
    if not has_mentions(doc):
        return []
    found = [("entity", mention.label) for mention in get_mentions(doc)]
    return found + [("relation", label) for _, _, label, _ in get_relation_rows(doc)]


def overlap_tables(found: Overlap) -> list[Table]:
    """Lay out what two corpora share.

    found (Overlap): The counts.
    RETURNS (list[Table]): Documents, and labels that only the second has.
    """
    rows = [
        ("documents measured on", found.documents),
        ("of them the same as one to learn from", found.same),
        ("of them nearly the same (80 % of runs of five words)", found.near),
    ]
    header = ("kind", "label", "count")
    return [
        Table("Leaks", COUNT, rows),
        count_table("Labels that the first corpus lacks", found.unknown, header),
    ]
