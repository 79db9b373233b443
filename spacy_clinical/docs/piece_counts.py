"""How many wordpieces an encoder made of a Doc, and how many of them it doesn't know: those of
other languages, damaged characters, another system's signs. It isn't stored with the Doc."""

from spacy.tokens import Doc

_COUNTS = "spacy_clinical_pieces"


def set_piece_counts(doc: Doc, pieces: int, unknown: int) -> None:
    """Tell a Doc what its encoder read.

    doc (Doc): The document.
    pieces (int): Its wordpieces.
    unknown (int): Those that the encoder's vocabulary hasn't got.
    """
    doc.user_data[_COUNTS] = (pieces, unknown)


def get_piece_counts(doc: Doc) -> tuple[int, int]:
    """RETURNS (tuple[int, int]): Wordpieces and unknown ones, zeros where no encoder ran."""
    pieces, unknown = doc.user_data.get(_COUNTS) or (0, 0)
    return pieces, unknown
