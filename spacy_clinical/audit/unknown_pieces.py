"""Wordpieces that an encoder doesn't know: other languages, damaged characters, another system."""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from spacy.language import Language
from spacy.tokens import Doc

from ..encoder.encoder_shim import EncoderShim
from ..encoder.find_encoders import find_encoders
from ..encoder.vocabulary import Vocabulary
from ..errors import EncoderError

Known = dict[str, tuple[int, int]]
MOST = 100_000  # words that are kept in memory
_words: WeakKeyDictionary[EncoderShim, Known] = WeakKeyDictionary()


def count_pieces(nlp: Language, docs: Sequence[Doc]) -> list[tuple[int, int]]:
    """Count the wordpieces of each token, which are looked up once: words come again and again.

    nlp (Language): The pipeline, whose first encoder is asked.
    docs (Sequence[Doc]): The documents.
    RETURNS (list[tuple[int, int]]): Wordpieces of each, and how many aren't known; zeros where
        there is no encoder.
    """
    try:
        shim = find_encoders(nlp)[0].shim
    except EncoderError:
        return [(0, 0)] * len(docs)
    assert shim.vocabulary is not None
    known = _words.setdefault(shim, {})
    if len(known) > MOST:
        known.clear()
    texts = [[token.text for token in doc] for doc in docs]
    _look_up({word for words in texts for word in words} - known.keys(), shim.vocabulary, known)
    return [
        (sum(known[word][0] for word in words), sum(known[word][1] for word in words))
        for words in texts
    ]


def _look_up(words: set[str], vocabulary: Vocabulary, known: Known) -> None:
    new = sorted(words)
    encodings = vocabulary.tokenizer.encode_batch_fast(new, add_special_tokens=False)
    for word, encoding in zip(new, encodings, strict=True):
        ids = encoding.ids
        known[word] = (len(ids), ids.count(vocabulary.unk))
