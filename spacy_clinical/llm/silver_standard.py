"""Silver annotation: what several annotators say of the same notes, weighed and brought together.

Each source (a language model, terms, rules, an older pipeline) is a corpus of the same documents.
What is kept carries its probability as score, which training can weigh by. Where hardly any
mention of the sources shares characters with another one, of two that do the longer is kept.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy

from ..corpus.corpus_files import Corpus, read_records
from ..docs.assertion_vocabulary import weigh
from ..errors import CommandError, Errors, LanguageModelError
from ..records import Attribute, Entity, Fragments, Record, Relation
from ..result_tables import Table
from .source_accuracy import Accuracy, Votes, describe, learn_all

FEW = 0.01  # share of mentions

Place = tuple[Fragments, str]  # of a mention: its characters, its label
Item = tuple[Any, ...]  # a place, or (head's place, tail's place)
Stated = dict[str, dict[Item, set[int]]]  # by label: item to the sources that state it


@dataclass
class Silver:
    """What was brought together.

    records (list[Record]): The documents that all sources have, mentions and relations with their
        probability as score.
    rates (dict): Label to source to the shares of true and of false items that it states.
    kept, dropped (Counter[str]): By label.
    """

    records: list[Record]
    rates: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    kept: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)


def make_silver(
    sources: Mapping[str, Corpus], gold: Corpus | None = None, *, threshold: float = 0.5
) -> Silver:
    """Bring sources together.

    sources (Mapping[str, Corpus]): Name to corpus, in any format; documents are the same by id.
    gold (Corpus | None): Some of the documents with true annotation, from which it is learned how
        far each source can be trusted; None to learn it from their agreement alone.
    threshold (float): The probability that what is kept needs.
    RETURNS (Silver): Raises LanguageModelError for fewer than two sources, other texts, or gold
        notes that the sources don't have.
    """
    names = list(sources)
    if len(names) < 2:
        message = Errors.SC862.format(n=len(names), names=", ".join(names) or "none")
        raise LanguageModelError(message)
    read = {name: {r.id: r for r in read_records(corpus)} for name, corpus in sources.items()}
    ids = _common(read)
    truth = {r.id: r for r in read_records(gold)} if gold is not None else {}
    _check_texts(read, truth, ids)
    notes = [_Note([read[name][id] for name in names], truth.get(id)) for id in ids]
    mentions = learn_all(_votes([note.mentions for note in notes], notes))
    relations = learn_all(_votes([note.relations for note in notes], notes))
    silver = Silver([], describe({**mentions, **relations}, names))
    flat = _is_flat([record for note in notes for record in note.annotated])
    for note in notes:
        silver.records.append(note.settle(mentions, relations, threshold, silver, flat=flat))
    return silver


class _Note:
    """One document as all sources see it.

    records (Sequence[Record]): One a source.
    gold (Record | None): What is true.
    """

    def __init__(self, records: Sequence[Record], gold: Record | None) -> None:
        self.records, self.gold = records, gold
        self.mentions = _gather([_places(record) for record in records])
        self.relations = _gather([_pairs(record) for record in records])
        self.true: set[tuple[str, Item]] = set()
        if gold is not None:
            self.true = {*_places(gold), *_pairs(gold)}

    @property
    def annotated(self) -> list[Record]:
        """RETURNS (list[Record]): What the sources say, and what is true."""
        return [*self.records, *([self.gold] if self.gold is not None else [])]

    def settle(
        self,
        mentions: Mapping[str, Accuracy],
        relations: Mapping[str, Accuracy],
        threshold: float,
        silver: Silver,
        *,
        flat: bool,
    ) -> Record:
        n = len(self.records)
        scores = _scores(self.mentions, mentions, n)
        kept = [row for row in sorted(scores) if scores[row] >= threshold]
        kept = _without_overlaps(kept, scores) if flat else kept
        ids = {place: f"T{i}" for i, (_, place) in enumerate(kept, start=1)}
        entities = [
            Entity(ids[place], label, place[0], score=scores[label, place]) for label, place in kept
        ]
        paired = _scores(self.relations, relations, n)
        good = [row for row in sorted(paired) if paired[row] >= threshold]
        whole = [row for row in good if row[1][0] in ids and row[1][1] in ids]
        links = [
            Relation(ids[pair[0]], ids[pair[1]], label, paired[label, pair])
            for label, pair in whole
        ]
        for rows, chosen in ((scores, kept), (paired, whole)):
            silver.kept.update(label for label, _ in chosen)
            silver.dropped.update(label for label, _ in rows)
            silver.dropped.subtract(label for label, _ in chosen)
        first = self.records[0]
        said = tuple(self._said(ids))
        return Record(first.id, first.text, tuple(entities), tuple(links), said, meta=first.meta)

    def _said(self, ids: Mapping[Item, str]) -> Iterator[Attribute]:
        """Of each mention the values that most of the sources with the mention give: all that a
        source says by one name are one vote."""
        sources: Counter[str] = Counter()
        votes: dict[tuple[str, str], Counter[tuple[str, ...]]] = defaultdict(Counter)
        for record in self.records:
            own = {e.id: ids.get((e.fragments, e.label)) for e in record.entities}
            sources.update({target for target in own.values() if target is not None})
            sets: dict[tuple[str, str], set[str]] = defaultdict(set)
            for a in record.attributes:
                if (target := own.get(a.target)) is not None:
                    sets[target, a.name].add(a.value)
            for key, values in sets.items():
                votes[key][tuple(sorted(values))] += 1
        for (target, name), counts in votes.items():
            chosen = _most(counts, name)
            share = counts[chosen] / sources[target]
            yield from (Attribute(target, name, value, score=share) for value in chosen)


def _most(counts: Counter[tuple[str, ...]], name: str) -> tuple[str, ...]:
    """The set of values that most give, of several the weightiest: a denial before "present"."""
    return max(counts, key=lambda values: (counts[values], -min(weigh(name, v) for v in values)))


def _is_flat(records: Iterable[Record]) -> bool:
    """RETURNS (bool): Whether a mention that begins within another one is an exception."""
    within = total = 0
    for record in records:
        parts = sorted(part for e in record.entities for part in e.fragments)
        within += sum(first[1] > second[0] for first, second in pairwise(parts))
        total += len(parts)
    return within <= FEW * total


def _without_overlaps(
    rows: Iterable[tuple[str, Item]], scores: Mapping[tuple[str, Item], float]
) -> list[tuple[str, Item]]:
    """Of mentions that share a character the longest, then the likeliest, in their order."""
    kept, taken = set(), set[int]()
    for row in sorted(rows, key=lambda row: (-_length(row), -scores[row], row)):
        characters = {i for start, end in row[1][0] for i in range(start, end)}
        if taken.isdisjoint(characters):
            taken |= characters
            kept.add(row)
    return sorted(kept)


def _length(row: tuple[str, Item]) -> int:
    return sum(end - start for start, end in row[1][0])


def _places(record: Record) -> list[tuple[str, Item]]:
    return [(e.label, (e.fragments, e.label)) for e in record.entities]


def _pairs(record: Record) -> list[tuple[str, Item]]:
    place = {e.id: (e.fragments, e.label) for e in record.entities}
    known = [r for r in record.relations if r.head in place and r.tail in place]
    return [(r.label, (place[r.head], place[r.tail])) for r in known]


def _gather(stated: Sequence[Sequence[tuple[str, Item]]]) -> Stated:
    found: Stated = defaultdict(lambda: defaultdict(set))
    for source, rows in enumerate(stated):
        for label, item in rows:
            found[label][item].add(source)
    return found


def _votes(stated: Sequence[Stated], notes: Sequence[_Note]) -> dict[str, Votes]:
    """All notes' items, label by label."""
    rows: dict[str, list[list[bool]]] = defaultdict(list)
    known: dict[str, list[float]] = defaultdict(list)
    for own, note in zip(stated, notes, strict=True):
        for label, items in own.items():
            for item, sources in items.items():
                rows[label].append([i in sources for i in range(len(note.records))])
                told = float((label, item) in note.true) if note.gold else numpy.nan
                known[label].append(told)
    return {x: Votes(numpy.array(rows[x]), numpy.array(known[x])) for x in rows}


