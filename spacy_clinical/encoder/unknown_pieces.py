"""Whether an encoder can read texts: the share of wordpieces that it doesn't know."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MOST_UNKNOWN = 0.05
MOST_TEXTS = 1000  # in which they are counted


def unknown_share(texts: Sequence[str], tokenizer: "Tokenizer") -> float:
    """Measure how much of texts an encoder can't read.

    texts (Sequence[str]): The texts.
    tokenizer (Tokenizer): A fast tokenizer's backend.
    RETURNS (float): Unknown wordpieces of all, in 0..1.
    """
    pieces, unknown = count_unknown(texts, tokenizer)
    return unknown / max(1, pieces)


def count_unknown(texts: Sequence[str], tokenizer: "Tokenizer") -> tuple[int, int]:
    """RETURNS (tuple[int, int]): The wordpieces of texts, and how many of them aren't known."""
    name = getattr(tokenizer.model, "unk_token", None) or "<unk>"
    encodings = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    unknown = sum(encoding.tokens.count(name) for encoding in encodings)
    return sum(map(len, encodings)), unknown
