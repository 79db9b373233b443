"""`package`: a pipeline as a wheel that holds no word of the texts it learned from."""

import json
from pathlib import Path
from typing import Any

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..errors import CommandError, Errors
from ..packaging.source_attributes import read_answers
from ..packaging.wheel import Made, PackageSettings, package
from ..tsv import read_utf8
from . import options
from .util import lenient_reading, open_trail, print_table


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
        given = {split: path for split, path in splits.items() if path is not None}
        made = package(
            model,
            output,
            PackageSettings(
                name, version, tuple(build.split(",")), licence, force, terminology, sbom, sign
            ),
            corpora=given,
            allowed=_read_words(allow),
            scores=_read_json(scores),
            external=_read_json(external),
            answers=read_answers(card),
            limits=read_utf8(limits) if limits else None,
            cases=cases,
            audit=open_trail(audit, actor=actor),
        )
        print_made(made)


def _read_json(path: Path | None) -> Any:
    text = "null" if path is None else read_utf8(path)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        told = {"where": f"'{path}'", "found": "no JSON", "expected": "a JSON file"}
        raise CommandError(Errors.SC010.format(**told)) from None


def _read_words(path: Path | None) -> frozenset[str]:
    return frozenset(read_utf8(path).split()) if path is not None else frozenset()


def print_made(made: Made) -> None:
    """Print where a package is, and what was searched for in it.

    made (Made): The package.
    """
    files = sorted((made.folder / "dist").glob("*")) or [made.folder]
    msg.good("Packaged: " + ", ".join(map(str, files)))
    if made.missing:
        msg.warn(f"{len(made.missing)} of the card's 31 source attributes are not given")
    for key in made.machine_paths:
        msg.warn(f"config.cfg holds a path of this machine: {key}")
    for name in made.without_base:
        msg.warn(
            f"The knowledge base of '{name}' isn't in the package. Name it at load: "
            f"spacy.load(PACKAGE, config={{'components.{name}.kb': FOLDER}}), or package with "
            "--terminology"
        )
    if made.report is None:
        msg.warn(
            "Not searched for words of the training texts: give them by --train, --dev, --eval"
        )
        return
    report = made.report
    rows = [
        ("words that only the texts have", report.words),
        ("of them searched as whole words of texts only", report.short),
        ("files", report.files),
        ("files and what was opened inside of them", report.parts),
        ("bytes", report.bytes),
        ("files of a terminology, passed over", report.terminology),
        ("words that stand there too", report.in_terminology),
        ("words found", sum(report.found.values())),
    ]
    print_table("Search", rows, ("", "count"))
