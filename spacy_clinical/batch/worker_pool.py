"""Batches of notes to annotated documents, in this process or in several."""

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from ..audit import NoteFacts, note_facts
from ..docs import keep_flags, name_doc, with_language
from ..docs.doc_bytes import doc_to_bytes
from ..docs.mention_additions import take_ents
from ..docs.phi import set_meta
from ..docs.piece_counts import get_piece_counts
from ..errors import CommandError, DeidError, Errors, find_code
from ..garbage_collection import loaded_objects_aside
from ..note import Note
from .worker_start import Worker, started_workers

Take = Callable[[Doc], bytes]


class Result(NamedTuple):
    """What became of a note.

    id (str): The note's name.
    doc (bytes | None): The annotated document, as `Doc.to_bytes` or a `Take` gives it.
    code (str): The error's code if the note failed, else "".
    error (str): What failed, without any text of the note.
    facts (NoteFacts | None): The document in numbers, if an audit trail is kept.
    pieces, unknown (int): Wordpieces that the encoder read, and those that it doesn't know.
    """

    id: str
    doc: bytes | None
    code: str = ""
    error: str = ""
    facts: NoteFacts | None = None
    pieces: int = 0
    unknown: int = 0


class Batch(NamedTuple):
    """Notes to be run together, as they are about equally long.

    block (int): The number of the block that they are of.
    places (list[int]): Their positions in it.
    notes (list[Note]): The notes.
    """

    block: int
    places: list[int]
    notes: list[Note]


def make_batches(block: int, notes: list[Note], batch_size: int) -> list[Batch]:
    """Sort a block's notes by length and cut it into batches.

    block (int): Its number.
    notes (list[Note]): The notes.
    batch_size (int): Notes in a batch.
    RETURNS (list[Batch]): The same for the same notes, whatever was done before.
    """
    order = sorted(range(len(notes)), key=lambda i: len(notes[i].text))
    cuts = [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
    return [Batch(block, cut, [notes[i] for i in cut]) for cut in cuts]


def annotate_batches(
    nlp: Language,
    batches: Iterable[Batch],
    *,
    n_process: int = 1,
    audited: bool = False,
    take: Take | None = None,
) -> Iterator[tuple[Batch, list[Result]]]:
    """Annotate batches.

    nlp (Language): The pipeline.
    batches (Iterable[Batch]): Read only as far ahead as keeps the processes busy.
    n_process (int): Processes; 1 for this one alone.
    audited (bool): Give `Result.facts`.
    take (Take | None): What is made of each annotated document, a function of a module; None for
        its bytes.
    YIELDS (tuple[Batch, list[Result]]): In the order given. Raises CommandError if a process dies.
    """
    with loaded_objects_aside():
        if n_process == 1:
            for batch in batches:
                yield batch, _annotate(nlp, batch.notes, audited, take)
        else:
            yield from _annotate_in_processes(nlp, batches, n_process, audited, take)


def _annotate_in_processes(
    nlp: Language,
    batches: Iterable[Batch],
    n_process: int,
    audited: bool,
    take: Take | None,
) -> Iterator[tuple[Batch, list[Result]]]:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    with started_workers(nlp, n_process) as (pool, loaded):
        waiting: deque[tuple[Batch, Future[list[Result]]]] = deque()
        for batch in batches:
            if loaded and not any(future.done() for future in loaded):
                yield batch, _annotate(nlp, batch.notes, audited, take)
                continue
            waiting.append((batch, _submit(pool, batch.notes, audited, take)))
            if len(waiting) > 2 * n_process:
                yield _wait(waiting)
        while waiting:
            yield _wait(waiting)


def to_bytes(doc: Doc) -> bytes:
    """RETURNS (bytes): An annotated document, as runs store it."""
    return doc_to_bytes(doc, exclude=["tensor", "user_data"])


def annotate_notes(
    nlp: Language,
    notes: Sequence[Note],
    takes: Sequence[Take] | None = None,
    *,
    audited: bool = False,
) -> list[Result]:
    """Annotate a few notes together; if that fails, one by one.

    nlp (Language): The pipeline. The strings that it meets are forgotten again.
    notes (Sequence[Note]): The notes.
    takes (Sequence[Take] | None): What is made of each annotated document, None for its bytes.
    audited (bool): Give `Result.facts`; each note's time is its share by characters.
    RETURNS (list[Result]): One a note.
    """
    wanted = zip(notes, takes or [to_bytes] * len(notes), strict=True)
    with nlp.memory_zone():
        readable = [(note, take) for note, take in wanted if not note.fault]
        try:
            done = iter(_annotate_together(nlp, readable, audited))
        except Exception:
            done = (_annotate_one(nlp, pair, audited) for pair in readable)
        return [_unreadable(note) if note.fault else next(done) for note in notes]


def _annotate(nlp: Language, notes: list[Note], audited: bool, take: Take | None) -> list[Result]:
    takes = None if take is None else [take] * len(notes)
    return annotate_notes(nlp, notes, takes, audited=audited)


def _annotate_together(
    nlp: Language, pairs: list[tuple[Note, Take]], audited: bool
) -> list[Result]:
    began = time.perf_counter()
    made = [_made(nlp, note) for note, _ in pairs]
    docs = list(nlp.pipe(made, batch_size=max(1, len(pairs))))
    seconds = time.perf_counter() - began
    results = [_pack(doc, *pair) for doc, pair in zip(docs, pairs, strict=True)]
    if not audited:
        return results
    size = max(1, sum(len(note.text) for note, _ in pairs))
    shares = (1000 * seconds * len(note.text) / size for note, _ in pairs)
    return [
        r._replace(facts=note_facts(doc, ms=ms, pieces=r.pieces, unknown=r.unknown))
        for r, doc, ms in zip(results, docs, shares, strict=True)
    ]


def _made(nlp: Language, note: Note) -> Doc:
    """A note's tokens, with what stands beside it for components that ask."""
    doc = nlp.make_doc(note.text)
    set_meta(doc, note.meta, note.id)
    return doc


def _annotate_one(nlp: Language, pair: tuple[Note, Take], audited: bool) -> Result:
    note, _ = pair
    try:
        return _annotate_together(nlp, [pair], audited)[0]
    except DeidError as error:
        return Result(note.id, None, find_code(error), str(error))
    except Exception as error:
        message = Errors.SC518.format(kind=type(error).__name__)
        return Result(note.id, None, find_code(error) or "SC518", message)


def _unreadable(note: Note) -> Result:
    return Result(note.id, None, find_code(note.fault), note.fault)


def _pack(doc: Doc, note: Note, take: Take) -> Result:
    take_ents(doc)
    name_doc(doc, note.id, with_language(note.meta, doc.lang_))
    keep_flags(doc)
    pieces, unknown = get_piece_counts(doc)
    return Result(note.id, take(doc), pieces=pieces, unknown=unknown)


def _submit(
    pool: ProcessPoolExecutor, notes: list[Note], audited: bool, take: Take | None
) -> Future[list[Result]]:
    try:
        return pool.submit(_work, notes, audited, take)
    except BrokenProcessPool:
        raise CommandError(Errors.SC516) from None


def _wait(
    waiting: deque[tuple[Batch, Future[list[Result]]]],
) -> tuple[Batch, list[Result]]:
    batch, future = waiting.popleft()
    try:
        return batch, future.result()
    except BrokenProcessPool:
        raise CommandError(Errors.SC516) from None


def _work(notes: list[Note], audited: bool, take: Take | None) -> list[Result]:
    assert Worker.nlp is not None
    return _annotate(Worker.nlp, notes, audited, take)
