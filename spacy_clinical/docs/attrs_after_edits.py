"""What a span group stores beside its spans, after edits of the text."""

from collections.abc import Callable, Sequence
from typing import Any

from .text_edits import Moves

# Fields with characters of the text, one or several a span, and how deep in lists they lie.
_EXTENTS = {"characters": 1, "headings": 1, "long_forms": 1, "assertion_cues": 2}
# Fields with rows that name positions in the group, and how many of a row's cells do.
_POSITIONS = {"relations": 2}


class CarriedAttrs:
    """Carries the attrs of a group over.

    moves (Moves): Where characters are now.
    told (Callable[[str], bool]): Whether a string holds what was replaced: it is emptied then.
    n_spans (int): Spans that the group had.
    kept (Sequence[int]): Those that it still has.
    """

    def __init__(
        self, moves: Moves, told: Callable[[str], bool], n_spans: int, kept: Sequence[int]
    ):
        self._moves, self._told, self._n_spans, self._kept = moves, told, n_spans, kept
        self._places = {old: new for new, old in enumerate(kept)}

    def carried(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """RETURNS (dict[str, Any]): The attrs as they are now. The document's name, `doc`, isn't
        among them: it may identify."""
        left = {"doc"} if len(self._kept) == self._n_spans else {"doc", "concept_evidence"}
        return {name: self._field(name, value) for name, value in attrs.items() if name not in left}

    def _field(self, name: str, value: Any) -> Any:
        if name == "fragments":
            return {
                str(self._places[int(i)]): self._moved(rows, 1)
                for i, rows in value.items()
                if int(i) in self._places
            }
        if name in ("lost", "events"):
            return self._clean(self._inner(value))
        if name == "findings":
            return [self._finding(*row) for row in value]
        if name in _POSITIONS:
            return [row for row in map(self._renumbered, value) if row is not None]
        of_spans = isinstance(value, list) and len(value) == self._n_spans
        if of_spans and not name.startswith("concept_"):
            value = [value[i] for i in self._kept]
        depth = _EXTENTS.get(name)
        return self._clean(value) if depth is None else self._moved(value, depth)

    def _renumbered(self, row: list[Any]) -> list[Any] | None:
        head, tail = self._places.get(row[0]), self._places.get(row[1])
        return None if head is None or tail is None else [head, tail, *self._clean(row[2:])]

    def _finding(self, label: str, status: str, score: Any, places: list[int]) -> list[Any]:
        """A finding of the document, with the evidence that is left."""
        return [label, status, score, [self._places[i] for i in places if i in self._places]]

    def _moved(self, value: Any, depth: int) -> Any:
        """Extents at their new places; None stays."""
        if value is None:
            return None
        if depth:
            return [self._moved(part, depth - 1) for part in value]
        return self._moves.extent(value[0], value[1])

    def _inner(self, value: Any) -> Any:
        """Mentions that no token could hold, and events: with their fragments and cues."""
        if isinstance(value, dict):
            return {
                key: self._moved(part, 1) if key == "fragments" else self._inner(part)
                for key, part in value.items()
            }
        if isinstance(value, list):
            if len(value) in (4, 6) and _is_extent(value[-1] if len(value) == 4 else value[4]):
                place = len(value) - 1 if len(value) == 4 else 4
                moved = self._moved(value[place], 0)
                return [*value[:place], moved, *value[place + 1 :]]
            return [self._inner(part) for part in value]
        return value

    def _clean(self, value: Any) -> Any:
        """Strings that hold what was replaced, emptied."""
        if isinstance(value, str):
            return "" if self._told(value) else value
        if isinstance(value, list):
            return [self._clean(part) for part in value]
        if isinstance(value, dict):
            return {key: self._clean(part) for key, part in value.items()}
        return value


def _is_extent(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(place, int) for place in value)
    )
