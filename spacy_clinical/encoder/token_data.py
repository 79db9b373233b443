"""One document's vectors, as `doc._.trf_data` has them."""

from dataclasses import dataclass
from typing import Any, cast

from spacy.tokens import Doc
from thinc.api import get_array_module
from thinc.types import Floats2d, Ragged

EXTENSION = "trf_data"  # of spacy-transformers, whose readers find our vectors there too


def set_extension() -> None:
    """Let documents have `doc._.trf_data`."""
    if not Doc.has_extension(EXTENSION):
        Doc.set_extension(EXTENSION, default=None)


class Vectors(dict[str, Any]):
    """Arrays by name, which are attributes, as of transformers' ModelOutput."""

    def __getattr__(self, name: str) -> Any:
        if name in self:
            return self[name]
        raise AttributeError(name)

    def to_tuple(self) -> tuple[Any, ...]:
        """RETURNS (tuple): The arrays."""
        return tuple(self.values())


@dataclass
class Wordpieces:
    """One document's wordpieces.

    strings (list[list[str]]): Always empty: they would be text of the note.
    input_ids (Array): Shape (1, n_pieces).
    attention_mask (Array): Ones of the same shape.
    lengths (list[int]): The number of pieces.
    token_type_ids (None): There are none.
    """

    strings: list[list[str]]
    input_ids: Any
    attention_mask: Any
    lengths: list[int]
    token_type_ids: None = None


class TokenData:
    """One document's vectors, a row for each token.

    wordpieces (Wordpieces): What the encoder read.
    model_output (Vectors): `last_hidden_state` of shape (1, n_tokens, width), and `branch`, what
        an encoder's branch gives, in the same shape. Nothing for a document without tokens.
    align (Ragged): Maps each token to its own row: whoever pools wordpieces of spacy-transformers'
        data can read it.
    """

    def __init__(self, wordpieces: Any, model_output: Any, align: Ragged):
        self.wordpieces, self.model_output, self.align = wordpieces, model_output, align

    @property
    def tensors(self) -> tuple[Any, ...]:
        """RETURNS (tuple): The arrays of trunk and branch."""
        found: tuple[Any, ...] = self.model_output.to_tuple()
        return found

    @property
    def width(self) -> int:
        """RETURNS (int): Of the vectors."""
        return int(self.vectors.shape[-1])

    @property
    def vectors(self) -> Floats2d:
        """RETURNS (Floats2d): The vectors, shape (n_tokens, width)."""
        return cast(Floats2d, self.model_output["last_hidden_state"][0])

    @property
    def branch(self) -> Floats2d | None:
        """RETURNS (Floats2d | None): The branch's vectors, if the encoder has one."""
        found = self.model_output.get("branch")
        return None if found is None else cast(Floats2d, found[0])

    def gradient(self, d_vectors: Floats2d, *, of_branch: bool) -> "TokenData":
        """RETURNS (TokenData): A gradient of trunk or branch, and zeros for the other one."""
        d_own = cast(Any, d_vectors)[None]
        output = Vectors()
        for name in self.model_output:
            is_own = of_branch == (name == "branch")
            output[name] = d_own if is_own else get_array_module(d_own).zeros_like(d_own)
        return type(self)(self.wordpieces, output, self.align)
