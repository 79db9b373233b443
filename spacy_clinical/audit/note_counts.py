"""Counts over notes: what drift is seen from. They can be added up, and hold no note."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .note_numbers import BINS, NoteFacts

LENGTHS = (0, 50, 100, 200, 400, 800, 1600, 3200)  # tokens: where each bin of note lengths begins

MOST = 2**53  # that a float can tell from its neighbours


@dataclass
class Counts:
    """What some notes hold together.

    notes (int): Notes that could be read.
    failed (int): Notes that couldn't.
    sums (Counter[str]): Tokens, characters, capitals, digits, lines, wordpieces, unknown ones.
    lengths (list[int]): Notes by tokens, see LENGTHS.
    scores (dict[str, list[int]]): Mentions of each label by tenth of their score, the last place
        for those without one.
    relations (Counter[str]): By label.
    said (Counter[str]): What is said of mentions.
    """

    notes: int = 0
    failed: int = 0
    sums: Counter[str] = field(default_factory=Counter)
    lengths: list[int] = field(default_factory=lambda: [0] * len(LENGTHS))
    scores: dict[str, list[int]] = field(default_factory=dict)
    relations: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)

    def add(self, facts: NoteFacts | None) -> None:
        """Count a note.

        facts (NoteFacts | None): What it holds, None if it couldn't be read.
        """
        if facts is None:
            self.failed += 1
            return
        self.notes += 1
        self.sums.update(facts.shape)
        self.sums.update(tokens=facts.tokens, pieces=facts.pieces, unknown=facts.unknown)
        self.lengths[length_bin(facts.tokens)] += 1
        self.relations.update(facts.relations)
        self.said.update(facts.said)
        for label, bins in facts.mentions.items():
            self._add_scores(label, bins)

    def _add_scores(self, label: str, bins: list[int]) -> None:
        known = self.scores.setdefault(label, [0] * (BINS + 1))
        self.scores[label] = [a + b for a, b in zip(known, bins, strict=True)]

    def __iadd__(self, other: "Counts") -> "Counts":
        self.notes += other.notes
        self.failed += other.failed
        self.sums.update(other.sums)
        self.lengths = [a + b for a, b in zip(self.lengths, other.lengths, strict=True)]
        self.relations.update(other.relations)
        self.said.update(other.said)
        for label, bins in other.scores.items():
            self._add_scores(label, bins)
        return self

    @property
    def mentions(self) -> dict[str, int]:
        """RETURNS (dict[str, int]): Mentions by label."""
        return {label: sum(bins) for label, bins in self.scores.items()}

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict[str, Any]): JSON values; what is 0 is left out."""
        return {
            "notes": self.notes,
            "failed": self.failed,
            "sums": _known(self.sums),
            "lengths": self.lengths,
            "scores": self.scores,
            "relations": _known(self.relations),
            "said": _known(self.said),
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> "Counts":
        """Read what `to_dict` gave. Raises ValueError where it is something else.

        value (Mapping[str, Any]): JSON values.
        RETURNS (Counts): The counts.
        """
        scores = {str(label): _numbers(bins, BINS + 1) for label, bins in value["scores"].items()}
        lengths = _numbers(value["lengths"], len(LENGTHS))
        counters = (Counter(_by_name(value[name])) for name in ("sums", "relations", "said"))
        sums, relations, said = counters
        notes, failed = _numbers([value["notes"], value["failed"]], 2)
        return cls(notes, failed, sums, lengths, scores, relations, said)


def length_bin(tokens: int) -> int:
    """RETURNS (int): The place of a note of so many tokens in `Counts.lengths`."""
    return max(i for i, start in enumerate(LENGTHS) if tokens >= start)


def _known(counter: Counter[str]) -> dict[str, int]:
    return {name: n for name, n in sorted(counter.items()) if n}


def _numbers(values: Any, n: int) -> list[int]:
    if len(values) != n or not all(type(x) is int and 0 <= x < MOST for x in values):
        raise ValueError(f"no {n} counts")
    return list(values)


def _by_name(value: Mapping[str, Any]) -> dict[str, int]:
    return dict(zip(value, _numbers(list(value.values()), len(value)), strict=True))
