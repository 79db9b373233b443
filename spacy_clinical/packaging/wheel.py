"""A pipeline as a wheel that holds no word of the texts it learned from."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from typer import Option

from ..audit import Trail
from ..audit.drift_reference import REFERENCE, Reference, make_reference, write_reference
from ..audit.model_description import describe_model
from ..corpus.corpus_files import Corpus, read_corpus
from ..corpus.corpus_inventory import inspect_docs
from ..errors import CommandError, Errors
from ..evaluation.regression_cases import CasesSource, Regression, regress
from ..exports.export_settings import name_system
from ..files import new_file, place_folder, working_folder
from ..installed import as_pipeline
from ..result_tables import Message, Result
from ..tensors import weights_saved_in_half
from ..training.string_pruning import without_texts
from .adapter_bases import require_encoders
from .config_names import machine_paths
from .distributions import BUILDS, build_distributions
from .forgotten_paths import forget_weights
from .known_attributes import Known, known_attributes
from .leak_allowlist import public_texts, public_words
from .manifest import write_manifest
from .model_card import model_card
from .packaged_bases import Bases, forget_bases, place_bases
from .sbom import write_sbom
from .signature import check_key, sign_manifest
from .source_attributes import make_card, write_card
from .text_leaks import Report, Search, private_words, scan, search_table

SHOWN = 10
WITHOUT_BASE = (
    "The knowledge base of '{name}' isn't in the package. Name it at load: spacy.load(PACKAGE, "
    "config={{'components.{name}.kb': FOLDER}}), or package with --terminology"
)
NOT_SEARCHED = "Not searched for words of the training texts: give them by --train, --dev, --eval"


@dataclass(frozen=True)
class PackageSettings:
    """How to package.

    name (str | None): Package name, without the language; the pipeline's own if absent.
    version (str | None): Package version; the pipeline's own if absent.
    build (tuple[str, ...]): Names in BUILDS.
    licence (str | None): The package's licence; the pipeline's own if absent.
    force (bool): Replace the package if it is there.
    terminology (bool | None): Whether a linker's knowledge base goes in; absent: as `save_kb` says.
    sbom (bool): Put a bill of materials in (CycloneDX 1.6).
    sign (Path | None): Private key, PEM: sign the manifest (Ed25519).
    half (bool): Save the weights of networks in 16 bits: half the size; loaded they have 32 again.
    """

    name: Annotated[str | None, Option("--name", "-n")] = None
    version: Annotated[str | None, Option("--version", "-v")] = None
    build: tuple[str, ...] = ("wheel",)
    licence: Annotated[str | None, Option("--license")] = None
    force: Annotated[bool, Option("--force", "-f")] = False
    terminology: Annotated[bool | None, Option("--terminology/--no-terminology")] = None
    sbom: Annotated[bool, Option("--sbom")] = False
    sign: Annotated[Path | None, Option("--sign")] = None
    half: Annotated[bool, Option("--half")] = False


@dataclass
class Made:
    """A package.

    folder (Path): Where it is.
    report (Report | None): What the search found, None if no corpus was given.
    machine_paths (list[str]): Keys of the config whose values are paths of this machine.
    without_base (list[str]): Linkers whose knowledge base isn't in the package.
    missing (list[str]): Of the card's 31 source attributes, those that nobody gave.
    """

    folder: Path
    report: Report | None = None
    machine_paths: list[str] = field(default_factory=list)
    without_base: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def files(self) -> list[Path]:
        """RETURNS (list[Path]): What was built; the folder itself where nothing was."""
        return sorted((self.folder / "dist").glob("*")) or [self.folder]

    @property
    def warnings(self) -> list[str]:
        """RETURNS (list[str]): What the card and the package lack, and what wasn't searched for."""
        missing = f"{len(self.missing)} of the card's 31 source attributes are not given"
        found = [missing] if self.missing else []
        found += [f"config.cfg holds a path of this machine: {key}" for key in self.machine_paths]
        found += [WITHOUT_BASE.format(name=name) for name in self.without_base]
        return found if self.report else [*found, NOT_SEARCHED]


def package_results(made: Made) -> Iterator[Result]:
    """YIELDS (Result): What was built, what it lacks, and what was searched for."""
    yield Message("Packaged: " + ", ".join(map(str, made.files)))
    yield from (Message(warning, "warn") for warning in made.warnings)
    if made.report:
        yield search_table(made.report)


