"""An encoder that stops learning before the heads do, or its lower layers: what these give is then
computed once."""

from collections.abc import Callable
from typing import Any

from spacy.language import Language

from ..encoder.find_encoders import encoders_of
from ..errors import CommandError, EncoderError, Errors

State = dict[str, Any]


def make_freeze_encoder(after: int, layers: int | None = None) -> Callable[[Language, State], None]:
    """Make a callback for `[training.before_update]`: heads go on learning on layers that stay.

    Entities are learned in few passes over the notes, relations want many. A pass of heads alone
    takes a quarter of the time, as what the layers give for each window is kept in memory, 2 bytes
    a value, 2 GB at most. (Heads on vectors that stay: Peters et al., "To Tune or Not to Tune",
    RepL4NLP 2019. Lower layers that stop first: Brock et al., "FreezeOut", 2017.)

    after (int): Steps in which the whole encoder learns, one at least; raises CommandError
        otherwise. Best where the rate has come down to zero, as at the end of a first cycle of
        `cosine_restarts.v1`.
    layers (int | None): How many stop, from below, and the embeddings. None for all.
    RETURNS (Callable[[Language, dict], None]): Takes the pipeline and spaCy's state of the
        training. Raises EncoderError at the first step where an encoder hides wordpieces
        (`hidden_rate`), as no window is like another then, lacks these layers, or isn't laid out
        as BERT is, so that they can't run apart.
    """
    if after < 1:
        raise CommandError(Errors.SC239.format(after=after))

    def freeze_encoder(nlp: Language, state: State) -> None:
        for encoder in encoders_of(nlp):
            hidden = encoder.model.attrs["hidden_rate"]
            if hidden:
                raise EncoderError(Errors.SC238.format(hidden=hidden))
            if not state["step"]:
                encoder.shim.check_freeze(layers)
            if state["step"] >= after:
                encoder.shim.freeze(layers)

    return freeze_encoder
