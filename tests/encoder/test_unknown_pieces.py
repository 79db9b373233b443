"""What an encoder doesn't know of texts, by vocabularies of both kinds."""

import numpy
import spacy
from tokenizers import Tokenizer, models, pre_tokenizers

from spacy_clinical.encoder.unknown_pieces import count_unknown, unknown_id
from spacy_clinical.encoder.wordpieces import tokenize


def unigram() -> Tokenizer:
    pieces = [("<pad>", 0.0), ("<unk>", 0.0), ("▁", -2.0), ("发热", -3.0), ("无", -4.0)]
    tokenizer = Tokenizer(models.Unigram(pieces, 1, False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer


def wordpiece() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece({"[UNK]": 0, "no": 1}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


def test_unigram_counts_unknown_characters() -> None:
    assert unknown_id(unigram()) == 1
    assert count_unknown(["无发热"], unigram()) == (3, 0)
    assert count_unknown(["无жар发热", "жж"], unigram()) == (3 + 3 + 3, 5)


def test_wordpiece_counts_unknown_words() -> None:
    assert count_unknown(["no fever no"], wordpiece()) == (3, 1)


def test_each_unknown_character_is_a_piece_of_its_token() -> None:
    doc = spacy.blank("zh")("无жар发热")
    (pieces,) = tokenize([doc], unigram(), 1)
    assert pieces.ids.tolist() == [2, 4, 1, 1, 1, 3]
    assert pieces.starts.tolist() == [0, 0, 1, 2, 3, 4]
    assert pieces.ends.tolist() == [1, 1, 2, 3, 4, 6]
    assert pieces.lengths.tolist() == [2, 1, 1, 1, 1, 1]
    ends = numpy.cumsum(pieces.lengths)
    assert [pieces.align[end - 1] for end in ends] == [1, 2, 3, 4, 5, 5]
