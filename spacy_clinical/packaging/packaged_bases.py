"""The knowledge bases of a pipeline's components, on their way into a package."""

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

import srsly
from spacy.language import Language
from thinc.api import Config

from ..knowledge.base_builder import CONCEPTS
from ..pipeline.linking.knowledge_pipe import FOLDER, KnowledgePipe
from .file_parts import Part


def linkers(nlp: Language) -> dict[str, KnowledgePipe]:
    """RETURNS (dict[str, KnowledgePipe]): A pipeline's components on a base, by name."""
    return {name: pipe for name, pipe in nlp.pipeline if isinstance(pipe, KnowledgePipe)}


def place_bases(nlp: Language, inside: bool | None) -> list[str]:
    """Settle whether bases are saved inside the pipeline.

    nlp (Language): The pipeline.
    inside (bool | None): Whether they are; None for as each one's `save_kb` says.
    RETURNS (list[str]): The components whose base isn't.
    """
    found = linkers(nlp)
    for linker in found.values():
        if inside is not None:
            linker.cfg["save_kb"] = inside
    return [name for name, linker in found.items() if not linker.cfg["save_kb"]]


def forget_bases(nlp: Language, model: Path) -> None:
    """Take the ways to bases of this machine out of a saved pipeline.

    nlp (Language): The pipeline.
    model (Path): Where it was saved.
    """
    config = Config().from_disk(model / "config.cfg", interpolate=False)
    for name, linker in linkers(nlp).items():
        for section in (config["components"], config["initialize"]["components"]):
            if FOLDER in section.get(name, {}):
                section[name][FOLDER] = None
        if not linker.cfg["save_kb"]:
            cfg = srsly.read_json(model / name / "cfg")
            srsly.write_json(model / name / "cfg", {**cfg, FOLDER: None})
    config.to_disk(model / "config.cfg")


class Bases:
    """Knowledge bases that a package may hold as they are: their words come from terminologies, not
    from the texts that a pipeline has seen.

    folders (Iterable[Path]): Where they are.
    """

    def __init__(self, folders: Iterable[Path]):
        self.folders = list(folders)
        files = (path for folder in self.folders for path in folder.rglob("*") if path.is_file())
        self._digests = {sha256(path.read_bytes()).digest() for path in files}

    @classmethod
    def of(cls, nlp: Language) -> "Bases":
        """RETURNS (Bases): Those that are saved inside a pipeline."""
        inside = (linker for linker in linkers(nlp).values() if linker.cfg["save_kb"])
        return cls(linker.kb.folder for linker in inside)

    def have(self, part: Part) -> bool:
        """RETURNS (bool): Whether a part is one of their files, byte by byte."""
        return bool(self._digests) and sha256(part.data).digest() in self._digests

    def texts(self) -> Iterator[str]:
        """YIELDS (str): The names and the definition of each concept."""
        for folder in self.folders:
            with (folder / CONCEPTS).open(encoding="utf-8") as lines:
                for concept in map(json.loads, lines):
                    names = [concept["canonical_name"], *concept["aliases"]]
                    yield " ".join([*names, concept["definition"] or ""])
