"""Whether an encoder and a tokenizer fit the language that a component is to learn."""

from collections.abc import Sequence

from spacy.language import Language

from ...encoder.find_encoders import encoders_of
from ...encoder.unknown_pieces import MOST_UNKNOWN, count_unknown
from ...errors import Errors, PipelineError

MOST_LOST, FEW, FEW_PIECES = 0.02, 5, 100  # few say nothing of a language


def check_encoders(nlp: Language | None, texts: Sequence[str], name: str, *, insist: bool) -> None:
    """Refuse an encoder that can't read the texts.

    nlp (Language | None): The pipeline, its encoders initialized.
    texts (Sequence[str]): Texts to learn from.
    name (str): The component that learns.
    insist (bool): Refuse nothing. Otherwise raises PipelineError where more than 5 % of the
        wordpieces, and more than a few, are unknown to an encoder.
    """
    if insist or nlp is None:
        return
    for encoder in encoders_of(nlp):
        assert encoder.shim.vocabulary is not None
        pieces, unknown = count_unknown(texts, encoder.shim.vocabulary.tokenizer)
        if unknown > max(FEW_PIECES, MOST_UNKNOWN * pieces):
            share = f"{100 * unknown / pieces:.0f} %"
            raise PipelineError(
                Errors.SC328.format(share=share, encoder=encoder.component, name=name)
            )


def check_borders(lost: int, total: int, name: str, *, insist: bool) -> None:
    """Refuse a tokenizer that cuts mentions apart.

    lost (int): Gold mentions that begin or end inside a token.
    total (int): All.
    name (str): The component that learns.
    insist (bool): Refuse nothing. Otherwise raises PipelineError where more than 2 % of them, and
        more than a few, are lost.
    """
    if not insist and too_many_lost(lost, total):
        raise PipelineError(Errors.SC329.format(lost=lost, total=total, name=name))


def too_many_lost(lost: int, total: int) -> bool:
    """RETURNS (bool): Whether so many mentions don't fit the tokens that it is the tokenizer's
    fault, of a language's."""
    return lost > max(FEW, MOST_LOST * total)