def package(
    model: str | Path | Language,
    output: str | Path,
    settings: PackageSettings = PackageSettings(),
    *,
    corpora: Mapping[str, Corpus | None] | None = None,
    allowed: frozenset[str] = frozenset(),
    scores: Mapping[str, Any] | None = None,
    external: Mapping[str, Any] | None = None,
    answers: Mapping[str, str] | None = None,
    limits: str | None = None,
    cases: CasesSource | None = None,
    audit: Trail | None = None,
) -> Made:
    """Make a package.

    model (str | Path | Language): The pipeline, its package's name, or its folder.
    output (str | Path): The folder to write into.
    settings (PackageSettings): How.
    corpora (Mapping[str, Corpus] | None): What it learned from, by split; without them nothing is
        searched for.
    allowed (frozenset[str]): Words that may be in the package.
    scores, external (Mapping[str, Any] | None): For the card: what `evaluate` wrote of test data,
        and of data of another source.
    answers (Mapping[str, str] | None): For the card: what only people know, by attribute.
    limits (str | None): For the card.
    cases (str | Path | Iterable[Mapping] | None): What must hold, see `regress`, before anything
        is written.
    audit (Trail | None): Record it there.
    RETURNS (Made): The package. Raises CommandError if it holds words of the corpora, or a case
        fails.
    """
    nlp, output = as_pipeline(model), Path(output)
    given = {split: corpus for split, corpus in (corpora or {}).items() if corpus is not None}
    docs = {split: list(read_corpus(x, spacy.blank("xx"))) for split, x in given.items()}
    _check(settings)
    passed = None if cases is None else _check_cases(regress(nlp, cases))
    without_base = place_bases(nlp, settings.terminology)
    search = _make_search(nlp, docs, allowed) if docs else None
    _set_meta(nlp, settings)
    require_encoders(nlp)
    with working_folder(output / "package") as folder:
        model = folder / "model"
        with weights_saved_in_half() if settings.half else nullcontext():
            without_texts(nlp).to_disk(model)
        forget_bases(nlp, model)
        forget_weights(model)
        corpora_found = {split: inspect_docs(some) for split, some in docs.items()}
        known = Known(nlp, corpora_found, docs, scores, external, limits, cases=passed)
        known.reference = _add_reference(nlp, docs, model)
        card = make_card(*name_system(nlp), known_attributes(known), answers or {})
        write_card(card, model)
        text = model_card(
            nlp, corpora=corpora_found, scores=scores, report=_search(model, search), limits=limits
        )
        (model / "README.md").write_text(text, encoding="utf-8")
        _complete_meta(model, folder / "tried", settings)
        manifest = _seal(nlp, model, settings)
        built = _build(model, folder / "built", settings)
        made = Made(
            output / built.name,
            _search(built, search),
            machine_paths(model / "config.cfg"),
            without_base,
            [attribute.key for attribute in card.missing],
        )
        if made.report is not None:
            with new_file(built / "search.json") as file:
                file.write(json.dumps(made.report.to_dict(), indent=2).encode())
        _move(built, made.folder, settings)
    if audit is not None:
        audit.event("package", **_recorded(nlp, made, manifest, docs))
    return made


def _check_cases(found: Regression) -> Regression:
    if found.failed:
        shown = found.failed[:SHOWN]
        told = "\n".join(f"{r.case}: {r.what}: {r.grade} {r.found}".rstrip() for r in shown)
        n = len(found.failed)
        raise CommandError(Errors.SC951.format(n=n, shown=len(shown), cases=told))
    return found


def _seal(nlp: Language, model: Path, settings: PackageSettings) -> str:
    """Write what tells of the other files, in order. RETURNS (str): The manifest's SHA-256."""
    if settings.sbom:
        write_sbom(nlp, model)
    manifest = write_manifest(model)
    if settings.sign is not None:
        sign_manifest(model, settings.sign)
    return manifest


def _add_reference(nlp: Language, docs: Mapping[str, list[Doc]], model: Path) -> Reference | None:
    """Count what the pipeline finds in notes that it hasn't learned from, for `drift`."""
    split = next((name for name in ("eval", "test", "dev") if docs.get(name)), None)
    if split is None:
        return None
    reference = make_reference(nlp, (doc.text for doc in docs[split]))
    write_reference(reference, model / REFERENCE)
    return reference


def _recorded(
    nlp: Language, made: Made, manifest: str, docs: Mapping[str, list[Doc]]
) -> dict[str, Any]:
    """What the trail says of a package: it is known by its manifest."""
    found = describe_model(nlp, manifest)
    corpora = {split: len(some) for split, some in docs.items()}
    return {"model": found, "package": made.folder.name, "corpora": corpora}


def _check(settings: PackageSettings) -> None:
    for build in settings.build:
        if build not in BUILDS:
            known = ", ".join(BUILDS)
            raise CommandError(Errors.SC519.format(what="build", name=build, known=known))
    if settings.sign is not None:
        check_key(settings.sign)


def _set_meta(nlp: Language, settings: PackageSettings) -> None:
    given = {"name": settings.name, "version": settings.version, "license": settings.licence}
    nlp.meta.update({key: value for key, value in given.items() if value is not None})


def _make_search(
    nlp: Language, corpora: Mapping[str, list[Doc]], allowed: frozenset[str]
) -> Search:
    public = public_words(nlp) | allowed
    docs = (doc for split in corpora.values() for doc in split)
    words = private_words(docs, public)
    return Search(words, public, public_texts(nlp), Bases.of(nlp))


def _search(folder: Path, search: Search | None) -> Report | None:
    """Search a folder. Raises CommandError if there is anything."""
    if search is None:
        return None
    report = scan(folder, search)
    if report.found:
        rows = [f"{name} ({n}, first: {report.first[name]})" for name, n in report.found.items()]
        raise CommandError(Errors.SC531.format(files="; ".join(rows)))
    return report


def _build(model: Path, folder: Path, settings: PackageSettings) -> Path:
    from spacy.cli.package import package as spacy_package

    folder.mkdir()
    spacy_package(model, folder, create_sdist=False, create_wheel=False, silent=True)
    (built,) = folder.iterdir()
    build_distributions(built, settings.build)
    shutil.rmtree(built / "build", ignore_errors=True)
    return built


def _complete_meta(model: Path, folder: Path, settings: PackageSettings) -> None:
    """Write meta.json as a build leaves it: spaCy adds the requirements, and its setup.py copies
    that file over the pipeline's, after the manifest was made."""
    built = _build(model, folder, replace(settings, build=("none",)))
    os.replace(built / "meta.json", model / "meta.json")
    shutil.rmtree(folder)


def _move(built: Path, target: Path, settings: PackageSettings) -> None:
    if target.exists() and not settings.force:
        raise CommandError(Errors.SC530.format(path=target))
    place_folder(built, target)
