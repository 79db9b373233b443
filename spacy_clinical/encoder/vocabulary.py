"""A tokenizer and what surrounds a window of its wordpieces, for every reader of texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer

from ..errors import Errors, PackageError


@dataclass(frozen=True)
class Vocabulary:
    """A tokenizer and what surrounds a window of its wordpieces.

    tokenizer (Tokenizer): The fast tokenizer's backend, without truncation and padding.
    prefix (list[int]): Special pieces before each window, such as [CLS].
    suffix (list[int]): Special pieces after each window, such as [SEP].
    pad (int): The padding piece.
    unk (int): The piece for what the vocabulary can't say.
    max_length (int): Positions that the network can take, special pieces included.
    """

    tokenizer: Tokenizer
    prefix: list[int]
    suffix: list[int]
    pad: int
    unk: int
    max_length: int


def make_vocabulary(tokenizer: Any, backend: Tokenizer, network: Any) -> Vocabulary:
    """Collect what an encoder's files say.

    tokenizer (PreTrainedTokenizerFast): Of Hugging Face.
    backend (Tokenizer): As `read_backend` takes it out of that.
    network (PreTrainedModel): Says how many positions there are.
    RETURNS (Vocabulary): Ready to cut texts.
    """
    marked = _marked(tokenizer, backend)
    middle = marked.index(tokenizer.unk_token_id)
    return Vocabulary(
        tokenizer=backend,
        prefix=marked[:middle],
        suffix=marked[middle + 1 :],
        pad=int(tokenizer.pad_token_id or 0),
        unk=int(tokenizer.unk_token_id),
        max_length=_max_length(tokenizer, network),
    )


def _marked(tokenizer: Any, backend: Tokenizer) -> list[int]:
    """The unknown piece between the special ones of a text. The backend knows them: a tokenizer of
    transformers' general class (PreTrainedTokenizerFast, as ModernBERT's; 4.53) adds none when it
    is asked for them."""
    unk = int(tokenizer.unk_token_id)
    found: list[int] = backend.encode(str(tokenizer.unk_token)).ids
    if found.count(unk) == 1:
        return found
    return list(tokenizer.build_inputs_with_special_tokens([unk]))


def vocabulary_message(vocabulary: Vocabulary) -> dict[str, Any]:
    """RETURNS (dict[str, Any]): `tokenizer` and `special`, plain values to save."""
    values = {name: x for name, x in vars(vocabulary).items() if name != "tokenizer"}
    return {"tokenizer": vocabulary.tokenizer.to_str(), "special": values}


def read_vocabulary(message: Mapping[str, Any]) -> Vocabulary:
    """Read what `vocabulary_message` made. Raises PackageError where it is damaged."""
    try:
        return Vocabulary(Tokenizer.from_str(message["tokenizer"]), **message["special"])
    except Exception as error:  # tokenizers raises Exception itself
        found = f"a vocabulary that can't be read ({type(error).__name__})"
        raise PackageError(Errors.SC816.format(what="the encoder", found=found)) from None


def _max_length(tokenizer: Any, network: Any) -> int:
    """Positions the network has: a checkpoint may not say, or may say more than there are."""
    positions = getattr(network.config, "max_position_embeddings", 512)
    embeddings = getattr(getattr(network, "embeddings", None), "position_embeddings", None)
    padding = getattr(embeddings, "padding_idx", None)
    offset = 0 if padding is None else padding + 1
    return int(min(tokenizer.model_max_length, positions - offset))
