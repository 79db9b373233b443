"""`package`: a pipeline as a wheel that holds no word of the texts it learned from."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..json_io import read_json
from ..packaging.leak_allowlist import read_words
from ..packaging.source_attributes import read_answers
from ..packaging.text_leaks import search_table
from ..packaging.wheel import PackageSettings, package
from ..tsv import read_utf8
from . import options
from .util import lenient_reading, open_trail, print_tables


def package_cli(
    model: str = Arg(..., help="Folder of a pipeline, or an installed one"),
    output: Path = Arg(..., help="Folder to write the package into"),
    name: str | None = Opt(None, "--name", "-n", help="Package name, without the language"),
    version: str | None = Opt(None, "--version", "-v", help="Package version"),
    build: str = Opt("wheel", "--build", "-b", help="wheel, sdist, none, or several: wheel,sdist"),
    train: Path | None = Opt(None, "--train", help="Training corpus: described and searched for"),
    dev: Path | None = Opt(None, "--dev", help="Development corpus, likewise"),
    test: Path | None = Opt(None, "--eval", help="Evaluation corpus, likewise"),
    allow: Path | None = Opt(
        None, "--allow", help="Text file, such as a terminology, whose words may be there"
    ),
    scores: Path | None = Opt(None, "--scores", help="JSON of `clinical evaluate`, for the card"),
    external: Path | None = Opt(
        None, "--external-scores", help="The same of notes of another source, for the card"
    ),
    card: Path | None = Opt(
        None, "--card", help="YAML: what only people know of the model, by attribute (`card check`)"
    ),
    limits: Path | None = Opt(None, "--limits", help="Markdown on use and limits, for the card"),
    cases: Path | None = Opt(None, "--cases", help="Cases that must hold, see `regress`"),
    licence: str | None = Opt(None, "--license", help="The package's licence"),
    terminology: bool | None = Opt(
        None,
        "--terminology/--no-terminology",
        help="Whether a linker's knowledge base goes into the package; absent: as `save_kb` says",
    ),
    sbom: bool = Opt(False, "--sbom", help="Put a bill of materials in (CycloneDX 1.6)"),
    sign: Path | None = Opt(None, "--sign", help="Private key, PEM: sign the manifest (Ed25519)"),
    force: bool = Opt(False, "--force", "-f", help="Replace the package if it is there"),
    audit: options.AuditFolder = None,
    actor: options.Actor = "",
    lenient: options.Lenient = False,
) -> None:
    """
    Package a pipeline with a model card. Its vocabulary is cut down to what it needs; every file,
    the wheel opened, is searched for words that only the corpora have, and if there are any, no
    package is left.
    """
    with lenient_reading(lenient, output / "package", force=force):
        splits = {"train": train, "dev": dev, "eval": test}
        builds = tuple(build.split(","))
        made = package(
            model,
            output,
            PackageSettings(name, version, builds, licence, force, terminology, sbom, sign),
            corpora={split: path for split, path in splits.items() if path is not None},
            allowed=read_words(allow),
            scores=read_json(scores),
            external=read_json(external),
            answers=read_answers(card),
            limits=read_utf8(limits) if limits else None,
            cases=cases,
            audit=open_trail(audit, actor=actor),
        )
        msg.good("Packaged: " + ", ".join(map(str, made.files)))
        for warning in made.warnings:
            msg.warn(warning)
        print_tables([search_table(made.report)] if made.report else [])
