"""Gold identifiers beside those that were found, as one self-contained page: first the leaks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .html_page import render_page
from .palette import COLOURS

Extent = tuple[int, int, str]
NAMES = {
    "recall": "identifiers covered whole",
    "leak_rate": "identifiers that leak",
    "precision": "of what was found, identifiers",
    "strict_recall": "strict recall (borders and label)",
    "strict_precision": "strict precision",
    "word_recall": "words of identifiers covered",
    "character_recall": "letters and digits covered",
    "notes_without_leak": "notes without a leak",
    "over_redaction": "other words touched",
    "clinical_over_redaction": "clinical words touched",
    "empty_notes_touched": "notes without identifiers that were touched",
}


class Piece(NamedTuple):
    """A piece of a note's text.

    text (str): The piece.
    label (str): Of what it is marked as, "" for nothing.
    kind (str): "leak", "touched" for words that identify nobody, or "".
    colour (int): Of the label.
    """

    text: str
    label: str
    kind: str
    colour: int


class Shown(NamedTuple):
    """A note on the page: its name, leaks, other words touched, and its text twice."""

    id: str
    leaks: int
    touched: int
    gold: list[Piece]
    found: list[Piece]


def render_leaks(
    title: str, scores: Mapping[str, Any], notes: Iterable[Any], limit: int = 200
) -> str:
    """Make the page.

    title (str): Above it.
    scores (Mapping): As `scoring.leaks.sum_up` gives them.
    notes (Iterable): With `id`, `text`, `gold`, `found` and `counts`; those with leaks come first.
    limit (int): Notes that are shown at most.
    RETURNS (str): HTML, with the text of the notes.
    """
    ordered = sorted(notes, key=lambda n: (-len(n.counts.leaks), -len(n.counts.touched)))
    labels = {label: i % COLOURS for i, label in enumerate(sorted(scores["labels"]))}
    shown = [_shown(note, labels) for note in ordered[:limit]]
    rows = [_row(NAMES[name], scores[name]) for name in NAMES]
    by_label = [_label_row(label, row) for label, row in scores["labels"].items()]
    left = len(ordered) - len(shown)
    return render_page(
        "leaks.html", title=title, rows=rows, labels=by_label, notes=shown, left=left
    )


def _shown(note: Any, labels: Mapping[str, int]) -> Shown:
    leaks, touched = note.counts.leaks, note.counts.touched
    return Shown(
        note.id,
        len(leaks),
        len(touched),
        _pieces(note.text, note.gold, labels, {extent[:2] for extent in leaks}, "leak"),
        _pieces(note.text, note.found, labels, set(touched), "touched"),
    )


def _pieces(
    text: str,
    extents: Sequence[Extent],
    labels: Mapping[str, int],
    flagged: set[tuple[int, int]],
    kind: str,
) -> list[Piece]:
    pieces, at = [], 0
    for start, end, label in sorted(extents):
        start = max(start, at)
        if start >= end:
            continue
        is_flagged = any(a < end and b > start for a, b in flagged)
        pieces.append(Piece(text[at:start], "", "", 0))
        shown = kind if is_flagged else ""
        pieces.append(Piece(text[start:end], label, shown, labels.get(label, 0)))
        at = end
    return [piece for piece in [*pieces, Piece(text[at:], "", "", 0)] if piece.text]


def _row(name: str, score: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return name, _percent(score["value"]), _interval(score), f"{score['part']}/{score['whole']}"


def _label_row(label: str, scores: Mapping[str, Any]) -> tuple[str, ...]:
    recall, precision = scores["recall"], scores["precision"]
    return (
        label,
        str(recall["whole"]),
        _percent(recall["value"]),
        _interval(recall),
        _percent(precision["value"]),
    )


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _interval(score: Mapping[str, Any]) -> str:
    if score["low"] is None:
        return ""
    return f"{100 * score['low']:.1f} to {100 * score['high']:.1f}"
