"""Names in Chinese questions, which aren't cut into words: all of them, short forms too."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from ..tsv import read_rows

_DATA = Path(__file__).parent / "data"
_ENDS = ("手术", "术", "检查", "治疗")  # what questions leave out: "白内障" of "白内障手术"
_LEAST = 2  # characters of a name


def names_in(question: str, names: Iterable[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Find names.

    question (str): A question.
    names (Iterable[str]): All names that are known.
    YIELDS (tuple): Start, end and the names that are meant, the longest first, none in another.
    """
    known = {name for name in names if not name.isascii()}
    taken: set[int] = set()
    for words, meant in sorted(_forms(known).items(), key=lambda row: (-len(row[0]), row[0])):
        start = question.find(words)
        extent = range(start, start + len(words))
        if start >= 0 and taken.isdisjoint(extent):
            taken.update(extent)
            yield start, extent.stop, meant


def _forms(names: set[str]) -> dict[str, tuple[str, ...]]:
    """What names are called by, to the names that are meant."""
    forms: dict[str, tuple[str, ...]] = {name: (name,) for name in names if len(name) >= _LEAST}
    for end in _ENDS:
        mains = ((name.removesuffix(end), name) for name in names if name.endswith(end))
        for main, name in mains:
            if len(main) > 1:
                forms.setdefault(main, (name,))
    for short, wanted in _short_forms():
        kept = (name for name in names if any(_is_meant(name, one) for one in wanted))
        forms.setdefault(short, tuple(sorted(kept)))
    return {words: meant for words, meant in forms.items() if meant}


def _is_meant(name: str, wanted: str) -> bool:
    return name.endswith(wanted[1:]) if wanted.startswith("*") else name == wanted


@cache
def _short_forms() -> tuple[tuple[str, list[str]], ...]:
    rows = read_rows(_DATA / "short_forms_zh.tsv")
    return tuple((short, names.split("|")) for short, names in rows)
