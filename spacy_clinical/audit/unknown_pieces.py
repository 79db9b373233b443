"""Wordpieces that an encoder doesn't know: other languages, damaged characters, another system."""

from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

from ..encoder.find_encoders import find_encoders
from ..errors import EncoderError


def count_pieces(nlp: Language, docs: Sequence[Doc]) -> list[tuple[int, int]]:
    """Count what a pipeline's first encoder reads.

    nlp (Language): The pipeline.
    docs (Sequence[Doc]): The documents.
    RETURNS (list[tuple[int, int]]): Wordpieces of each, and how many aren't known; zeros where
        there is no encoder.
    """
    try:
        vocabulary = find_encoders(nlp)[0].shim.vocabulary
    except EncoderError:
        return [(0, 0)] * len(docs)
    assert vocabulary is not None
    texts = [doc.text for doc in docs]
    encodings = vocabulary.tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    return [(len(e.ids), e.ids.count(vocabulary.unk)) for e in encodings]
