"""How much of what identifies is left, and how much else is taken away.

A mention leaks if one letter or digit of it is uncovered; words such as "in" or "Dr" in it, which
identify nobody, aside. Labels count for the strict scores only. Intervals are drawn over notes.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy
from spacy.training import Example

from ..docs import KEY, get_known_labels, has_mentions
from ..docs.phi import PHI, get_identifiers
from .confidence_intervals import Settings
from .entity_scores import read_gold_mentions

Array = numpy.ndarray[Any, Any]
Extent = tuple[int, int, str]
_WORD = re.compile(r"[^\W_]+")
HARMLESS = frozenset(
    _WORD.findall(
        "dr drs mr mrs ms miss prof in at of the and our my for a an to on sr sra herr frau"
    )
)
RATIOS = {
    "recall": ("whole", "gold"),
    "leak_rate": ("leaked", "gold"),
    "precision": ("right", "found"),
    "strict_recall": ("strict", "gold"),
    "strict_precision": ("strict", "found"),
    "word_recall": ("words_hit", "gold_words"),
    "word_precision": ("words_hit", "found_words"),
    "character_recall": ("characters_hit", "gold_characters"),
    "character_precision": ("characters_hit", "found_characters"),
    "notes_without_leak": ("safe", "notes"),
    "over_redaction": ("other_touched", "other_words"),
    "clinical_over_redaction": ("clinical_touched", "clinical_words"),
    "empty_notes_touched": ("empty_touched", "empty"),
}


@dataclass(frozen=True)
class PhiNote:
    """A note to be scored.

    text (str): The text.
    gold, found (Sequence[Extent]): Start, end and label of what identifies, and of what was found.
    clinical (Sequence[tuple[int, int]]): Start and end of clinical words, which should stay.
    """

    text: str
    gold: Sequence[Extent]
    found: Sequence[Extent]
    clinical: Sequence[tuple[int, int]] = ()


@dataclass
class LeakCounts:
    """What was counted in one note.

    all (Counter[str]): The numbers that RATIOS divides.
    by_label (dict[str, Counter[str]]): The same of the labels: "gold", "whole", "leaked", "strict",
        "found", "right".
    leaks (list[Extent]): The mentions that leak.
    touched (list[tuple[int, int]]): Other words that were touched.
    """

    all: Counter[str] = field(default_factory=Counter)
    by_label: dict[str, Counter[str]] = field(default_factory=dict)
    leaks: list[Extent] = field(default_factory=list)
    touched: list[tuple[int, int]] = field(default_factory=list)

    def add(self, label: str, name: str) -> None:
        """Count a mention.

        label (str): Its label.
        name (str): What became of it.
        """
        self.all[name] += 1
        self.by_label.setdefault(label, Counter())[name] += 1


def count_leaks(note: PhiNote, harmless: frozenset[str] = HARMLESS) -> LeakCounts:
    """Count a note's leaks, and what else was touched.

    note (PhiNote): The note.
    harmless (frozenset[str]): Words, in lower case, that identify nobody within a mention.
    RETURNS (LeakCounts): The counts.
    """
    counts = LeakCounts()
    gold, found = _mask(note.text, note.gold), _mask(note.text, note.found)
    clinical = _mask(note.text, [(*extent, "") for extent in note.clinical])
    words = [match.span() for match in _WORD.finditer(note.text)]
    telling = [(s, e) for s, e in words if note.text[s:e].lower() not in harmless]
    _count_mentions(note, counts, telling, gold, found)
    for start, end in words:
        _count_word(counts, (start, end), gold, found, clinical)
    _count_characters(counts, note.text, gold, found)
    counts.all["notes"] = 1
    counts.all["safe"] = int(not counts.leaks)
    if not note.gold:
        counts.all.update(empty=1, empty_touched=int(bool(counts.touched)))
    return counts


def _mask(text: str, extents: Iterable[Extent]) -> bytearray:
    mask = bytearray(len(text))
    for start, end, _ in extents:
        mask[start:end] = b"\1" * (min(end, len(text)) - start)
    return mask


def _count_mentions(
    note: PhiNote,
    counts: LeakCounts,
    telling: Sequence[tuple[int, int]],
    gold: bytearray,
    found: bytearray,
) -> None:
    given = set(note.found)
    for mention in note.gold:
        start, end, label = mention
        parts = [(max(s, start), min(e, end)) for s, e in telling if s < end and e > start]
        whole = all(all(found[s:e]) for s, e in parts or [(start, end)])
        counts.add(label, "gold")
        counts.add(label, "whole" if whole else "leaked")
        if mention in given:
            counts.add(label, "strict")
        if not whole:
            counts.leaks.append(mention)
    for start, end, label in note.found:
        counts.add(label, "found")
        if any(gold[start:end]):
            counts.add(label, "right")


def _count_word(
    counts: LeakCounts,
    word: tuple[int, int],
    gold: bytearray,
    found: bytearray,
    clinical: bytearray,
) -> None:
    place = slice(*word)
    touched = any(found[place])
    if touched:
        counts.all["found_words"] += 1
    if any(gold[place]):
        counts.all.update(gold_words=1, words_hit=int(touched))
        return
    counts.all.update(other_words=1, other_touched=int(touched))
    if touched:
        counts.touched.append(word)
    if any(clinical[place]):
        counts.all.update(clinical_words=1, clinical_touched=int(touched))


def _count_characters(counts: LeakCounts, text: str, gold: bytearray, found: bytearray) -> None:
    for sign, is_gold, is_found in zip(text, gold, found, strict=True):
        if sign.isalnum() and (is_gold or is_found):
            counts.all["gold_characters"] += is_gold
            counts.all["found_characters"] += is_found
            counts.all["characters_hit"] += is_gold and is_found


def sum_up(
    notes: Sequence[LeakCounts], settings: Settings | None = None
) -> dict[str, dict[str, Any]]:
    """Give the ratios of many notes, with intervals.

    notes (Sequence[LeakCounts]): One a note.
    settings (Settings | None): How to draw; None for no intervals.
    RETURNS (dict[str, dict[str, Any]]): For each of RATIOS `value`, `low`, `high` (None where not
        defined), `part` and `whole`; and `labels`: the same of each label, in the ratios "recall",
        "precision" and "strict_recall".
    """
    labels = sorted({label for note in notes for label in note.by_label})
    scores: dict[str, Any] = _ratios([note.all for note in notes], list(RATIOS), settings)
    empty: Counter[str] = Counter()
    scores["labels"] = {
        label: _ratios(
            [note.by_label.get(label, empty) for note in notes],
            ["recall", "precision", "strict_recall"],
            settings,
        )
        for label in labels
    }
    return scores


def _ratios(
    counts: Sequence[Counter[str]], names: Sequence[str], settings: Settings | None
) -> dict[str, dict[str, Any]]:
    columns = sorted({column for name in names for column in RATIOS[name]})
    table = numpy.array(
        [[count[column] for column in columns] for count in counts], dtype="float64"
    )
    table = table.reshape(len(counts), len(columns))
    place = {column: i for i, column in enumerate(columns)}
    total = table.sum(axis=0)
    drawn = None if settings is None or not len(table) else _draw(table, settings)
    found = {}
    for name in names:
        part, whole = (place[column] for column in RATIOS[name])
        found[name] = _ratio(total[part], total[whole])
        if drawn is not None and settings is not None:
            found[name] |= _interval(drawn[:, part], drawn[:, whole], settings.level)
    return found


def _draw(table: Array, settings: Settings) -> Array:
    random = numpy.random.default_rng(settings.seed)
    n = len(table)
    weights = random.multinomial(n, numpy.full(n, 1 / n), size=settings.samples)
    drawn: Array = weights @ table
    return drawn


def _ratio(part: float, whole: float) -> dict[str, Any]:
    value = float(part / whole) if whole else None
    return {"value": value, "part": int(part), "whole": int(whole), "low": None, "high": None}


def _interval(parts: Array, wholes: Array, level: float) -> dict[str, Any]:
    values = parts[wholes > 0] / wholes[wholes > 0]
    if not len(values):
        return {}
    low, high = numpy.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return {"low": float(low), "high": float(high)}


def make_phi_scorer(gold_key: str = PHI) -> Callable[..., dict[str, Any]]:
    """Make the scorer of `clinical_deid`.

    gold_key (str): The span group of the gold identifiers; a Doc without it is read as a corpus
        whose mentions are all identifiers.
    RETURNS (Callable): Takes examples, gives `phi_recall` (mentions covered whole, whatever their
        label), `phi_precision`, `phi_f`, `phi_strict_f` and `phi_per_type`.
    """

    def score(examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
        return score_identifiers(examples, gold_key)

    return score


def score_identifiers(examples: Iterable[Example], gold_key: str = PHI) -> dict[str, Any]:
    """Score the identifiers of examples.

    examples (Iterable[Example]): Gold in the references, `doc.spans["phi"]` in the predicted ones.
    gold_key (str): The span group of the gold.
    RETURNS (dict[str, Any]): See `make_phi_scorer`; None where there is no gold.
    """
    scores = sum_up(count_identifiers(examples, gold_key))
    return {
        "phi_recall": scores["recall"]["value"],
        "phi_precision": scores["precision"]["value"],
        "phi_f": _f(scores["recall"]["value"], scores["precision"]["value"]),
        "phi_strict_f": _f(scores["strict_recall"]["value"], scores["strict_precision"]["value"]),
        "phi_per_type": {k: v["recall"]["value"] for k, v in scores["labels"].items()},
    }


def count_identifiers(examples: Iterable[Example], gold_key: str = PHI) -> list[LeakCounts]:
    """Count the leaks of examples. What a note's annotators didn't look for counts for neither
    side.

    examples (Iterable[Example]): Gold in the references, `doc.spans["phi"]` in the predicted ones.
    gold_key (str): The span group of the gold.
    RETURNS (list[LeakCounts]): One for each that has gold, be it none.
    """
    counts = []
    for example in examples:
        reference = example.reference
        key = gold_key if has_mentions(reference, gold_key) else KEY
        gold = read_gold_mentions(reference, key)
        if gold is not None:
            wanted = [(m.fragments[0][0], m.fragments[-1][1], m.label) for m in gold]
            known = get_known_labels(reference, key)
            identifiers = get_identifiers(example.predicted)
            found = [one[:3] for one in identifiers if known is None or one.label in known]
            counts.append(count_leaks(PhiNote(reference.text, wanted, found)))
    return counts


def _f(recall: float | None, precision: float | None) -> float | None:
    if recall is None or precision is None:
        return None
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0
