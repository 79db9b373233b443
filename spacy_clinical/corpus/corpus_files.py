"""Annotated corpora as every function takes them: a path in any format, Docs, or Records."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from ..docs import get_name, name_doc, to_doc, to_fitted_doc, to_record
from ..docs.mention_additions import take_ents
from ..docs.question_docs import copy_question
from ..errors import CommandError, Errors, FormatError
from ..event_mentions import flatten
from ..files import new_file, refuse_address
from ..formats import FORMATS, Reject, read
from ..formats.format_registry import name_format
from ..records import Record
from .corpus_reader import read_docs
from .question_corpus import is_squad, read_questions

Corpus = str | Path | Iterable[Doc | Record]
# Thai, Lao, Burmese, Khmer, kana and Han, written without spaces: a mention ends anywhere.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
_SET_ASIDE: ContextVar[list[Reject] | None] = ContextVar("set_aside", default=None)
_LEFT_OUT: ContextVar[dict[Path, Counter[str]] | None] = ContextVar("left_out", default=None)


@dataclass
class Unread:
    """What wasn't taken of the corpora that were read.

    rejects (list[Reject]): Documents, each once however often its corpus was read.
    left_out (Counter[str]): What has no place in a document, by kind, likewise.
    """

    rejects: list[Reject] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


@contextmanager
def noting_unread(*, lenient: bool) -> Iterator[Unread]:
    """Note what isn't taken by whatever reads corpora meanwhile.

    lenient (bool): Set aside the documents that can't be read.
    YIELDS (Unread): Filled at the end.
    """
    found, counts = Unread(), dict[Path, Counter[str]]()
    aside, left_out = _SET_ASIDE.set(found.rejects if lenient else None), _LEFT_OUT.set(counts)
    try:
        yield found
    finally:
        _SET_ASIDE.reset(aside)
        _LEFT_OUT.reset(left_out)
        found.rejects[:] = dict.fromkeys(found.rejects)
        found.left_out += sum(counts.values(), Counter())


def _read(
    path: Path, rejects: list[Reject] | None, left_out: Counter[str] | None
) -> Iterator[Record]:
    """Read a corpus that isn't stored, as `noting_unread` wants it."""
    noted = _LEFT_OUT.get()
    if left_out is None and noted is not None:
        left_out = noted[path] = Counter()
    return read(path, left_out=left_out, rejects=_SET_ASIDE.get() if rejects is None else rejects)


def is_stored(path: Path) -> bool:
    """RETURNS (bool): Whether a path is a .spacy file, or a folder that holds some."""
    return path.suffix == ".spacy" or (path.is_dir() and any(path.glob("**/*.spacy")))


def read_corpus(
    corpus: Corpus,
    nlp: Language,
    rejects: list[Reject] | None = None,
    left_out: Counter[str] | None = None,
    *,
    fitted: bool = False,
) -> Iterator[Doc]:
    """Read an annotated corpus as Docs.

    corpus (str | Path | Iterable[Doc | Record]): .spacy, whatever `formats.read` reads, questions
        in the JSON of SQuAD, or the documents themselves.
    nlp (Language): Tokenises where the format has no tokens; the Docs share its vocabulary.
    rejects (list[Reject] | None): Documents that can't be read are put there; None: an error names
        all of them.
    left_out (Counter[str] | None): What has no place in a document is counted there by kind.
    fitted (bool): Cut tokens where mentions begin or end inside of them, so that none is lost;
        those of .spacy stay as they are.
    YIELDS (Doc): The documents.
    """
    make = partial(to_fitted_doc if fitted else to_doc, make_doc=nlp.make_doc)
    if not isinstance(corpus, str | Path):
        yield from (_as_doc(document, nlp, make) for document in corpus)
    elif is_stored(Path(corpus)):
        yield from read_docs(Path(corpus), nlp)
    elif is_squad(Path(corpus)):
        rejects = _SET_ASIDE.get() if rejects is None else rejects
        yield from read_questions(Path(corpus), nlp, rejects=rejects)
    else:
        records = _read(Path(corpus), rejects, left_out)
        yield from map(make, records)


