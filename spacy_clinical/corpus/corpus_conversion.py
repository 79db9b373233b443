"""An annotated corpus into .spacy, or from one format into another."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, DocBin
from tqdm import tqdm

from ..docs import get_lost, to_doc, to_record
from ..errors import CommandError, Errors
from ..event_mentions import flatten
from ..files import new_file
from ..formats import FORMATS, Reject, guess_format, read, write
from ..plurals import counted
from ..records import Record, spread_concepts
from ..result_tables import Message, Result, count_table
from . import read_docs
from .corpus_files import format_to_write, is_stored

STORED = "spacy"  # a store of Docs, known by its name's end


@dataclass
class Converted:
    """What a conversion did, in numbers.

    documents, mentions, relations (int): What was written, events told by relations.
    lost_mentions, lost_relations (int): Of them, what doesn't fit the tokens' borders.
    left_out (Counter[str]): What the target's format has no place for, by kind.
    untold (Counter[str]): What of events a Doc's mentions can't tell, and is only kept.
    rejects (list[Reject]): Documents that were set aside.
    """

    documents: int = 0
    mentions: int = 0
    relations: int = 0
    lost_mentions: int = 0
    lost_relations: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    untold: Counter[str] = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)

    @property
    def lost(self) -> str:
        """RETURNS (str): What doesn't fit the tokens' borders, in words; "" for nothing."""
        if not self.lost_mentions:
            return ""
        relations = counted(self.lost_relations, "relation")
        lost = f"{counted(self.lost_mentions, 'mention')} and {relations}"
        return f"{lost} don't fit the tokenizer's borders: stored apart, scored as missed"


def conversion_results(done: Converted, target: Path) -> Iterator[Result]:
    """YIELDS (Result): What the target has no place for, what it holds, and what doesn't fit the
    tokens' borders or is kept apart."""
    yield count_table("Left out", +done.left_out)
    yield Message(f"{counted(done.documents, 'document')} to {target}")
    relations = counted(done.relations, "relation")
    yield Message(f"{counted(done.mentions, 'mention')}, {relations}", "text")
    if done.lost:
        yield Message(done.lost, "warn")
    yield count_table("Stored apart: mentions can't tell it, no model learns it", +done.untold)


def convert(
    source: Path,
    target: Path,
    nlp: Language,
    *,
    format: str | None = None,
    to: str | None = None,
    spread: bool = False,
    lenient: bool = False,
) -> Converted:
    """Convert a corpus.

    source (Path): What to read.
    target (Path): What to write; written under another name first.
    nlp (Language): Tokenises.
    format (str | None): Format of the input.
    to (str | None): Format of the output, or "spacy"; None to go by the target's name. Raises
        CommandError for "spacy" where the name doesn't end with .spacy, by which it is known.
    spread (bool): Relate all mention pairs of related concepts.
    lenient (bool): Set aside what can't be read or written, and keep mentions whose text differs
        from the document's. If False an error names all that can't.
    RETURNS (Converted): The counts, with what has no place in a Record or in the target's format.
    """
    done = Converted()
    rejects = done.rejects if lenient else None
    if is_stored(source):
        records: Iterable[Record] = (to_record(doc, events=True) for doc in read_docs(source, nlp))
    else:
        name = format or guess_format(source)
        loose = lenient and name in FORMATS and "strict" in FORMATS[name].takes
        options: dict[str, Any] = {"strict": False} if loose else {}
        records = read(source, name, left_out=done.left_out, rejects=rejects, **options)
    if spread:
        records = map(spread_concepts, records)
    told = _count(tqdm(records, unit=" documents", disable=None), done)
    if target.suffix == ".spacy" and to in (None, STORED):
        _write_docs((to_doc(record, nlp.make_doc) for record in told), target, done)
    else:
        name = to or format_to_write(target)
        if name == STORED:
            raise CommandError(Errors.SC502.format(path=target))
        done.documents = write(told, target, name, left_out=done.left_out, rejects=rejects)
        done.untold.clear()
    return done


def _count(records: Iterable[Record], done: Converted) -> Iterator[Record]:
    for record in records:
        done.documents += 1
        done.mentions += len(record.entities)
        told, untold = flatten(record)
        done.relations += len(told.relations)
        done.untold += untold
        yield record


def _write_docs(docs: Iterable[Doc], target: Path, done: Converted) -> None:
    store = DocBin()
    for doc in docs:
        lost = get_lost(doc)
        done.lost_mentions += len(lost.mentions)
        done.lost_relations += len(lost.relations)
        store.add(doc)
    with new_file(target) as file:
        file.write(store.to_bytes())
