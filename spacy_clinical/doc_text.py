"""The text of a Doc, joined once for all who read it."""

from weakref import WeakKeyDictionary

import numpy
from spacy.attrs import ORTH, SPACY
from spacy.tokens import Doc

_TEXTS: "WeakKeyDictionary[Doc, str]" = WeakKeyDictionary()


def text_of(doc: Doc) -> str:
    """Read a document's text. `doc.text` is joined anew, token by token, at each reading (spaCy
    3.8, doc.pyx); tokens that are merged or split leave it as it is, so it is kept as long as the
    Doc lives.

    doc (Doc): The document.
    RETURNS (str): `doc.text`.
    """
    text = _TEXTS.get(doc)
    if text is None:
        text = _join(doc)
        if text:  # an empty Doc may still be filled
            _TEXTS[doc] = text
    return text


def _join(doc: Doc) -> str:
    orths, spaces = doc.to_array([ORTH, SPACY]).reshape(-1, 2).T
    unique, numbers = numpy.unique(orths, return_inverse=True)
    words = [doc.vocab.strings[orth] for orth in unique.tolist()]
    words += [f"{word} " for word in words]
    places = numbers.reshape(-1) + (spaces == 1) * len(unique)
    return "".join(map(words.__getitem__, places.tolist()))
