"""Notes with hand-marked sentences."""

from pathlib import Path

FOLDER = Path(__file__).parent / "data"


def read_gold(name: str) -> list[tuple[str, list[int]]]:
    """RETURNS (list[tuple[str, list[int]]]): Text and sentence starts of each note."""
    lines = (FOLDER / f"sentences_{name}.txt").read_text(encoding="utf-8").split("\n")
    notes = "\n".join(line for line in lines if not line.startswith("# ")).split("\n===\n")
    return [_unmark(note.strip("\n")) for note in notes]


def _unmark(note: str) -> tuple[str, list[int]]:
    starts, text = [0], ""
    for part in note.split("¦"):
        text += part
        starts.append(len(text))
    return text, starts[:-1]