def _scores(
    stated: Stated, accuracies: Mapping[str, Accuracy], n: int
) -> dict[tuple[str, Item], float]:
    found = {}
    for label, items in stated.items():
        table = numpy.array([[i in sources for i in range(n)] for sources in items.values()])
        for item, score in zip(items, accuracies[label].posterior(table).tolist(), strict=True):
            found[label, item] = score
    return found


def _common(read: Mapping[str, Mapping[str, Record]]) -> list[str]:
    """The documents that all sources have, in the first one's order."""
    first, *others = read.values()
    ids = [id for id in first if all(id in other for other in others)]
    if not ids:
        counts = ", ".join(f"{name} {len(own)}" for name, own in read.items())
        raise LanguageModelError(Errors.SC863.format(counts=counts))
    return ids


def _check_texts(
    read: Mapping[str, Mapping[str, Record]], truth: Mapping[str, Record], ids: Sequence[str]
) -> None:
    (first, texts), *others = read.items()
    for name, own in (*others, ("gold", truth)):
        for id in ids:
            if id in own and own[id].text != texts[id].text:
                message = Errors.SC860.format(first=first, second=name, id=id)
                raise LanguageModelError(message)
    if truth and not set(ids) & set(truth):
        raise LanguageModelError(Errors.SC861)


def named_corpora(sources: Iterable[str]) -> dict[str, Path]:
    """Read which corpora are brought together.

    sources (Iterable[str]): NAME=CORPUS.
    RETURNS (dict[str, Path]): Name to corpus. Raises CommandError for anything else, and for a
        corpus that isn't there.
    """
    found = {}
    for source in sources:
        name, equals, path = source.partition("=")
        if not (name and equals and Path(path).exists()):
            raise CommandError(Errors.SC864.format(source=source))
        found[name] = Path(path)
    return found


def silver_tables(silver: Silver) -> list[Table]:
    """Lay out what was brought together.

    silver (Silver): As `make_silver` gives it.
    RETURNS (list[Table]): How far each source can be trusted, and what was kept, by label.
    """
    rates = [
        (label, name, f"{100 * true:.1f}", f"{100 * false:.1f}")
        for label, sources in sorted(silver.rates.items())
        for name, (true, false) in sources.items()
    ]
    labels = sorted({*silver.kept, *silver.dropped})
    counts = [(label, silver.kept[label], silver.dropped[label]) for label in labels]
    return [
        Table("What each source states", ("label", "source", "% of true", "% of false"), rates),
        Table("Silver annotation", ("label", "kept", "dropped"), counts),
    ]
