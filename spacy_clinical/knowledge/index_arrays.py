"""The arrays of a base's index, opened together: of the right types, and as long as one another."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import Errors, KnowledgeError
from .array_files import Array, load

# Kinds of values by an array's name, or its last word; all others are signed numbers.
KINDS = {
    **dict.fromkeys(("hashes", "keys", "words", "filter", "counts"), "u"),
    **dict.fromkeys(("idf", "norms", "weights"), "f"),
    "ids": "S",
    "type_ids": "i",
}
# Arrays whose values belong together, one of each: by the last words of their names.
TOGETHER = (
    ("hashes", "owners"),
    ("concepts", "positions"),
    ("keys", "numbers", "idf"),
    ("terms", "counts"),
    ("names", "weights"),
)
# What an array of starts cuts: its first start is 0, its last one the length of this.
CUT = {
    "near_starts": "near_terms",
    "words_starts": "words_terms",
    "near_lists": "near_names",
    "rare_lists": "rare_names",
    "type_starts": "type_ids",
    "parent_starts": "parents",
    "child_starts": "children",
}
# Arrays with a value more than others have: a start for each of these, and the end.
ONE_MORE = {
    "ids": ("concept_starts", "crossref_starts", "type_starts"),
    "near_norms": ("near_starts",),
    "words_norms": ("words_starts",),
}


def load_arrays(folder: Path, names: Sequence[str]) -> dict[str, Array]:
    """Map arrays into memory.

    folder (Path): The index of a base.
    names (Sequence[str]): Of the arrays.
    RETURNS (dict[str, Array]): By name. Raises KnowledgeError if one is missing, cut off, of
        another type, or not as long as those that it belongs to.
    """
    arrays = {name: load(folder / f"{name}.npy") for name in names}
    for name, array in arrays.items():
        kind = KINDS.get(name) or KINDS.get(name.split("_")[-1], "i")
        if array.ndim != 1 or array.dtype.kind != kind:
            raise _broken(folder, name, f"{array.ndim} dimensions of {array.dtype}")
    for name in _unfitting(arrays):
        raise _broken(folder, name, "another length than what belongs to it")
    return arrays


def check_counts(folder: Path, meta: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """Raise KnowledgeError where kb.json is of another base than the index.

    folder (Path): The index of a base.
    meta (Mapping): What kb.json says.
    arrays (Mapping[str, Array]): The index, by name.
    """
    for count, name in (("concepts", "ids"), ("names", "name_concepts")):
        if meta.get(count, len(arrays[name])) != len(arrays[name]):
            raise _broken(folder, name, f"another number of {count} than kb.json has")


def never_negative(numbers: Array) -> Array:
    """RETURNS (Array): The same numbers. Raises IndexError for one below 0, which numpy would count
    from the end: a damaged base would give another concept than the name's."""
    if len(numbers) and min(numbers) < 0:
        raise IndexError
    return numbers


@contextmanager
def telling_damage(folder: Path) -> Iterator[None]:
    """Raise KnowledgeError for what the numbers or texts of a damaged base bring about.

    folder (Path): The base.
    """
    try:
        yield
    except KnowledgeError:
        raise
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, MemoryError) as error:
        found = type(error).__name__
        raise KnowledgeError(Errors.SC611.format(path=folder, error=found)) from error


def _unfitting(arrays: Mapping[str, Array]) -> Iterator[str]:
    for starts, values in CUT.items():
        if starts in arrays and not _cuts(arrays[starts], len(arrays[values])):
            yield starts
    for name, others in ONE_MORE.items():
        if name in arrays:
            yield from (x for x in others if len(arrays[x]) != len(arrays[name]) + 1)
    for prefix in {name.rpartition("_")[0] for name in arrays}:
        for group in TOGETHER:
            found = [f"{prefix}_{word}" for word in group if f"{prefix}_{word}" in arrays]
            if len({len(arrays[name]) for name in found}) > 1:
                yield found[0]


def _cuts(starts: Array, length: int) -> bool:
    return len(starts) > 0 and starts[0] == 0 and starts[-1] == length


def _broken(folder: Path, name: str, error: str) -> KnowledgeError:
    return KnowledgeError(Errors.SC611.format(path=folder / f"{name}.npy", error=error))
