"""The manifest of a pipeline: every file with its size and SHA-256, and the versions it was made
with."""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from ..errors import Errors, PackageError
from ..files import new_file

MANIFEST = "MANIFEST.json"
SIGNATURE = "MANIFEST.json.sig"
FORMAT = "spacy-clinical-manifest-1"
MADE_WITH = ("spacy-clinical", "spacy", "thinc", "torch", "transformers", "safetensors")
MAX_BYTES = 1 << 26
_SHA256 = re.compile(r"[0-9a-f]{64}")


class FileFacts(NamedTuple):
    """What a manifest says of a file.

    size (int): In bytes.
    sha256 (str): In hexadecimal digits.
    """

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """A pipeline's files as they were packaged.

    files (dict[str, FileFacts]): By path inside the folder, with "/".
    versions (dict[str, str]): Of the packages that it was made with.
    """

    files: dict[str, FileFacts]
    versions: dict[str, str]

    def to_json(self) -> bytes:
        """RETURNS (bytes): As it is written, in one way only, with the SHA-256 of its rest."""
        files = {name: facts._asdict() for name, facts in sorted(self.files.items())}
        value: dict[str, Any] = {"format": FORMAT, "versions": self.versions, "files": files}
        own = hashlib.sha256(json.dumps(value).encode()).hexdigest()
        return (json.dumps({**value, "sha256": own}, indent=1) + "\n").encode()


def file_facts(path: Path) -> FileFacts:
    """RETURNS (FileFacts): Of a file, read in pieces."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileFacts(file.tell(), digest)


def list_files(folder: Path) -> Iterator[tuple[str, Path, str | None]]:
    """List what is in a folder, no link followed.

    folder (Path): The pipeline's.
    YIELDS (tuple[str, Path, str | None]): The name with "/", the path, and what it is if it is
        neither a file nor a folder.
    """
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = Path(entry.path)
        if entry.is_symlink():
            yield entry.name, path, "a link"
        elif entry.is_dir():
            for name, inner, kind in list_files(path):
                yield f"{entry.name}/{name}", inner, kind
        else:
            yield entry.name, path, None if entry.is_file() else "a device, socket or pipe"


def make_manifest(folder: Path) -> Manifest:
    """Describe a folder's files.

    folder (Path): The pipeline's.
    RETURNS (Manifest): Of all files but the manifest and its signature. Raises PackageError for a
        link.
    """
    files = {}
    for name, path, kind in list_files(folder):
        if kind is not None:
            raise PackageError(Errors.SC806.format(file=name, found=kind))
        if name not in (MANIFEST, SIGNATURE):
            files[name] = file_facts(path)
    return Manifest(files, dict(_versions()))


def write_manifest(folder: Path) -> str:
    """Write a folder's manifest into it.

    folder (Path): The pipeline's.
    RETURNS (str): Its SHA-256, which stands for all files.
    """
    data = make_manifest(folder).to_json()
    with new_file(folder / MANIFEST) as file:
        file.write(data)
    return hashlib.sha256(data).hexdigest()


def _versions() -> Iterator[tuple[str, str]]:
    for name in MADE_WITH:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    path (Path): The file.
    RETURNS (Manifest): Its contents. Raises PackageError where they aren't a manifest's.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES} bytes")
        data = path.read_bytes()
        manifest = _checked(json.loads(data))
        if manifest.to_json() != data:
            raise ValueError("it was changed after packaging")
        return manifest
    except (OSError, ValueError, RecursionError) as error:
        found = error if type(error) is ValueError else f"a {type(error).__name__}"
        raise PackageError(Errors.SC802.format(path=path, found=found)) from error


def _checked(value: Any) -> Manifest:
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise ValueError(f"its format isn't {FORMAT}")
    files, versions = value.get("files"), value.get("versions")
    if not isinstance(files, dict) or not isinstance(versions, dict):
        raise ValueError("it has no files or no versions")
    return Manifest(
        {name: _file_facts(name, facts) for name, facts in files.items()},
        {str(name): str(number) for name, number in versions.items()},
    )


def _file_facts(name: str, facts: Any) -> FileFacts:
    parts = PurePosixPath(name).parts
    if not parts or name != "/".join(parts) or ".." in parts or "\\" in name:
        raise ValueError("a name in it leads out of the folder")
    if not isinstance(facts, Mapping) or facts.keys() != {"size", "sha256"}:
        raise ValueError("a file in it has no size or no sha256")
    size, digest = facts["size"], facts["sha256"]
    if type(size) is not int or size < 0 or not _SHA256.fullmatch(str(digest)):
        raise ValueError("a size or a sha256 in it is none")
    return FileFacts(size, digest)
