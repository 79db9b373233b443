"""Several annotators' work as one, weighed by how far each can be trusted."""

import random
from dataclasses import replace
from pathlib import Path

import numpy
import pytest

from spacy_clinical.errors import LanguageModelError
from spacy_clinical.formats.jsonl import write_jsonl
from spacy_clinical.llm.silver_standard import make_silver
from spacy_clinical.llm.source_accuracy import Votes, learn_accuracy
from spacy_clinical.records import Attribute, Entity, Record, Relation

TEXT = " ".join(f"w{i:02d}" for i in range(40))


def make_note(id: str, places: list[int], label: str = "DRUG") -> Record:
    """Words of these numbers are mentions; the first two are related."""
    entities = [
        Entity(f"T{i}", label, ((4 * p, 4 * p + 3),)) for i, p in enumerate(places, start=1)
    ]
    related = (Relation("T1", "T2", "WITH"),) if len(places) > 1 else ()
    said = tuple(Attribute(e.id, "assertion", "present") for e in entities)
    return Record(id, TEXT, tuple(entities), related, said)


def draw(true: float, false: float, seed: int) -> tuple[list[Record], list[Record]]:
    """Twenty notes with ten true words each, and what a source with these rates states."""
    chance, gold, found = random.Random(seed), [], []
    for n in range(20):
        words = random.Random(n).sample(range(40), 10)
        gold.append(make_note(f"n{n}", sorted(words)))
        rates = [(w, true if w in words else false) for w in range(40)]
        found.append(make_note(f"n{n}", [w for w, rate in rates if chance.random() < rate]))
    return gold, found


def f1(records: list[Record], gold: list[Record]) -> float:
    rows = [
        [{(r.id, e.fragments, e.label) for r in corpus for e in r.entities}]
        for corpus in (records, gold)
    ]
    (found,), (true,) = rows
    return 2 * len(found & true) / (len(found) + len(true))


def test_rates_by_hand() -> None:
    """All items known: with a belief worth nothing the rates are plain shares."""
    stated = numpy.array([[1, 0], [1, 1], [0, 1], [1, 0]], dtype=bool)
    found = learn_accuracy(Votes(stated, numpy.array([1.0, 1.0, 0.0, 0.0])), strength=1e-9)
    numpy.testing.assert_allclose(found.true, [1.0, 0.5], atol=1e-6)
    numpy.testing.assert_allclose(found.false, [0.5, 0.5], atol=1e-6)
    assert found.prior == 0.5
    with_belief = learn_accuracy(Votes(stated, numpy.array([1.0, 1.0, 0.0, 0.0])), strength=2.0)
    numpy.testing.assert_allclose(with_belief.true, [3.5 / 4, 2.5 / 4])
    numpy.testing.assert_allclose(with_belief.false, [1.5 / 4, 1.5 / 4])
    odds = (3.5 / 1.5) * ((1 - 2.5 / 4) / (1 - 1.5 / 4))  # the first states it, the second doesn't
    assert with_belief.posterior(numpy.array([[True, False]]))[0] == pytest.approx(
        odds / (1 + odds)
    )


def test_gold_notes_tell_whom_to_trust() -> None:
    """Two poor sources agree by chance; a good one that stands alone outweighs them."""
    gold, good = draw(0.95, 0.02, seed=1)
    _, poor = draw(0.5, 0.3, seed=2)
    _, other = draw(0.5, 0.3, seed=3)
    silver = make_silver({"good": good, "poor": poor, "other": other}, gold[:5])
    rates = silver.rates["DRUG"]
    assert rates["good"][0] > 0.85 > 0.7 > rates["poor"][0]
    best = max(f1(source, gold) for source in (good, poor, other))
    assert f1(silver.records, gold) >= best - 0.01
    scores = [e.score for r in silver.records for e in r.entities]
    assert all(0.5 <= score <= 1 for score in scores if score is not None)


def with_longer(note: Record) -> Record:
    """The note with one mention more, which holds its first."""
    (start, end), *_ = note.entities[0].fragments
    longer = Entity("T99", "DRUG", ((start, end + 4),))
    return replace(note, entities=(*note.entities, longer))


