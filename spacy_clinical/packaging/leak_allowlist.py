"""What a pipeline's files may hold without having seen a text."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.util import walk_dict
from thinc.api import Model, PyTorchShim

from ..training.string_pruning import needed_strings, new_pipeline
from ..tsv import read_utf8

WORDS = re.compile(r"[^\W_]+")
_SOURCES = (".py", ".json", ".tsv", ".txt", ".csv", ".html", ".css", ".js")


def public_words(nlp: Language) -> set[str]:
    """List what a pipeline's files may hold without having seen a text.

    nlp (Language): The pipeline.
    RETURNS (set[str]): The strings of its language, labels and tokenizer, the whole numbers of its
        config, the encoder's wordpieces, the names and sizes of its weights, and the words in this
        package's own files.
    """
    known = set(needed_strings(nlp))
    known.update(_tokenizer_rules(nlp))
    known.update(str(value) for _, value in walk_dict(nlp.config) if type(value) is int)
    for shim in _shims(nlp):
        known.update(_encoder_words(shim))
    for text in _own_texts(files("spacy_clinical")):
        known.update(WORDS.findall(text))
    return known


def public_texts(nlp: Language) -> frozenset[str]:
    """List texts in a pipeline's files that no training changes: the encoder's tokenizers.

    nlp (Language): The pipeline.
    RETURNS (frozenset[str]): The texts as they are saved. Their numbers count wordpieces.
    """
    tokenizers = map(_tokenizer, _shims(nlp))
    return frozenset(t.to_str() for t in tokenizers if hasattr(t, "to_str"))


def _tokenizer_rules(nlp: Language) -> Iterator[str]:
    """Exceptions such as "9am" of a new tokenizer of the same config: not those that were added."""
    yield from getattr(new_pipeline(nlp).tokenizer, "rules", None) or ()


def _shims(nlp: Language) -> Iterator[Any]:
    for _, pipe in nlp.pipeline:
        model = getattr(pipe, "model", None)
        for node in model.walk() if isinstance(model, Model) else ():
            yield from node.shims


def _tokenizer(shim: Any) -> Any:
    holder = getattr(shim, "vocabulary", None) or getattr(shim, "_hfmodel", None)
    return getattr(holder, "tokenizer", None)


def _encoder_words(shim: Any) -> Iterator[str]:
    """What an encoder's files hold before any training of ours."""
    tokenizer = _tokenizer(shim)
    if hasattr(tokenizer, "get_vocab"):
        yield from tokenizer.get_vocab()
    for name, weights in shim._model.named_parameters() if isinstance(shim, PyTorchShim) else ():
        yield from WORDS.findall(name)
        yield from map(str, weights.shape)


def _own_texts(folder: Any) -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _own_texts(entry)
        elif entry.name.endswith(_SOURCES):
            yield entry.read_text(encoding="utf-8")


def read_words(path: Path | None) -> frozenset[str]:
    """RETURNS (frozenset[str]): The words of a text file, such as a terminology; none for None."""
    return frozenset(read_utf8(path).split()) if path is not None else frozenset()
