"""Times by part, text and length, kept in a file of JSON lines, and their exponents."""

import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path

SIZES, LIMIT, SHORTEST = (1_000, 10_000, 100_000, 1_000_000), 60.0, 0.02


class Results:
    """Times by part, text and size, kept in a file of JSON lines."""

    def __init__(self, path: Path):
        self.path, self.times = path, dict[tuple[str, str, int], float | str]()
        for line in path.read_text("utf8").splitlines() if path.exists() else []:
            row = json.loads(line)
            self.times[row["part"], row["text"], row["size"]] = row["time"]

    def add(self, part: str, text: str, size: int, took: float | str) -> None:
        """Keep a time."""
        self.times[part, text, size] = took
        row = {"part": part, "text": text, "size": size, "time": took}
        with self.path.open("a", encoding="utf8") as file:
            file.write(json.dumps(row) + "\n")

    def exponent(self, part: str, text: str, decades: int = 1) -> float:
        """RETURNS (float): The slope over the last decades of length; 0 where they are too
        short."""
        short, long = (self.times.get((part, text, SIZES[k])) for k in (-1 - decades, -1))
        if isinstance(short, str) or isinstance(long, str) or short is None or long is None:
            return 0.0
        return math.log10(long / max(short, SHORTEST / 10)) / decades if long > SHORTEST else 0.0

    def steepest(self, part: str, texts: Iterable[str], decades: int) -> str:
        found, text = max((self.exponent(part, text, decades), text) for text in texts)
        return f"{found:.2f} ({text})"

    def rows(self) -> Iterator[str]:
        """A line of Markdown a part: the ordinary note, the slowest text, the steepest one."""
        for part in dict.fromkeys(part for part, _, size in self.times if size == SIZES[-1]):
            longest = {t: x for (p, t, n), x in self.times.items() if p == part and n == SIZES[-1]}
            told = sorted(
                {x for (p, _, _), x in self.times.items() if p == part and isinstance(x, str)}
            )
            slow = max(longest, key=lambda t: x if isinstance(x := longest[t], float) else LIMIT)
            cells = (_shown(longest.get("note", "-")), f"{_shown(longest[slow])} ({slow})",
                     self.steepest(part, longest, 1), self.steepest(part, longest, 2),
                     ", ".join(told))  # fmt: skip
            yield f"| {part} | " + " | ".join(cells) + " |"


def _shown(took: float | str) -> str:
    return took if isinstance(took, str) else f"{took:.2f}"
