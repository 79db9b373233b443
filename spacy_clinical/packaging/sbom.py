"""A software bill of materials: what a pipeline is made of, as CycloneDX 1.6 JSON (ECMA-424)."""

import json
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import InvalidRequirement, Requirement
from spacy.language import Language

from ..exports.export_settings import name_system
from ..files import new_file
from .manifest import file_facts, list_files

SBOM = "sbom.cdx.json"
ROOTS = ("spacy-clinical", "spacy", "torch")
WEIGHTS = ("model", ".safetensors")


def make_sbom(nlp: Language, folder: Path) -> dict[str, Any]:
    """List the pipeline's files with their hashes, and the installed packages that it needs.

    nlp (Language): The pipeline.
    folder (Path): Where it is saved.
    RETURNS (dict[str, Any]): The bill. No time and no serial number: the same files and packages
        give the same bill.
    """
    name, version = name_system(nlp)
    own = f"{name}@{version}"
    packages = dict(_closure([*ROOTS, *_required(nlp)]))
    links = {ref: sorted(needs) for ref, (_, needs) in packages.items()}
    roots = sorted({_ref(root) for root in [*ROOTS, *_required(nlp)]} & links.keys())
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "machine-learning-model",
                "bom-ref": own,
                "name": name,
                "version": version,
                **_licences(nlp.meta.get("license") or ""),
            },
            "tools": {"components": [_library(distribution("spacy-clinical"), "spacy-clinical")]},
        },
        "components": [
            *(_library(found, ref) for ref, (found, _) in sorted(packages.items())),
            *_files(folder),
        ],
        "dependencies": [
            {"ref": own, "dependsOn": roots},
            *({"ref": ref, "dependsOn": needs} for ref, needs in sorted(links.items())),
        ],
    }


def write_sbom(nlp: Language, folder: Path) -> None:
    """Write the bill into a pipeline's folder.

    nlp (Language): The pipeline.
    folder (Path): Where it is saved.
    """
    data = json.dumps(make_sbom(nlp, folder), indent=1, ensure_ascii=False) + "\n"
    with new_file(folder / SBOM) as file:
        file.write(data.encode())


def _required(nlp: Language) -> list[str]:
    names = []
    for line in nlp.meta.get("requirements") or []:
        try:
            names.append(Requirement(line).name)
        except InvalidRequirement:
            continue
    return names


def _closure(names: Iterable[str]) -> Iterator[tuple[str, tuple[Distribution, set[str]]]]:
    """Installed packages, and what each needs of them, however far."""
    waiting, seen = [_ref(name) for name in names], set[str]()
    while waiting:
        ref = waiting.pop()
        if ref in seen:
            continue
        seen.add(ref)
        try:
            found = distribution(ref)
        except PackageNotFoundError:
            continue
        needs = {_ref(name) for name in _needs(found) if _is_installed(name)}
        waiting += needs
        yield ref, (found, needs)


def _needs(found: Distribution) -> Iterator[str]:
    environment = {str(k): str(v) for k, v in default_environment().items()} | {"extra": ""}
    for line in found.requires or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            yield requirement.name


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _ref(name: str) -> str:
    """A package's name in one spelling (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _library(found: Distribution, ref: str) -> dict[str, Any]:
    facts: Any = found.metadata
    return {
        "type": "library",
        "bom-ref": ref,
        "name": facts["Name"],
        "version": found.version,
        "purl": f"pkg:pypi/{_ref(facts['Name'])}@{found.version}",
        **_licences(facts.get("License-Expression") or "", expression=True),
    }


def _licences(text: str, *, expression: bool = False) -> dict[str, Any]:
    """A licence's name; an SPDX expression where that is known to be one (PEP 639)."""
    if not text:
        return {}
    found = {"expression": text} if expression else {"license": {"name": text}}
    return {"licenses": [found]}


def _files(folder: Path) -> Iterator[dict[str, Any]]:
    for name, path, kind in list_files(folder):
        if kind is None:
            facts = file_facts(path)
            yield {
                "type": "machine-learning-model" if name.endswith(WEIGHTS) else "file",
                "bom-ref": f"file:{name}",
                "name": name,
                "hashes": [{"alg": "SHA-256", "content": facts.sha256}],
            }
