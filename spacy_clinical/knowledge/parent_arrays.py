"""Which concept is a kind of which: two arrays of a base, and the walks along them.

parent_starts.npy and parents.npy hold each concept's parents by their numbers, child_starts.npy and
children.npy the same the other way round. Bases that were built before have none of them.
"""

from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy

from .array_files import Array, save
from .index_arrays import load_arrays, telling_damage
from .name_forms import hash_name

FILES = ("parent_starts", "parents", "child_starts", "children")


class ParentWriter:
    """Remembers who is whose parent by hashes of identifiers, which may still be to come."""

    def __init__(self) -> None:
        self._children = array("i")
        self._parents = array("Q")

    def add(self, number: int, parents: Iterable[str]) -> None:
        """Note what concept number `number` is a kind of."""
        for parent in parents:
            self._children.append(number)
            self._parents.append(hash_name(parent))

    def write(self, folder: Path, ids: Sequence[bytes]) -> int:
        """Write the arrays.

        folder (Path): For them.
        ids (Sequence[bytes]): The identifiers of all concepts, by number.
        RETURNS (int): How many parents there are; those that the base lacks aren't counted.
        """
        hashes = numpy.array([hash_name(id.decode("utf-8")) for id in ids], "uint64")
        order = numpy.argsort(hashes, kind="stable")
        wanted = numpy.array(self._parents, "uint64")
        places = numpy.minimum(numpy.searchsorted(hashes[order], wanted), max(len(ids) - 1, 0))
        owners = order[places] if len(ids) else places
        known = hashes[owners] == wanted if len(wanted) else numpy.zeros(0, bool)
        pairs = numpy.stack([numpy.array(self._children, "int64")[known], owners[known]], axis=1)
        pairs = numpy.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
        _save(folder, ("parent_starts", "parents"), pairs, len(ids))
        _save(folder, ("child_starts", "children"), pairs[:, ::-1], len(ids))
        return len(pairs)


class Hierarchy:
    """The parents and children of a base's concepts.

    folder (Path): The base's index. Raises KnowledgeError where it has no parents.
    """

    def __init__(self, folder: Path):
        self._folder, self._arrays = folder.parent, load_arrays(folder, FILES)

    def parents(self, number: int) -> Array:
        """RETURNS (Array): The numbers of a concept's parents."""
        return self._row("parent_starts", "parents", number)

    def ancestors(self, number: int) -> dict[int, int]:
        """RETURNS (dict[int, int]): Number of each ancestor, and how many steps it is away; a
        cycle, as some terminologies have them, ends where it comes back."""
        return self._walk("parent_starts", "parents", number)

    def descendants(self, number: int) -> dict[int, int]:
        """RETURNS (dict[int, int]): Number of each descendant, and how many steps it is away."""
        return self._walk("child_starts", "children", number)

    def _row(self, starts: str, values: str, number: int) -> Array:
        with telling_damage(self._folder):
            first, last = self._arrays[starts][number : number + 2]
            return self._arrays[values][first:last]

    def _walk(self, starts: str, values: str, number: int) -> dict[int, int]:
        found, layer = {number: 0}, [number]
        while layer:
            following: dict[int, int] = {}
            for one in layer:
                for other in self._row(starts, values, one).tolist():
                    if other not in found:
                        following[other] = found[one] + 1
            found |= following
            layer = list(following)
        del found[number]
        return found


def has_parents(folder: Path) -> bool:
    """RETURNS (bool): Whether a base's index holds parents."""
    return (folder / f"{FILES[0]}.npy").is_file()


def _save(folder: Path, names: tuple[str, str], pairs: Array, count: int) -> None:
    """Write the second of each pair by the first."""
    pairs = pairs[numpy.lexsort((pairs[:, 1], pairs[:, 0]))]
    starts = numpy.searchsorted(pairs[:, 0], numpy.arange(count + 1))
    save(folder / f"{names[0]}.npy", starts.astype("int64"))
    save(folder / f"{names[1]}.npy", pairs[:, 1].astype("int32"))
