"""`train`: what `spacy train` does, with checkpoints from which a killed training goes on."""

from pathlib import Path

import typer
from spacy.cli._util import Arg, Opt, import_code, parse_config_overrides, setup_gpu
from wasabi import msg

from ..training.training_run import run_training
from . import options
from .util import app


@app.command(
    "train",
    builds=True,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def train_cli(
    ctx: typer.Context,
    config: Path = Arg(..., help="The config file", exists=True),
    output: Path = Opt(..., "--output", "-o", help="Folder for model-best and model-last"),
    resume: bool = Opt(False, "--resume", "-R", help="Go on from the checkpoint in the folder"),
    every: int = Opt(100, "--every", "-e", min=1, help="Steps from checkpoint to checkpoint"),
    code: Path | None = Opt(None, "--code", "-c", help="Python file to import before"),
    gpu: options.Gpu = -1,
) -> None:
    """Train a pipeline as `spacy train` does, and keep a checkpoint: weights, optimizer, random
    numbers, scores. Killed at any moment, the same command with --resume goes on from it and gives
    the model that an undisturbed training gives. Settings are overridden as in spaCy's command,
    such as --paths.train train.spacy."""
    overrides = parse_config_overrides(ctx.args)
    import_code(code)
    setup_gpu(gpu)
    first = run_training(config, output, overrides, resume=resume, every=every, gpu=gpu)
    if first:
        msg.info(f"Went on at step {first}")
    msg.good(f"Saved to {output}/model-best and {output}/model-last")