def test_of_overlapping_mentions_the_longer_is_kept() -> None:
    """The second source's first mention ends a word later, and both are likely enough."""
    short = [make_note(f"n{n}", [n, 20, 30]) for n in range(15)]
    bare = [replace(note, relations=(), attributes=()) for note in short]
    late = [replace(note, entities=with_longer(note).entities[1:]) for note in bare]
    silver = make_silver({"short": short, "late": late}, threshold=0.0)
    wanted = {((4 * n, 4 * n + 7),) for n in range(15)} | {((80, 83),), ((120, 123),)}
    assert {e.fragments for r in silver.records for e in r.entities} == wanted
    assert all(len(record.entities) == 3 for record in silver.records)


def test_overlapping_mentions_stay_where_a_source_has_them() -> None:
    gold = [make_note(f"n{n}", [n, 20, 30]) for n in range(15)]
    nested = [with_longer(note) for note in gold]
    silver = make_silver({"one": nested, "other": nested}, nested[:5])
    assert all(len(record.entities) == 4 for record in silver.records)


def test_agreement_alone() -> None:
    """Without gold notes, three sources of equal worth are better together."""
    gold, first = draw(0.8, 0.1, seed=4)
    others = [draw(0.8, 0.1, seed=seed)[1] for seed in (5, 6)]
    silver = make_silver({"a": first, "b": others[0], "c": others[1]})
    assert f1(silver.records, gold) > max(f1(x, gold) for x in (first, *others))


def test_what_is_said_of_mentions_and_relations() -> None:
    notes = [make_note(f"n{i}", [1, 2]) for i in range(8)]
    doubted = [
        replace(r, attributes=tuple(replace(a, value="absent") for a in r.attributes))
        for r in notes
    ]
    silver = make_silver({"a": notes, "b": doubted, "c": doubted}, notes[:2])
    (first, *_) = silver.records
    assert [(a.value, a.score) for a in first.attributes] == [("absent", 2 / 3)] * 2
    ((relation),) = first.relations
    assert (relation.head, relation.label, relation.tail) == ("T1", "WITH", "T2")
    assert silver.kept == {"DRUG": 16, "WITH": 8}
    assert not +silver.dropped


def say(record: Record, *values: str) -> Record:
    """A note whose mentions have these values and no others."""
    rows = [Attribute(e.id, "assertion", value) for e in record.entities for value in values]
    return replace(record, attributes=tuple(rows))


@pytest.mark.parametrize(
    ("sources", "kept"),
    [
        (["present", "absent"], [("absent", 1 / 2)]),
        (["absent", "present"], [("absent", 1 / 2)]),
        (["absent family", "absent family", "present"], [("absent", 2 / 3), ("family", 2 / 3)]),
        (["absent family", "present", "family absent"], [("absent", 2 / 3), ("family", 2 / 3)]),
        (["absent", "", ""], [("absent", 1 / 3)]),
    ],
)
def test_each_source_votes_once(sources: list[str], kept: list[tuple[str, float]]) -> None:
    """Values that hold together are one vote, of all the sources that have the mention."""
    note = make_note("a", [1])
    given = {f"s{i}": [say(note, *x.split())] for i, x in enumerate(sources)}
    (record,) = make_silver(given, [note]).records
    assert [(a.value, a.score) for a in record.attributes] == kept


def test_corpora_of_any_format(tmp_path: Path) -> None:
    notes = [make_note("a", [1, 2])]
    write_jsonl(notes, tmp_path / "a.jsonl")
    silver = make_silver({"a": tmp_path / "a.jsonl", "b": notes})
    assert [record.id for record in silver.records] == ["a"]


def test_what_does_not_fit_together() -> None:
    notes, other = [make_note("a", [1])], [replace(make_note("a", []), text="another")]
    with pytest.raises(LanguageModelError, match="SC862"):
        make_silver({"a": notes})
    with pytest.raises(LanguageModelError, match=r"SC860.*'a'.*'b'.*document 'a'"):
        make_silver({"a": notes, "b": other})
    with pytest.raises(LanguageModelError, match=r"SC863.*a 1, b 1"):
        make_silver({"a": notes, "b": [make_note("c", [1])]})
    with pytest.raises(LanguageModelError, match="SC861"):
        make_silver({"a": notes, "b": notes}, [make_note("z", [1])])
