"""A Doc whose tokens end where mentions do, for readers to whom tokens don't matter."""

from collections.abc import Callable
from itertools import pairwise

from spacy.tokens import Doc

from ..event_mentions import flatten
from ..records import Record
from .mention_store import KEY
from .record_conversion import to_doc


def to_fitted_doc(record: Record, make_doc: Callable[[str], Doc], *, key: str = KEY) -> Doc:
    """Make a Doc in which no mention is lost.

    record (Record): The document.
    make_doc (Callable[[str], Doc]): A tokenizer; a token that a mention begins or ends in is cut.
    key (str): The span group to write.
    RETURNS (Doc): As `to_doc` makes it.
    """
    entities = flatten(record)[0].entities
    starts, ends = {entity.start for entity in entities}, {entity.end for entity in entities}
    return to_doc(record, lambda text: _cut(make_doc(text), starts, ends), key=key)


def _cut(doc: Doc, starts: set[int], ends: set[int]) -> Doc:
    """Cut tokens where mentions begin and end; a space that one takes in becomes a token."""
    known = [(token.idx, token.idx + len(token)) for token in doc]
    within = starts.difference(start for start, _ in known)
    within |= ends.difference(end for _, end in known)
    if not within:
        return doc
    text = doc.text
    edges = sorted(within.union({0, len(text)}, *known))
    words, spaces = list[str](), list[bool]()
    for start, end in pairwise(edges):
        piece = text[start:end]
        if piece == " " and words and not spaces[-1] and not within & {start, end}:
            spaces[-1] = True
        else:
            words.append(piece)
            spaces.append(False)
    return Doc(doc.vocab, words=words, spaces=spaces)
