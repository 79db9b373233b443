"""Whether a tokenizer and an encoder can read the language of a corpus."""

from itertools import islice
from pathlib import Path
from typing import Any

from spacy.language import Language

from ..corpus.corpus_files import read_records
from ..corpus.corpus_inventory import Inventory
from ..encoder.unknown_pieces import MOST_TEXTS, MOST_UNKNOWN, unknown_share
from ..errors import CommandError, Errors
from ..installed import blank_language
from ..pipeline.heads.language_check import too_many_lost
from ..result_tables import Table, percent
from .encoder_choice import find_weights

# Scripts without spaces between words: characters are tokens, as mentions end anywhere.
TOKENIZERS: dict[str, dict[str, Any]] = {
    "zh": {"@tokenizers": "spacy.zh.ChineseTokenizer", "segmenter": "char"},
}
TOKENIZER = "spacy-clinical.Tokenizer.v1"
DEFAULT: dict[str, Any] = {"@tokenizers": TOKENIZER}


def tokenizer_for(lang: str) -> dict[str, Any]:
    """RETURNS (dict[str, Any]): What `[nlp.tokenizer]` says for a language."""
    return TOKENIZERS.get(lang, DEFAULT)


def tokens_of(lang: str) -> Language:
    """RETURNS (Language): What cuts texts of a language into tokens. Raises CommandError for a
    language that spaCy doesn't know."""
    return blank_language(
        lang, "" if lang in TOKENIZERS else TOKENIZER
    )  # spaCy has the others' own


def first_texts(path: Path) -> list[str]:
    """RETURNS (list[str]): Texts of a corpus, as many as tell whether an encoder can read them."""
    return [record.text for record in islice(read_records(path), MOST_TEXTS)]


def check_fit(found: Inventory, unknown: float, lang: str, encoder: str) -> None:
    """Refuse a tokenizer that cuts mentions apart, or an encoder that can't read the texts.

    found (Inventory): The corpus in the tokenizer's tokens.
    unknown (float): Share of its wordpieces that the encoder doesn't know, in 0..1.
    lang, encoder (str): What to call them in messages. Raises CommandError where more than 5 % of
        the wordpieces are unknown, or more than 2 % of the mentions (and more than a few) don't fit
        the tokens.
    """
    if unknown > MOST_UNKNOWN:
        share = f"{100 * unknown:.0f} %"
        raise CommandError(Errors.SC326.format(encoder=encoder, share=share))
    lost, held = found.lost.total(), found.entities.total()
    if too_many_lost(lost, held):
        raise CommandError(Errors.SC327.format(share=f"{lost} of {held}", lang=lang))


def unread_share(path: Path, encoder: str | None, lang: str) -> float | None:
    """Measure what an encoder can't read of a corpus.

    path (Path): The corpus.
    encoder (str | None): Folder, installed package or hub's name; None for none.
    lang (str): Code of the texts' language.
    RETURNS (float | None): Share of wordpieces that the encoder doesn't know, in 0..1; None for no
        encoder.
    """
    if encoder is None:
        return None
    return unknown_share(first_texts(path), find_weights(encoder, lang).tokenizer)


def fit_table(found: Inventory, unknown: float | None) -> Table:
    """Lay out what a tokenizer and an encoder lose of a corpus.

    found (Inventory): The corpus in the tokenizer's tokens.
    unknown (float | None): As `unread_share` gives it.
    RETURNS (Table): A row for each that was measured.
    """
    lost = found.lost.total() / max(1, found.entities.total())
    rows = [("mentions that don't fit the tokens", f"{percent(lost)} %")]
    if unknown is not None:
        rows.append(("wordpieces unknown to the encoder", f"{percent(unknown)} %"))
    return Table("Fit to the language", ("", "share"), rows)
