"""Whether a tokenizer and an encoder can read the language of a corpus."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..errors import CommandError, Errors
from .corpus_survey import Survey

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# Scripts without spaces between words: characters are tokens, as mentions end anywhere.
TOKENIZERS: dict[str, dict[str, Any]] = {
    "zh": {"@tokenizers": "spacy.zh.ChineseTokenizer", "segmenter": "char"},
}
DEFAULT: dict[str, Any] = {"@tokenizers": "spacy-clinical.Tokenizer.v1"}
MOST_UNKNOWN, MOST_LOST, FEW = 0.05, 0.02, 5


def tokenizer_for(lang: str) -> dict[str, Any]:
    """RETURNS (dict[str, Any]): What `[nlp.tokenizer]` says for a language."""
    return TOKENIZERS.get(lang, DEFAULT)


def unknown_share(texts: Sequence[str], tokenizer: "Tokenizer") -> float:
    """Measure how much of texts an encoder can't read.

    texts (Sequence[str]): The texts.
    tokenizer (Tokenizer): A fast tokenizer's backend.
    RETURNS (float): Unknown wordpieces of all, in 0..1.
    """
    unknown = getattr(tokenizer.model, "unk_token", None) or "<unk>"
    encodings = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    found = sum(encoding.tokens.count(unknown) for encoding in encodings)
    return found / max(1, sum(len(encoding) for encoding in encodings))


def check_fit(found: Survey, lang: str, encoder: str, *, insist: bool) -> None:
    """Refuse a tokenizer that cuts mentions apart, or an encoder that can't read the texts.

    found (Survey): The corpus as the two see it.
    lang, encoder (str): What to call them in messages.
    insist (bool): Refuse nothing. Otherwise raises CommandError where more than 5 % of the
        wordpieces are unknown, or more than 2 % of the mentions (and more than a few) don't fit the
        tokens.
    """
    if insist:
        return
    if found.unknown > MOST_UNKNOWN:
        share = f"{100 * found.unknown:.0f} %"
        raise CommandError(Errors.SC326.format(encoder=encoder, share=share))
    lost, held = found.inventory.lost.total(), sum(found.inventory.entities.values())
    if lost > max(FEW, MOST_LOST * held):
        share = f"{lost} of {held}"
        raise CommandError(Errors.SC327.format(share=share, lang=lang))
