"""The text of a Doc, joined once for all who read it; and a text without what its mentions say."""

from collections.abc import Iterable
from weakref import WeakKeyDictionary

from spacy.tokens import Doc

MASKED = "\0"  # stands for a character of a mention
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


def mask(text: str, places: Iterable[tuple[int, int]]) -> str:
    """Take the words of mentions out of a text, so that none of them is read as a cue.

    text (str): The text.
    places (Iterable[tuple[int, int]]): Characters of the mentions; they may overlap.
    RETURNS (str): One of the same length, with `MASKED` for each of these characters.
    """
    parts, at = list[str](), 0
    for start, end in sorted(places):
        if end > at:
            start = max(start, at)
            parts += [text[at:start], MASKED * (end - start)]
            at = end
    return "".join([*parts, text[at:]])
