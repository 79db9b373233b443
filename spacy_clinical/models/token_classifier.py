"""One row of tag scores a token, over any token vectors."""

from spacy.tokens import Doc
from thinc.api import Dropout, Linear, Model, chain
from thinc.types import Floats2d

from ..layers.join import build_join

InT = list[Doc]
OutT = Floats2d


def build_token_classifier(
    tok2vec: Model[list[Doc], list[Floats2d]], dropout: float = 0.1, nO: int | None = None
) -> Model[InT, OutT]:
    """Score tags with one linear layer on the tokens of all documents at once.

    tok2vec (Model[list[Doc], list[Floats2d]]): Token vectors, usually a listener.
    dropout (float): Until training sets its own rate.
    nO (int | None): Number of tags, set by the component.
    RETURNS (Model[list[Doc], Floats2d]): Logits of shape (tokens of all documents, nO).
    """
    output = Linear(nO=nO)
    model: Model[InT, OutT] = chain(tok2vec, build_join(), Dropout(dropout), output)
    model.set_ref("tok2vec", tok2vec)
    model.set_ref("output", output)
    model.attrs["scheme"] = "biluo"
    return model
