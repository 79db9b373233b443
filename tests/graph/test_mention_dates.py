"""Which mention a date goes to."""

import random

import pytest

from spacy_clinical.graph.mention_dates import pair_dates
from spacy_clinical.records import Entity

from ..growth import growth


def mention(text: str, words: str, label: str = "CONDITION") -> Entity:
    start = text.index(words)
    return Entity(words, label, ((start, start + len(words)),))


def dated(text: str, date: str, *others: str) -> list[str]:
    found = pair_dates(text, [mention(text, date, "DATE")], [mention(text, o) for o in others])
    return [entity.id for entity, _ in found]


@pytest.mark.parametrize(
    ("text", "date", "others", "expected"),
    [
        ("Gout since 2011, then asthma.", "2011", ("Gout", "asthma"), ["Gout"]),
        ("Seen in 2011. Gout is gone.", "2011", ("Gout",), []),
        ("Gout is gone. March was good.", "March", ("Gout",), []),
        ("Gout is gone\nMarch: well.", "March", ("Gout",), []),
        ("Gout was found in\nMarch.", "March", ("Gout",), ["Gout"]),
        ("2011 gout, flu.", "2011", ("flu", "gout"), ["gout"]),
        ("Gout of 2011", "2011", (), []),
    ],
)
def test_the_nearest_in_its_sentence(
    text: str, date: str, others: tuple[str, ...], expected: list[str]
) -> None:
    assert dated(text, date, *others) == expected


def test_of_mentions_that_end_alike_the_first_is_dated() -> None:
    text = "Acute gout in 2011"
    assert dated(text, "2011", "Acute gout", "gout") == ["Acute gout"]
    assert dated(text, "2011", "gout", "Acute gout") == ["gout"]


def make_note(dates: int) -> tuple[str, list[Entity], list[Entity]]:
    """One mention, and after it dates without end: each has to look back over all of them."""
    text = "gout " + "2011 and " * dates
    places = [5 + 9 * i for i in range(dates)]
    random.Random(1).shuffle(places)
    found = [Entity(f"D{i}", "DATE", ((i, i + 4),)) for i in places]
    return text, found, [Entity("T", "CONDITION", ((0, 4),))] * dates


def test_time_is_linear() -> None:
    assert growth(make_note, lambda given: list(pair_dates(*given)), 2_000) < 9
