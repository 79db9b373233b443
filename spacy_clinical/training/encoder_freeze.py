"""An encoder that stops learning before the heads do, whose vectors are then computed once."""

from collections.abc import Callable
from typing import Any

from spacy.language import Language

from ..encoder.find_encoders import encoders_of
from ..errors import CommandError, EncoderError, Errors

State = dict[str, Any]


def make_freeze_encoder(after: int, anneal: bool = True) -> Callable[[Language, State], None]:
    """Make a callback for `[training.before_update]`: heads go on learning on vectors that stay.

    Entities are learned in few passes over the notes, relations want many. A pass of heads alone
    takes an eighth of the time, as each window's vectors are kept in memory, 2 bytes a value, 2 GB
    at most. (Heads on vectors that stay: Peters et al., "To Tune or Not to Tune", RepL4NLP 2019.)

    after (int): Steps in which the encoder learns, one at least; raises CommandError otherwise.
    anneal (bool): Let the encoder's rate fall to zero in a line by then, on top of what the
        optimizer's rate does.
    RETURNS (Callable[[Language, dict], None]): Takes the pipeline and spaCy's state of the
        training. Raises EncoderError at the first step where an encoder hides wordpieces
        (`hidden_rate`), as no window is like another then.
    """
    if after < 1:
        raise CommandError(Errors.SC239.format(after=after))

    def freeze_encoder(nlp: Language, state: State) -> None:
        left = max(0.0, 1 - state["step"] / after)
        for encoder in encoders_of(nlp):
            hidden = encoder.model.attrs["hidden_rate"]
            if hidden:
                raise EncoderError(Errors.SC238.format(hidden=hidden))
            if not left:
                encoder.shim.freeze()
            elif anneal:
                encoder.shim.pace = left

    return freeze_encoder
