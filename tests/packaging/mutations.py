"""Seeded damage to a pipeline's folder: what disks, networks and meddlers do to files."""

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random


def files_of(folder: Path) -> list[Path]:
    """All files with something in them, the manifest too."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.stat().st_size)


def cut(path: Path, chance: Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(len(data))])


def flip(path: Path, chance: Random) -> None:
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def grow(path: Path, chance: Random) -> None:
    path.write_bytes(path.read_bytes() + chance.randbytes(chance.randint(1, 40)))


def zeros(path: Path, chance: Random) -> None:
    data = bytearray(path.read_bytes())
    start = chance.randrange(len(data))
    data[start : start + 64] = bytes(b ^ 0xFF for b in data[start : start + 64])
    path.write_bytes(data)


def add(path: Path, chance: Random) -> None:
    path.with_name(f"extra{chance.randrange(1000)}.json").write_text("{}", encoding="utf-8")


def remove(path: Path, chance: Random) -> None:
    path.unlink()


def rename(path: Path, chance: Random) -> None:
    path.rename(path.with_name(f"{path.name}{chance.randrange(10)}"))


def link(path: Path, chance: Random) -> None:
    """The same bytes, by way of a link out of the folder."""
    root = next(p for p in path.parents if (p / "config.cfg").exists() or p == path.parent)
    outside = root.parent / f"outside{chance.randrange(10**9)}"
    shutil.move(path, outside)
    path.symlink_to(outside)


def swap(path: Path, chance: Random) -> None:
    """Its bytes and those of a file that has others, exchanged."""
    root = path.parent
    while not (root / "MANIFEST.json").exists():
        root = root.parent
    others = [p for p in files_of(root) if p.read_bytes() != path.read_bytes()]
    other = chance.choice(others)
    first, second = path.read_bytes(), other.read_bytes()
    path.write_bytes(second)
    other.write_bytes(first)


KINDS: dict[str, Callable[[Path, Random], None]] = {
    kind.__name__: kind for kind in (cut, flip, grow, zeros, add, remove, rename, link, swap)
}


def mutate(folder: Path, kind: str, chance: Random) -> Path:
    """Damage one file of a folder, in place.

    folder (Path): A copy of a pipeline.
    kind (str): A key of KINDS.
    chance (Random): Chooses the file and the place.
    RETURNS (Path): The file.
    """
    path = chance.choice(files_of(folder))
    KINDS[kind](path, chance)
    return path
