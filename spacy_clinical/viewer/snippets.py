"""Errors as two lines of text: what gold says, and below it what was predicted."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..docs import Mention
from ..scoring.error_analysis import Difference
from .note_view import excerpt

AROUND = 48  # characters of context on either side


class Bit(NamedTuple):
    """Text of a snippet.

    text (str): The text.
    label (str | None): The label of the mention that it is part of.
    """

    text: str
    label: str | None = None


class ErrorRow(NamedTuple):
    """An error on the page.

    task, kind (str): As in Difference.
    note (str): The note's name.
    start, end (int): Characters.
    labels (str): Gold and predicted, for the filter.
    gold, predicted (str): Labels or values, "" for none.
    sides (list[list[Bit]]): The text with the gold mentions, and with the predicted ones.
    words (list[str]): Of both sides: a relation's head and tail, else "".
    """

    task: str
    kind: str
    note: str
    start: int
    end: int
    labels: str
    gold: str
    predicted: str
    sides: list[list[Bit]]
    words: list[str]


def show_error(text: str, name: str, error: Difference) -> ErrorRow:
    """Cut an error out of its note.

    text (str): The note.
    name (str): The note's name.
    error (Difference): The error.
    RETURNS (ErrorRow): What the page shows.
    """
    windows = _windows(text, (*error.gold_mentions, *error.predicted_mentions))
    return ErrorRow(
        error.task,
        error.kind,
        name,
        error.start,
        error.end,
        "\n".join(sorted({label for label in (error.gold, error.predicted) if label})),
        error.gold or "",
        error.predicted or "",
        [
            _side(text, windows, mentions)
            for mentions in (error.gold_mentions, error.predicted_mentions)
        ],
        [_arrow(text, mentions) for mentions in (error.gold_mentions, error.predicted_mentions)],
    )


def _arrow(text: str, mentions: Sequence[Mention]) -> str:
    parts = [
        excerpt(" … ".join(text[start:end] for start, end in m.fragments), 40) for m in mentions
    ]
    return " → ".join(parts) if len(parts) == 2 else ""


def _windows(text: str, mentions: Iterable[Mention]) -> list[tuple[int, int]]:
    """The parts of the text around the mentions, joined where they touch."""
    places = sorted(fragment for mention in mentions for fragment in mention.fragments)
    windows: list[tuple[int, int]] = []
    for start, end in places:
        low, high = _to_word(text, start - AROUND, -1), _to_word(text, end + AROUND, 1)
        if windows and low <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(windows[-1][1], high))
        else:
            windows.append((low, high))
    return windows


def _to_word(text: str, place: int, step: int) -> int:
    """Move a cut outwards to white space, two dozen characters at most."""
    for _ in range(24):
        if not 0 < place < len(text) or text[place].isspace():
            break
        place += step
    return max(0, min(len(text), place))


def _side(text: str, windows: Sequence[tuple[int, int]], mentions: Sequence[Mention]) -> list[Bit]:
    bits: list[Bit] = []
    for low, high in windows:
        if low > 0:
            bits.append(Bit("… "))
        inside = [(s, e, m.label) for m in mentions for s, e in m.fragments if low <= s < high]
        done = low
        for start, end, label in sorted(inside):
            if start >= done:
                bits += [Bit(_flat(text[done:start])), Bit(_flat(text[start:end]), label)]
                done = end
        bits.append(Bit(_flat(text[done:high])))
    if windows and windows[-1][1] < len(text):
        bits.append(Bit(" …"))
    return [bit for bit in bits if bit.text]


def _flat(text: str) -> str:
    return text.replace("\r\n", " ").replace("\n", " ").replace("\r", " ")
