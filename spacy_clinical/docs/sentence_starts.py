"""Where the sentences of a document begin, as characters."""

from spacy.attrs import IDX, SENT_START
from spacy.tokens import Doc


def sentence_starts(doc: Doc) -> list[int]:
    """Find the characters at which sentences begin; spaCy's own ways make a Token for each word.

    doc (Doc): The document.
    RETURNS (list[int]): In order; none where it has no sentences.
    """
    places = doc.to_array([SENT_START, IDX]).astype("int64")
    if len(doc) > 1 and not places[1:, 0].any():
        return []
    begins = places[:, 0] == 1
    begins[:1] = True
    starts: list[int] = places[begins, 1].tolist()
    return starts
