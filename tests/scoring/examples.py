"""Docs written by hand, as offsets in one text."""

from collections.abc import Sequence

from spacy.tokens import Doc
from spacy.vocab import Vocab

from spacy_clinical.docs import to_doc
from spacy_clinical.records import Entity, Record, Relation

#       0       8        17      25
TEXT = "aspirin naproxen relieve fever"
ASPIRIN, NAPROXEN, RELIEVE, FEVER = (0, 7), (8, 16), (17, 24), (25, 30)
VOCAB = Vocab()

Mention = tuple[tuple[int, int], str]
Row = tuple[int, int, str]


def by_blanks(text: str) -> Doc:
    parts = text.split(" ")
    return Doc(VOCAB, words=parts, spaces=[True] * (len(parts) - 1) + [False])


def by_letters(text: str) -> Doc:
    """Every character is a token; a blank belongs to the one before it."""
    words = [c for c in text if c != " "]
    spaces = [text[i + 1 : i + 2] == " " for i, c in enumerate(text) if c != " "]
    return Doc(VOCAB, words=words, spaces=spaces)


def in_one(text: str) -> Doc:
    """The whole text is one token, so that nothing but the whole can be a mention."""
    return Doc(VOCAB, words=[text], spaces=[False])


TOKENIZERS = [by_blanks, by_letters]


def make_doc(mentions: Sequence[Mention], rows: Sequence[Row] = (), tokenize=by_blanks) -> Doc:  # type: ignore[no-untyped-def]
    entities = tuple(Entity(f"T{i}", label, (place,)) for i, (place, label) in enumerate(mentions))
    relations = tuple(Relation(f"T{head}", f"T{tail}", label) for head, tail, label in rows)
    return to_doc(Record("1", TEXT, entities, relations), tokenize)
