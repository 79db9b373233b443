"""The ADE corpus: sentences of case reports, drugs with their adverse effects and doses in them.

A folder with DRUG-AE.rel and DRUG-DOSE.rel (PMID|sentence|effect or dose|start|end|drug|start|end)
and ADE-NEG.txt (PMID NEG sentence, of sentences without an adverse effect, in which neither drugs
nor diseases are annotated), each of which may be missing. Each sentence is a document, named by its
abstract's number and its own in it, so that parts can be split by abstract.

Offsets count in an abstract that isn't there, and in some of them from another place. So a mention
is looked for by its text, first as it is written, then in whatever case and spacing. Where it
stands more than once, that place is taken which begins the sentence where the offsets of most of
its mentions do; ids of mentions of which the offsets don't tell it are listed in
`meta["ade"]["places_guessed"]`. What isn't found is counted, and left out with its relation.
Source: Gurulingappa et al. 2012, J Biomed Inform 45(5), doi:10.1016/j.jbi.2012.04.008, README.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ..errors import FormatError
from ..records import Entity, Record, Relation
from .corpus_listing import files_under
from .file_reading import at, decode, located, malformed, read_lines
from .rejected_documents import Part, Reject, settle

DRUG = "Drug"
KINDS = {"drug-ae.rel": ("Adverse-Effect", "DRUG-AE"), "drug-dose.rel": ("Dose", "DRUG-DOSE")}
"""Of each file the label of what stands beside the drug, and that of the relation."""
NEGATIVE = "ade-neg.txt"
UNPLACED = "mentions that aren't in their sentence"
_FORM = "PMID|SENTENCE|EFFECT|START|END|DRUG|START|END"
_MENTION = r"([^|]*)\|([0-9]{1,9})\|([0-9]{1,9})"
_ROW = re.compile(rf"([0-9]{{1,9}})\|(.*)\|{_MENTION}\|{_MENTION}\s*")
_PLAIN = re.compile(r"([0-9]{1,9})(?: NEG |\|NEG\||\|)(.*)")


class _Row(NamedTuple):
    """A line of a .rel file: what the drug is related to, and the drug, each with its offset."""

    label: str
    relation: str
    other: tuple[str, int]
    drug: tuple[str, int]


def holds_ade(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a folder has the corpus's files, or a file is one of them."""
    if not path.is_dir():
        line = head.partition("\n")[0]
        named = path.name.lower() in {*KINDS, NEGATIVE}
        return named and bool(_ROW.fullmatch(line) or _PLAIN.fullmatch(line.rstrip("\r")))
    return any(file.name.lower() in KINDS for file in files_under(path, *KINDS))


def read_ade(
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> Iterator[Record]:
    """Stream the sentences of a folder.

    path (str | Path): The folder, or one of its files.
    left_out (Counter[str] | None): Mentions that aren't in their sentence are counted here.
    rejects (list[Reject] | None): As for `settle`. A malformed line is a document of its own.
    RETURNS (Iterator[Record]): A Record a sentence.
    """
    counts: Counter[str] = Counter() if left_out is None else left_out
    root = Path(path)
    files = files_under(root, *KINDS, NEGATIVE) if root.is_dir() else [root]
    return settle(_parts(files, counts), rejects)


def _parts(files: list[Path], left_out: Counter[str]) -> Iterator[Part[Record]]:
    sentences: dict[tuple[str, str], list[_Row]] = {}
    for file in files:
        for number, data in read_lines(file):
            where = at(file, number)
            if not data.strip():
                continue
            try:
                key, row = _read_line(file, decode(data, where), where)
            except FormatError as error:
                yield where, partial(_raise, error)
            else:
                sentences.setdefault(key, []).extend(row)
    numbers: Counter[str] = Counter()
    for (abstract, sentence), rows in sentences.items():
        numbers[abstract] += 1
        name = f"{abstract}-{numbers[abstract]}"
        yield f"sentence {name}", partial(_record, name, sentence, rows, left_out)


def _raise(error: FormatError) -> Record:
    raise error


def _read_line(file: Path, line: str, where: str) -> tuple[tuple[str, str], list[_Row]]:
    name = file.name.lower()
    if name not in KINDS:
        match = _PLAIN.fullmatch(line)
        if not match:
            raise malformed(where, "a malformed line", "PMID NEG SENTENCE")
        return (match[1], match[2]), []
    match = _ROW.fullmatch(line)
    if not match:
        raise malformed(where, "a malformed line", _FORM)
    other, drug = (match[3].strip(), int(match[4])), (match[6].strip(), int(match[7]))
    if not (other[0] and drug[0]):
        raise malformed(where, "a mention without text", _FORM)
    return (match[1], match[2]), [_Row(*KINDS[name], other, drug)]


def _record(name: str, sentence: str, rows: list[_Row], left_out: Counter[str]) -> Record:
    found = {row.other: row.label for row in rows} | {row.drug: DRUG for row in rows}
    places = _Places(sentence, list(found))
    left_out[UNPLACED] += sum(mention not in places.start for mention in found)
    ids: dict[tuple[str, int, int], str] = {}
    mentions: dict[tuple[str, int], str] = {}
    for mention, label in found.items():
        if mention in places.start:
            extent = (label, *places.start[mention])
            mentions[mention] = ids.setdefault(extent, f"T{len(ids) + 1}")
    related = [(row.drug, row.other, row.relation) for row in rows]
    pairs = dict.fromkeys(
        Relation(mentions[head], mentions[tail], label)
        for head, tail, label in related
        if head in mentions and tail in mentions
    )
    entities = tuple(Entity(id, label, ((a, b),)) for (label, a, b), id in ids.items())
    guessed = sorted({mentions[mention] for mention in places.guessed})
    with located(f"sentence {name}"):
        meta = {"ade": {"places_guessed": guessed}} if guessed else {}
        return Record(name, sentence, entities, tuple(pairs), meta=meta)


class _Places:
    """Where the mentions of a sentence stand in it.

    sentence (str): The sentence.
    mentions (list[tuple[str, int]]): Texts, and offsets in the abstract.
    """

    def __init__(self, sentence: str, mentions: list[tuple[str, int]]) -> None:
        found = {mention: _find(sentence, mention[0]) for mention in mentions}
        votes = Counter(offset - a for (_, offset), all in found.items() for a, _ in all)
        self.start: dict[tuple[str, int], tuple[int, int]] = {}
        self.guessed: list[tuple[str, int]] = []
        for mention, extents in found.items():
            told = [votes[mention[1] - start] for start, _ in extents]
            if extents:
                self.start[mention] = extents[told.index(max(told))]
                self.guessed += [mention] if told.count(max(told)) > 1 else []


def _find(sentence: str, text: str) -> list[tuple[int, int]]:
    """Extents of a text in a sentence: as whole words if it stands so, as it is written if it
    stands so."""
    loose = r"\s+".join(map(re.escape, text.split()))
    for pattern, flags in ((re.escape(text), 0), (loose, re.IGNORECASE)):
        found = [match.span(1) for match in re.finditer(f"(?=({pattern}))", sentence, flags)]
        whole = [extent for extent in found if _is_whole(sentence, *extent)]
        if found:
            return whole or found
    return []


def _is_whole(sentence: str, start: int, end: int) -> bool:
    inside = sentence[start:end]
    before = inside[0].isalnum() and sentence[max(0, start - 1) : start].isalnum()
    return not before and not (inside[-1].isalnum() and sentence[end : end + 1].isalnum())
