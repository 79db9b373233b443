"""The text of a Doc, joined once for all who read it."""

from weakref import WeakKeyDictionary

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
        text = doc.text
        if text:  # an empty Doc may still be filled
            _TEXTS[doc] = text
    return text
