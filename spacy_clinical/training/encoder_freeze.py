"""An encoder that stops learning before the heads do, whose vectors are then computed once."""

from collections.abc import Callable
from typing import Any

from spacy.language import Language

from ..encoder.find_encoders import encoders_of
from ..errors import CommandError, EncoderError, Errors

State = dict[str, Any]


def make_freeze_encoder(after: int) -> Callable[[Language, State], None]:
    """Make a callback for `[training.before_update]`: heads go on learning on vectors that stay.

    Entities are learned in few passes over the notes, relations want many. A pass of heads alone
    takes an eighth of the time, as each window's vectors are kept in memory, 2 bytes a value, 2 GB
    at most. (Heads on vectors that stay: Peters et al., "To Tune or Not to Tune", RepL4NLP 2019.)

    after (int): Steps in which the encoder learns, one at least; raises CommandError otherwise.
        Best where the rate has come down to zero, as at the end of a first cycle of
        `cosine_restarts.v1`.
    RETURNS (Callable[[Language, dict], None]): Takes the pipeline and spaCy's state of the
        training. Raises EncoderError at the first step where an encoder hides wordpieces
        (`hidden_rate`), as no window is like another then.
    """
    if after < 1:
        raise CommandError(Errors.SC239.format(after=after))

    def freeze_encoder(nlp: Language, state: State) -> None:
        for encoder in encoders_of(nlp):
            hidden = encoder.model.attrs["hidden_rate"]
            if hidden:
                raise EncoderError(Errors.SC238.format(hidden=hidden))
            if state["step"] >= after:
                encoder.shim.freeze()

    return freeze_encoder
