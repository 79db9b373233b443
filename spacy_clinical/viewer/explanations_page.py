"""Explanations as data and as a page: each token's share in a score."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import CommandError, Errors
from ..json_io import write_json
from .html_page import PAGES, render_page, write_page
from .note_view import excerpt

JSON = ".json"
STRENGTHS = 6
AROUND = 30  # tokens shown on either side of what matters


@dataclass(frozen=True)
class Explanation:
    """What each token gave to a score.

    kind (str): "entity", "relation", or the name of an attribute such as "assertion".
    label (str): Its label, or the attribute's value.
    unit (str): What the score is, in nats.
    places (dict[str, tuple[int, int]]): Characters of the mention, or of head and tail.
    tokens (list[tuple[int, int]]): Characters of each token.
    values (list[float]): What each token gave; they add up to `score - baseline + residual`.
    score (float): Of the text as it stands.
    baseline (float): Of the text with every wordpiece masked.
    steps (int): Points of the integral.
    residual (float): By how much the values miss the difference of the scores.
    """

    kind: str
    label: str
    unit: str
    places: dict[str, tuple[int, int]]
    tokens: list[tuple[int, int]]
    values: list[float]
    score: float
    baseline: float
    steps: int
    residual: float

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict[str, Any]): JSON values, without the text."""
        return asdict(self)


class Shade(NamedTuple):
    """Text with one strength.

    text (str): The text.
    strength (int): -6 to 6: how much it spoke against or for.
    value (str): The number, "" for text between tokens.
    role (str): "mention", "head", "tail", or "".
    """

    text: str
    strength: int
    value: str
    role: str


def render_explanations(
    notes: Sequence[tuple[str, str, Sequence[Explanation]]], *, title: str = "Explanations"
) -> str:
    """Write explanations as one HTML page, which loads nothing from anywhere.

    The page holds the text of the notes.

    notes (Sequence): Name, text and explanations of each note.
    title (str): Of the page.
    RETURNS (str): HTML.
    """
    shown = [
        (name, [(e, _name(text, e), _shades(text, e), _strongest(text, e)) for e in found])
        for name, text, found in notes
    ]
    return render_page("explain.html", title=title, notes=shown)


def _name(text: str, explanation: Explanation) -> str:
    parts = [excerpt(text[start:end]) for start, end in explanation.places.values()]
    return f" {explanation.label} ".join(parts) if len(parts) > 1 else parts[0]


def _shades(text: str, explanation: Explanation) -> list[Shade]:
    most = max((abs(v) for v in explanation.values), default=0) or 1.0
    low, high = _shown_tokens(explanation, most)
    shades = [Shade("… ", 0, "", "")] if low else []
    for i in range(low, high):
        start, end = explanation.tokens[i]
        value = explanation.values[i]
        strength = round(STRENGTHS * value / most)
        shades.append(
            Shade(text[start:end], strength, f"{value:+.3f}", _role(start, end, explanation))
        )
        following = explanation.tokens[i + 1][0] if i + 1 < high else end
        shades.append(Shade(text[end:following], 0, "", ""))
    if high < len(explanation.tokens):
        shades.append(Shade(" …", 0, "", ""))
    return [shade for shade in shades if shade.text]


def _shown_tokens(explanation: Explanation, most: float) -> tuple[int, int]:
    """From before the first token that matters to after the last."""
    matter = [
        i
        for i, ((start, end), value) in enumerate(
            zip(explanation.tokens, explanation.values, strict=True)
        )
        if abs(value) >= most / 20 or _role(start, end, explanation)
    ]
    if not matter:
        return 0, 0
    return max(0, matter[0] - AROUND), min(len(explanation.tokens), matter[-1] + 1 + AROUND)


def _role(start: int, end: int, explanation: Explanation) -> str:
    for name, (first, last) in explanation.places.items():
        if start < last and end > first:
            return name
    return ""


def _strongest(text: str, explanation: Explanation) -> list[tuple[str, str]]:
    pairs = zip(explanation.values, explanation.tokens, strict=True)
    ranked = sorted(pairs, key=lambda pair: -abs(pair[0]))[:8]
    return [(excerpt(text[start:end], 24), f"{value:+.3f}") for value, (start, end) in ranked]


Explained = tuple[str, str, list[Explanation]]


def check_explanations(path: Path) -> None:
    """Raise CommandError where explanations are to be neither a page nor JSON."""
    if path.suffix.lower() not in (*PAGES, JSON):
        raise CommandError(Errors.SC711.format(path=path))


def write_explanations(found: list[Explained], path: Path) -> None:
    """Write explanations: a page, or JSON with offsets and without text.

    found (list[Explained]): As `explain` gives them.
    path (Path): NAME.html or NAME.json; written under another name first.
    """
    if path.suffix.lower() != JSON:
        write_page(render_explanations(found), path)
        return
    rows = [{"id": name, "explanations": [e.to_dict() for e in some]} for name, _, some in found]
    write_json(rows, path)
