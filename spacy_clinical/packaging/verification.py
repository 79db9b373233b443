"""Check a packaged pipeline's files before anything is built from them."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import spacy
from spacy.language import Language

from ..audit.drift_reference import REFERENCE
from ..encoder_library import need_encoders
from ..errors import Errors, PackageError
from ..pipeline.linking.knowledge_pipe import FOLDER
from ..pipeline_folder import find_folder
from ..result_tables import COUNT, Message, Result, Table
from .config_names import TRUSTED, leads_outside, named_functions, outside_paths, read_config
from .manifest import (
    MANIFEST,
    SIGNATURE,
    FileFacts,
    Manifest,
    file_facts,
    list_files,
    read_manifest,
)
from .pickle_search import Damaged, find_pickle
from .signature import check_signature

SHOWN = 10


@dataclass(frozen=True)
class Verified:
    """A pipeline whose files are those that were packaged.

    folder (Path): Where they are.
    files (int): How many, without the manifest.
    bytes (int): Of all of them.
    functions (int): Names of functions in its config, all of packages that are allowed.
    manifest (str): The manifest's SHA-256: one number that stands for all files.
    signed (bool): Whether the signature was checked, and is that key's.
    versions (dict[str, str]): What it was packaged with.
    """

    folder: Path
    files: int
    bytes: int
    functions: int
    manifest: str
    versions: dict[str, str]
    signed: bool = False


def verify(
    model: str | Path,
    *,
    manifest: str | Path | None = None,
    allow: Collection[str] = (),
    only: Collection[str] | None = None,
    public_key: str | Path | None = None,
) -> Verified:
    """Check that a pipeline's files are those that were packaged, and hold no code.

    model (str | Path): An installed package or a folder. Nothing of it is imported or built.
    manifest (str | Path | None): A manifest that was kept elsewhere, in place of the folder's own.
    allow (Collection[str]): Packages whose functions the config may name, beside TRUSTED.
    only (Collection[str] | None): Components that are to be loaded, None for all.
    public_key (str | Path | None): The key, PEM, whose signature the manifest must have.
    RETURNS (Verified): What was checked. Raises PackageError that names every file that is missing,
        added, changed, a link, damaged or pickle, and what the config may not name.
    """
    folder = find_folder(model)
    path = Path(manifest) if manifest is not None else folder / MANIFEST
    if not path.is_file() or (manifest is None and path.is_symlink()):
        raise PackageError(Errors.SC801.format(folder=folder, name=MANIFEST))
    known = read_manifest(path)
    if public_key is not None:
        check_signature(path, path.with_name(f"{path.name}.sig"), public_key)
    for problems in (_files(folder, known), _contents(folder, known), _bases(folder, known)):
        _raise_any(folder, list(problems))
    config = read_config(folder, only)
    named = list(named_functions(config))
    allowed = TRUSTED | {package.replace("-", "_") for package in allow}
    strange = [_strange(*name) for name in named if name.package not in allowed]
    paths = [Errors.SC809.format(file="config.cfg", key=key) for key in outside_paths(config)]
    _raise_any(folder, strange + paths)
    total = sum(facts.size for facts in known.files.values())
    digest = sha256(path.read_bytes()).hexdigest()
    return Verified(
        folder, len(known.files), total, len(named), digest, known.versions, public_key is not None
    )


def load(
    model: str | Path,
    *,
    verify: bool = True,
    only: Collection[str] | None = None,
    allow: Collection[str] = (),
    public_key: str | Path | None = None,
    config: dict[str, object] | None = None,
) -> Language:
    """Load a pipeline, its files checked before anything is built.

    model (str | Path): An installed package, whose own code isn't run, or a folder.
    verify (bool): Check it, see `verify`.
    only (Collection[str] | None): Components to load, None for all; no other is built.
    allow (Collection[str]): Packages whose functions the config may name.
    public_key (str | Path | None): The key, PEM, whose signature the manifest must have. Not
        without `verify`.
    config (dict[str, object] | None): Changes to the config, as for `spacy.load`.
    RETURNS (Language): The pipeline. Raises PackageError where it can't be trusted or loaded.
    """
    if public_key is not None and not verify:
        raise PackageError(Errors.SC818)
    folder = find_folder(model)
    if verify:
        _verify(folder, only=only, allow=allow, public_key=public_key)
    pipeline = read_config(folder, only)["nlp"]["pipeline"]
    exclude = [name for name in pipeline if only is not None and name not in only]
    need_encoders(folder)
    try:
        return spacy.load(folder, exclude=exclude, config=config or {})
    except PackageError:
        raise
    except Exception as error:  # spaCy's parts have no common one
        kind = type(error).__name__
        raise PackageError(Errors.SC813.format(folder=folder, kind=kind)) from error


_verify = verify  # `load` has an argument of that name


def find_reference(name: str) -> Path:
    """Find what a pipeline's notes held.

    name (str): A reference's file, or a pipeline that was packaged with a corpus: an installed
        package or a folder.
    RETURNS (Path): The file. Raises CommandError where there is no such pipeline.
    """
    path = Path(name)
    return path if path.is_file() else find_folder(name) / REFERENCE


def verification_results(found: Verified) -> list[Result]:
    """RETURNS (list[Result]): What `verify` looked at; what the pipeline was made with; the
    manifest."""
    rows = [
        ("files, none missing, added or changed", found.files),
        ("bytes", found.bytes),
        ("files with pickle", 0),
        ("functions in the config, all allowed", found.functions),
    ]
    made = [f"made with {name} {number}" for name, number in found.versions.items()]
    signed = ", signed by the key" if found.signed else ""
    done = Message(f"{found.folder}: manifest {found.manifest}{signed}")
    return [Table("Verified", COUNT, rows, made), done]


def _raise_any(folder: Path, problems: list[str]) -> None:
    """Raise one problem as it is, several as a list."""
    if len(problems) == 1:
        raise PackageError(problems[0])
    if problems:
        shown = problems[:SHOWN]
        message = Errors.SC815.format(
            n=len(problems), folder=folder, shown=len(shown), problems="\n".join(shown)
        )
        raise PackageError(message)


def _files(folder: Path, known: Manifest) -> Iterator[str]:
    """What is missing, added, changed, or no file."""
    there = set()
    for name, path, kind in list_files(folder):
        there.add(name)
        if kind is not None:
            yield Errors.SC806.format(file=_shown(name), found=kind)
        elif name in known.files:
            yield from _changed(name, path, known.files[name])
        elif name not in (MANIFEST, SIGNATURE):
            yield Errors.SC804.format(file=_shown(name))
    for name in sorted(known.files.keys() - there):
        yield Errors.SC803.format(file=_shown(name))


def _changed(name: str, path: Path, facts: FileFacts) -> Iterator[str]:
    try:
        size = path.stat().st_size
        if size != facts.size:
            found = f"{size} bytes, where {facts.size} were packaged"
            yield Errors.SC805.format(file=_shown(name), found=found)
        elif file_facts(path) != facts:
            yield Errors.SC805.format(file=_shown(name), found="the same size, another SHA-256")
    except OSError as error:
        yield Errors.SC814.format(file=_shown(name), error=error.strerror)


def _contents(folder: Path, known: Manifest) -> Iterator[str]:
    """What holds pickle, or claims sizes that aren't there."""
    for name in sorted(known.files):
        try:
            found = find_pickle(folder / name)
        except Damaged as error:
            yield Errors.SC810.format(file=_shown(name), found=error)
        else:
            if found is not None:
                yield Errors.SC807.format(file=_shown(name), found=found)


def _bases(folder: Path, known: Manifest) -> Iterator[str]:
    """Ways to knowledge bases elsewhere, in the linkers' own settings."""
    for name in sorted(known.files):
        if name.rpartition("/")[2] != "cfg":
            continue
        try:
            settings = json.loads((folder / name).read_bytes())
        except (ValueError, RecursionError) as error:
            yield Errors.SC810.format(file=_shown(name), found=f"a {type(error).__name__}")
            continue
        base = settings.get(FOLDER) if isinstance(settings, dict) else None
        if isinstance(base, str) and leads_outside(base):
            yield Errors.SC809.format(file=_shown(name), key=FOLDER)


def _strange(key: str, name: str, package: str | None) -> str:
    found = f"of the package '{package}'" if package else "none that is installed"
    return Errors.SC808.format(key=key, name=name, found=found)


def _shown(name: str) -> str:
    """A name as every terminal can print it."""
    return name.encode("unicode_escape").decode()
