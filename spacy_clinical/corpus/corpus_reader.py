"""Stored Docs to Examples, as they are."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Example

from ..docs.question_docs import copy_question
from ..errors import CorpusError, Errors


def make_corpus(
    path: Path | None, limit: int = 0, shuffle: bool = False, seed: int = 0
) -> Callable[[Language], Iterator[Example]]:
    """Read Docs with mentions and relations from .spacy files.

    Unlike `spacy.Corpus.v1` it never cuts a document up, which would lose its relations.

    path (Path | None): A .spacy file, or a folder that is searched for them.
    limit (int): Documents to read at most, 0 for all.
    shuffle (bool): In another order at each reading.
    seed (int): Of the order.
    RETURNS (Callable[[Language], Iterator[Example]]): The reader. Examples pair the stored Doc
        with a fresh one of the pipeline's own tokenizer.
    """
    if path is None:
        raise CorpusError(Errors.SC401)
    randomness = random.Random(seed)

    def read(nlp: Language) -> Iterator[Example]:
        docs = read_docs(path, nlp)
        if limit:
            docs = (doc for _, doc in zip(range(limit), docs, strict=False))
        if shuffle:
            ordered = list(docs)
            randomness.shuffle(ordered)
            docs = iter(ordered)
        for doc in docs:
            yield Example(copy_question(doc, nlp.make_doc(doc.text)), doc)

    return read


def read_docs(path: Path, nlp: Language) -> Iterator[Doc]:
    """Read the Docs of a .spacy file, or of all in a folder.

    path (Path): The file or folder.
    nlp (Language): Its vocabulary is shared.
    YIELDS (Doc): In stored order, files by name. Raises CorpusError for what isn't a whole DocBin.
    """
    path = Path(path)
    files = sorted(path.glob("**/*.spacy")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise CorpusError(Errors.SC402.format(path=path))
    for file in files:
        try:
            store = DocBin().from_disk(file)
            if len(store.tokens) != len(store.cats):  # spaCy reads the fewer
                raise ValueError
            yield from store.get_docs(nlp.vocab)
        except Exception:  # of spaCy, msgpack, zlib and numpy, many kinds
            raise CorpusError(Errors.SC403.format(path=file)) from None