def read_records(corpus: Corpus, rejects: list[Reject] | None = None) -> Iterator[Record]:
    """Read an annotated corpus as Records, events told by mentions.

    corpus (str | Path | Iterable[Doc | Record]): As for `read_corpus`.
    rejects (list[Reject] | None): As for `read_corpus`.
    YIELDS (Record): The documents.
    """
    if not isinstance(corpus, str | Path):
        yield from (to_record(x) if isinstance(x, Doc) else flatten(x)[0] for x in corpus)
    elif is_stored(Path(corpus)):
        yield from map(to_record, read_docs(Path(corpus), spacy.blank("xx")))
    else:
        yield from (flatten(x)[0] for x in _read(Path(corpus), rejects, None))


def read_examples(corpus: Corpus, nlp: Language, limit: int = 0) -> list[Example]:
    """Read an annotated corpus as what a pipeline learns from and is measured on.

    corpus (str | Path | Iterable[Doc | Record]): As for `read_corpus`.
    nlp (Language): The pipeline.
    limit (int): Documents to read at most, 0 for all.
    RETURNS (list[Example]): Each pairs the document with a fresh one of the pipeline's own
        tokenizer.
    """
    docs = islice(read_corpus(corpus, nlp), limit or None)
    return [Example(copy_question(doc, nlp.make_doc(doc.text)), doc) for doc in docs]


def _as_doc(document: Doc | Record, nlp: Language, make: Callable[[Record], Doc]) -> Doc:
    """A document in the pipeline's vocabulary."""
    if isinstance(document, Record):
        return make(document)
    same = document.vocab is nlp.vocab
    return document if same else Doc(nlp.vocab).from_bytes(document.to_bytes())


def failed_list(target: Path) -> Path:
    """RETURNS (Path): Where what was set aside is listed beside a target: TARGET.failed.jsonl."""
    return target.with_name(f"{target.name}.failed.jsonl")


def write_rejects(target: Path, rejects: list[Reject]) -> Path:
    """Write which documents were set aside.

    target (Path): What the others became.
    rejects (list[Reject]): The documents.
    RETURNS (Path): The list; an old one goes where nothing was set aside.
    """
    path = failed_list(target)
    if not rejects:
        path.unlink(missing_ok=True)
        return path
    with new_file(path) as file:
        for reject in rejects:
            row = {"id": reject.where, "code": reject.code, "error": reject.error}
            file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    return path


def format_to_write(target: Path) -> str:
    """Tell a format by the name of what is to be written, and by nothing that is there.

    target (Path): NAME.jsonl, NAME.pubtator, or a folder.
    RETURNS (str): A name in FORMATS. Raises CommandError for another suffix, FormatError for a
        server's address.
    """
    refuse_address(target)
    if target.suffix == "":
        return "brat"
    try:
        return name_format(target, FORMATS)
    except FormatError:
        raise CommandError(Errors.SC502.format(path=target)) from None


def read_annotated(source: Corpus) -> Iterator[Doc]:
    """Read annotated notes.

    source (str | Path | Iterable[Doc | Record]): As for `read_corpus`.
    YIELDS (Doc): Named; those without a name by their position.
    """
    stem = Path(source).stem if isinstance(source, str | Path) else "note"
    for number, doc in enumerate(read_corpus(source, any_language(), fitted=True), 1):
        take_ents(doc)
        name, meta = get_name(doc)
        name_doc(doc, name or f"{stem}:{number}", meta)
        yield doc


def any_language() -> Language:
    """RETURNS (Language): What tokenises notes whose language isn't told, so that mentions fit:
    English, and single characters in texts with a script that has no spaces."""
    nlp = spacy.blank("en")
    words = nlp.tokenizer

    def tokenize(text: str) -> Doc:
        if not _UNSPACED.search(text):
            return words(text)
        return Doc(nlp.vocab, words=list(text), spaces=[False] * len(text))

    nlp.tokenizer = tokenize
    return nlp
