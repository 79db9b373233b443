"""Which notes a page shows: gold, predicted, or both side by side."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from spacy.language import Language
from spacy.tokens import Doc

from ..corpus.corpus_files import any_language, read_corpus
from ..docs import get_lost, has_mentions, to_record
from ..docs.mention_additions import take_late_ents
from ..errors import CommandError, Errors
from ..installed import load_model
from ..plurals import counted
from ..result_tables import Message
from .note_formats.text_files import is_text
from .note_reader import Notes

T = TypeVar("T")


@dataclass
class Shown:
    """What stands on the page.

    names (list[str]): Of the notes.
    docs (list[Doc]): The notes with their annotation.
    gold (list[Doc] | None): The same with gold annotation.
    total (int): Notes that there are, shown or not.
    """

    names: list[str]
    docs: list[Doc]
    gold: list[Doc] | None
    total: int


def gather_shown(
    source: str, notes: Path | None, text: str | None, *, gold: bool, limit: int
) -> Shown:
    """Read annotated notes, or annotate some.

    source (str): A corpus, or a pipeline: an installed package or a folder.
    notes (Path | None): What a pipeline annotates: text files or a corpus.
    text (str | None): A text that it annotates, shown first.
    gold (bool): Whether the gold annotation of the notes is to stand beside.
    limit (int): Notes to show at most, 0 for all.
    RETURNS (Shown): The notes. Raises CommandError for a pipeline without notes, and for a corpus
        with some.
    """
    if is_pipeline(source):
        if notes is None and text is None:
            raise CommandError(Errors.SC703.format(source=source))
        return gather_predictions(load_model(source), notes, text, gold, limit or None)
    if notes is not None or text is not None or gold:
        raise CommandError(Errors.SC706.format(source=source))
    return gather_corpus(Path(source), limit or None)


def shown_results(shown: Shown, target: Path) -> Iterator[Message]:
    """YIELDS (Message): How many notes are on a page, and how many aren't."""
    yield Message(f"{counted(len(shown.docs), 'note')} in {target}, which holds their text")
    if left := shown.total - len(shown.docs):
        yield Message(f"{left} further notes are left out: raise --limit", "warn")
    if lost := sum(len(get_lost(doc).mentions) for doc in shown.docs if has_mentions(doc)):
        said = counted(lost, "mention")
        yield Message(f"{said} can't be shown: their borders fall inside a word", "warn")


def gather_corpus(path: Path, limit: int | None) -> Shown:
    """Read annotated notes.

    path (Path): A corpus.
    limit (int | None): Notes to show at most.
    RETURNS (Shown): The notes as the corpus annotates them.
    """
    docs, total = _take(read_corpus(path, any_language(), fitted=True), limit)
    return Shown([to_record(doc).id for doc in docs], docs, None, total)


def gather_predictions(
    nlp: Language, notes: Path | None, text: str | None, gold: bool, limit: int | None
) -> Shown:
    """Annotate notes.

    nlp (Language): The pipeline.
    notes (Path | None): Text files or, with gold annotation or without, a corpus.
    text (str | None): A text to show first.
    gold (bool): Whether the gold annotation of the notes is to stand beside.
    limit (int | None): Notes to show at most.
    RETURNS (Shown): The notes as the pipeline annotates them.
    """
    given = [("text", nlp.make_doc(text))] if text is not None else []
    stream = _read_named(notes, nlp, gold) if notes is not None else iter(())
    pairs, total = _take(chain(given, stream), limit)
    docs = [doc for _, doc in pairs]
    if gold and not all(has_mentions(doc) for doc in docs):
        raise CommandError(Errors.SC705.format(path=notes or "--text"))
    shown = list(nlp.pipe([doc.text for doc in docs]))
    for doc in shown:
        take_late_ents(doc)
    return Shown([name for name, _ in pairs], shown, docs if gold else None, total)


def _read_named(notes: Path, nlp: Language, gold: bool) -> Iterator[tuple[str, Doc]]:
    texts = notes.is_file() or any(map(is_text, notes.rglob("*")))
    if gold or notes.suffix in (".spacy", ".pubtator") or not texts:
        yield from ((to_record(doc).id, doc) for doc in read_corpus(notes, nlp))
        return
    for note in Notes([notes]):
        if note.fault:
            raise CommandError(note.fault)
        yield note.id, nlp.make_doc(note.text)


def _take(things: Iterable[T], limit: int | None) -> tuple[list[T], int]:
    stream = iter(things)
    taken = list(islice(stream, limit))
    return taken, len(taken) + sum(1 for _ in stream)


def is_pipeline(source: str) -> bool:
    path = Path(source)
    return (path / "meta.json").is_file() or not path.exists()
