"""`annotate`: notes in, annotated notes out."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from spacy.cli._util import Arg, Opt
from spacy.language import Language
from tqdm import tqdm
from wasabi import msg

from ..docs import to_record
from ..errors import CommandError, Errors
from ..formats import write
from ..records import Record
from .util import clear_errors, format_to_write, load_model

Note = tuple[str, str]


def annotate_cli(
    model: str = Arg(..., help="Installed pipeline or its folder"),
    source: Path = Arg(
        ..., help="A .txt file, a folder of them, or JSONL with `text` and `id`", exists=True
    ),
    target: Path = Arg(..., help="NAME.jsonl, or a folder for brat"),
    batch_size: int = Opt(32, "--batch-size", "-b", help="Notes in a batch"),
    n_process: int = Opt(1, "--n-process", "-p", help="Processes"),
    gpu: int = Opt(-1, "--gpu-id", "-g", help="GPU ID or -1 for CPU"),
) -> None:
    """
    Annotate notes with a pipeline: mentions with their scores, relations with theirs.
    """
    from spacy.cli._util import setup_gpu

    setup_gpu(gpu, silent=True)
    with clear_errors():
        format = format_to_write(target)
        nlp = load_model(model)
        records = annotate(nlp, read_notes(source), batch_size=batch_size, n_process=n_process)
        count = write(records, target, format)
        msg.good(f"{count} notes annotated in {target}")


def annotate(
    nlp: Language, notes: Iterable[Note], *, batch_size: int = 32, n_process: int = 1
) -> Iterator[Record]:
    """Annotate a stream of notes.

    nlp (Language): The pipeline.
    notes (Iterable[Note]): (id, text) of each.
    batch_size (int): Notes in a batch.
    n_process (int): Processes.
    YIELDS (Record): The annotated notes, in order.
    """
    pairs = ((text, name) for name, text in tqdm(notes, unit=" notes", disable=None))
    docs = nlp.pipe(pairs, as_tuples=True, batch_size=batch_size, n_process=n_process)
    for doc, name in docs:
        yield to_record(doc, id=name)


def read_notes(source: Path) -> Iterator[Note]:
    """Read notes from files.

    source (Path): A .txt file, a folder of them, or JSONL.
    YIELDS (Note): (id, text), files by name.
    """
    if source.suffix == ".jsonl":
        yield from _read_jsonl(source)
        return
    files = sorted(source.glob("*.txt")) if source.is_dir() else [source]
    if not files:
        raise CommandError(Errors.SC503.format(path=source))
    for file in files:
        yield file.stem, _read_text(file)


def _read_text(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            return stream.read()
    except UnicodeDecodeError:
        raise CommandError(Errors.SC504.format(path=file)) from None


def _read_jsonl(source: Path) -> Iterator[Note]:
    lines = _read_text(source).removeprefix("\ufeff").split("\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        note = _parse_note(line)
        if note is None:
            raise CommandError(Errors.SC505.format(path=source, line=number))
        name = note.get("id")
        yield f"{source.name}:{number}" if name is None else str(name), note["text"]


def _parse_note(line: str) -> dict[str, Any] | None:
    try:
        note = json.loads(line)
        note["text"].encode("utf-8")  # lone surrogates would stop the tokenizer
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return note
