"""`package`: a pipeline as a wheel that holds no word of the texts it learned from."""

from dataclasses import replace
from pathlib import Path

from spacy.cli._util import Arg, Opt

from ..json_io import read_json
from ..packaging.leak_allowlist import read_words
from ..packaging.source_attributes import read_answers
from ..packaging.wheel import PackageSettings, package, package_results
from ..tsv import read_utf8
from . import options
from .util import app, lenient_reading, open_trail, print_results


@app.command("package")
def package_cli(
    settings: PackageSettings,
    model: str = Arg(..., help="Folder of a pipeline, or an installed one"),
    output: Path = Arg(..., help="Folder to write the package into"),
    build: str = Opt("wheel", "--build", "-b", help="wheel, sdist, none, or several: wheel,sdist"),
    train: Path | None = Opt(None, help="Training corpus: described and searched for"),
    dev: Path | None = Opt(None, help="Development corpus, likewise"),
    test: Path | None = Opt(None, "--eval", help="Evaluation corpus, likewise"),
    allow: Path | None = Opt(None, help="Text file whose words may be there: a terminology..."),
    scores: Path | None = Opt(None, help="JSON of `clinical evaluate`, for the card"),
    external: Path | None = Opt(None, "--external-scores", help="Likewise, of another source"),
    card: Path | None = Opt(None, help="YAML: what only people know of it, see `card check`"),
    limits: Path | None = Opt(None, help="Markdown on use and limits, for the card"),
    cases: Path | None = Opt(None, help="Cases that must hold, see `regress`"),
    audit: options.AuditFolder = None,
    actor: options.Actor = "",
    lenient: options.Lenient = False,
) -> None:
    """Package a pipeline with a model card. Its vocabulary is cut down to what it needs; every
    file, the wheel opened, is searched for words that only the corpora have, and if there are any,
    no package is left."""
    with lenient_reading(lenient, output / "package", force=settings.force):
        made = package(
            model,
            output,
            replace(settings, build=tuple(build.split(","))),
            corpora={"train": train, "dev": dev, "eval": test},
            allowed=read_words(allow),
            scores=read_json(scores),
            external=read_json(external),
            answers=read_answers(card),
            limits=read_utf8(limits) if limits else None,
            cases=cases,
            audit=open_trail(audit, actor=actor),
        )
        print_results(package_results(made))
