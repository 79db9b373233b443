"""Where a pipeline lies, and what tells it from others. Nothing of spaCy is imported for it."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from .errors import CommandError, Errors


def find_folder(model: str | Path) -> Path:
    """Find a pipeline's folder without importing it.

    model (str | Path): An installed package or a folder.
    RETURNS (Path): The folder with config.cfg. Raises CommandError where there is none.
    """
    if (Path(model) / "config.cfg").is_file():
        return Path(model)
    spec = find_spec(str(model)) if str(model).isidentifier() else None
    for root in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted(Path(root).glob(f"{model}-*/config.cfg")):
            return path.parent
    raise no_pipeline(model)


def no_pipeline(name: str | Path) -> CommandError:
    """RETURNS (CommandError): What stands under a name that is no pipeline."""
    path = Path(name)
    what = "a folder without config.cfg and meta.json" if path.is_dir() else "a file"
    found = f"it is {what}" if path.exists() else "neither an installed package nor a folder"
    return CommandError(Errors.SC501.format(name=name, found=found))


def fingerprint_folder(folder: str | Path) -> str:
    """Tell a pipeline's folder from every other one.

    folder (str | Path): Where it was saved.
    RETURNS (str): A hash of its files.
    """
    found = hashlib.blake2b(digest_size=16)
    for file in sorted(Path(folder).rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            found.update(file.relative_to(folder).as_posix().encode())
            found.update(hashlib.blake2b(file.read_bytes()).digest())
    return found.hexdigest()
