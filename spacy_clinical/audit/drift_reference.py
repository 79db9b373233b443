"""What a pipeline finds in notes that it was evaluated on, in numbers: the measure of drift."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.util import minibatch

from ..docs.piece_counts import get_piece_counts
from ..errors import AuditError, Errors
from ..exports.export_settings import name_system
from ..files import new_file
from .doc_numbers import note_facts
from .drift_statistics import bins_effect, rate_effect
from .note_counts import LENGTHS, MOST, Counts, length_bin
from .note_numbers import BINS, NoteFacts

REFERENCE = "reference.json"
FORMAT = "spacy-clinical-reference-1"
BATCH = 32
# What is counted beside labels, and in what it is counted.
SHAPES = {
    "unknown": "pieces",
    "capitals": "characters",
    "digits": "characters",
    "lines": "characters",
}


@dataclass(frozen=True)
class Reference:
    """Counts of some notes, and how much counts of single notes vary.

    system (str): The pipeline's name and version.
    counts (Counts): Of all notes.
    effects (dict[str, float]): The design effect of each measure, by its name, such as
        "mentions: DRUG".
    """

    system: str
    counts: Counts
    effects: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict[str, Any]): JSON values: numbers, and names of labels."""
        effects = {name: round(value, 4) for name, value in sorted(self.effects.items())}
        found = {"format": FORMAT, "system": self.system, "counts": self.counts.to_dict()}
        return {**found, "effects": effects}


def make_reference(nlp: Language, texts: Iterable[str]) -> Reference:
    """Run a pipeline over notes, and count.

    nlp (Language): The pipeline. The strings that it meets are forgotten again.
    texts (Iterable[str]): The notes.
    RETURNS (Reference): The numbers.
    """
    facts: list[NoteFacts] = []
    for batch in minibatch(texts, BATCH):
        with nlp.memory_zone():
            docs = list(nlp.pipe(batch, batch_size=BATCH))
            rows = zip(docs, map(get_piece_counts, docs), strict=True)
            facts += [note_facts(doc, pieces=p, unknown=u) for doc, (p, u) in rows]
    return sum_up(" ".join(name_system(nlp)).strip(), facts)


def sum_up(system: str, facts: Sequence[NoteFacts]) -> Reference:
    """Count notes, and tell how much single ones vary.

    system (str): The pipeline's name and version.
    facts (Sequence[NoteFacts]): The notes.
    RETURNS (Reference): The numbers.
    """
    counts = Counts()
    for note in facts:
        counts.add(note)
    return Reference(system, counts, dict(_effects(counts, facts)))


def _effects(counts: Counts, facts: Sequence[NoteFacts]) -> Iterable[tuple[str, float]]:
    tokens = [float(note.tokens) for note in facts]
    none = [0] * (BINS + 1)
    for label in counts.scores:
        bins = [note.mentions.get(label, none) for note in facts]
        yield f"mentions: {label}", rate_effect([sum(row) for row in bins], tokens)
        yield f"scores: {label}", bins_effect(bins)
    for label in counts.relations:
        yield f"relations: {label}", rate_effect([n.relations.get(label, 0) for n in facts], tokens)
    for name, base in SHAPES.items():
        values = [_value(note, name) for note in facts]
        yield name, rate_effect(values, [float(_value(note, base)) for note in facts])
    yield "said of mentions", bins_effect([[n.said.get(x, 0) for x in counts.said] for n in facts])
    lengths = [[int(length_bin(note.tokens) == i) for i in range(len(LENGTHS))] for note in facts]
    yield "note lengths", bins_effect(lengths)


def _value(note: NoteFacts, name: str) -> int:
    return note.shape[name] if name in note.shape else int(getattr(note, name))


def write_reference(reference: Reference, path: Path) -> None:
    """Write a reference.

    reference (Reference): The numbers.
    path (Path): The file.
    """
    with new_file(path) as file:
        file.write((json.dumps(reference.to_dict(), indent=1) + "\n").encode())


def read_reference(path: Path) -> Reference:
    """Read a reference.

    path (Path): The file.
    RETURNS (Reference): The numbers. Raises AuditError where the file holds none.
    """
    try:
        value = json.loads(path.read_bytes())
        if value["format"] != FORMAT:
            raise ValueError(f"its format isn't {FORMAT}")
        effects = {str(name): _effect(x) for name, x in _items(value["effects"])}
        return Reference(str(value["system"]), Counts.from_dict(value["counts"]), effects)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        told = error if type(error) is ValueError else getattr(error, "strerror", None)
        found = told or f"a {type(error).__name__}"
        raise AuditError(Errors.SC948.format(path=path, found=found)) from None


def _effect(value: Any) -> float:
    if not 0 <= float(value) < MOST:
        raise ValueError("an effect is no number")
    return max(1.0, float(value))


def _items(value: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    return value.items()
