"""An encoder goes on learning from notes that nobody has annotated, into a folder."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from tqdm import tqdm

from ..encoder.weights import EncoderWeights
from ..errors import CommandError, Errors
from ..files import remove_folder
from ..note import Note, unread_notes
from ..plurals import counted
from ..result_tables import Message
from .masking import Window, cut_texts
from .pretraining import Pretraining, PretrainSettings
from .pretraining_state import write_encoder


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
    notes: Iterable[Note],
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

    notes (Iterable[Note]): The notes, read once.
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
    if checkpoint.exists():
        remove_folder(checkpoint)
    return done


def pretrain_results(done: Pretrained, target: Path) -> Iterator[Message]:
    """Say what an encoder has learned from.

    done (Pretrained): The numbers.
    target (Path): Where it is.
    YIELDS (Message): Notes that were left out and read, the perplexity, and where the encoder is.
    """
    yield from unread_notes(done.unread)
    read = f"{counted(done.notes, 'note')}, {counted(done.pieces, 'wordpiece')}"
    yield Message(f"{read}; {counted(done.held_out, 'note')} held out", "text")
    change = f"{done.before:.2f} before, {done.after:.2f} after"
    yield Message(f"Perplexity of held-out notes: {change}", "text")
    yield Message(f"Encoder saved to {target}")


def _read(
    notes: Iterable[Note], weights: EncoderWeights, length: int, held_out: float, done: Pretrained
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
