"""`init-config`: a training config for the labels of a corpus."""

from dataclasses import replace
from pathlib import Path

from spacy.cli._util import Arg, Opt

from ..result_tables import Message
from ..training.config_options import Wishes
from ..training.config_writing import init_config, next_commands, plan_tables
from . import options
from .util import app, lenient_reading, listed, print_results


@app.command("init-config", builds=True)
def init_config_cli(
    wishes: Wishes,
    output: Path = Arg(..., help="The config to write, such as my.cfg"),
    train: Path = Opt(..., "--train", "-t", exists=True, help=options.CORPUS),
    dev: Path | None = Opt(None, "--dev", "-d", exists=True, help="The same, to measure on"),
    model: str | None = Opt(None, "--from", "-f", help="Pipeline that is to learn them too"),
    tasks: str = Opt("", help="Of ner,rel,concepts,assertion,linker; else what is annotated"),
    encoder: options.Encoder = None,
    symmetric: str = Opt("", help="Relation labels without direction, by commas"),
    force: bool = Opt(False, "--force", "-F", help="Replace a config that is there"),
    lenient: options.Lenient = False,
) -> None:
    """Write a config that trains on your corpus: its labels, what may be related to what, the
    architecture that its mentions need, a schedule of the length that its documents need. With
    --from, a config with which a trained pipeline goes on, and keeps the labels that it knows; of
    the other options only --dev, --gpu and --force count then. Relations are those between mentions
    unless --tasks has `concepts`."""
    with lenient_reading(lenient, output, force=force):
        wishes = replace(wishes, tasks=listed(tasks) or None, symmetric=listed(symmetric))
        plan = init_config(
            train, output, dev=dev, wishes=wishes, encoder=encoder, model=model, force=force
        )
        print_results(plan_tables(plan), f"Config in {output}")
        if dev is None:
            print_results(Message("No --dev: give --paths.dev to the training", "warn"))
        corpora = filter(None, (train, dev))
        commands = next_commands(output, corpora, plan.found, gpu=wishes.gpu, lang=wishes.lang)
        print(*commands, sep="\n")
