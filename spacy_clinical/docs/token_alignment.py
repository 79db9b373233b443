"""Characters to tokens, for one Doc."""

from spacy.attrs import IDX, LENGTH
from spacy.tokens import Doc

from ..doc_text import text_of


def read_text(doc: Doc, start: int, end: int) -> str:
    """Read a piece of a text.

    doc (Doc): The document.
    start, end (int): Characters, end exclusive.
    RETURNS (str): `doc.text[start:end]`.
    """
    return text_of(doc)[start:end]


class TokenIndex:
    """Finds the tokens that begin and end at given characters.

    doc (Doc): The document; it must not be retokenised while the index is used.
    """

    def __init__(self, doc: Doc):
        tokens = doc.to_array([IDX, LENGTH]).astype("int64").reshape(-1, 2).tolist()
        self._starts = {start: i for i, (start, _) in enumerate(tokens)}
        self._ends = {start + length: i + 1 for i, (start, length) in enumerate(tokens)}
        self._tokens = tokens

    def find(self, start_char: int, end_char: int) -> tuple[int, int] | None:
        """Find the tokens that cover exactly these characters.

        start_char, end_char (int): Characters, end exclusive.
        RETURNS (tuple[int, int] | None): First token and one past the last; None if a border
            falls inside a token or between tokens.
        """
        start, end = self._starts.get(start_char), self._ends.get(end_char)
        return None if start is None or end is None or start >= end else (start, end)

    def touched(self, start_char: int, end_char: int) -> list[int]:
        """List the tokens that share a character with a span.

        start_char, end_char (int): Characters, end exclusive.
        RETURNS (list[int]): Token positions.
        """
        return [
            i
            for i, (start, length) in enumerate(self._tokens)
            if start < end_char and start + length > start_char
        ]
