"""Tag scores of every label for each token, over any token vectors."""

from typing import Any, cast

from thinc.api import Linear, Model, Ops
from thinc.types import Floats1d, Shape

from .token_classifier import InT, OutT, Vectors, build_tagger

N_TAGS = 5
OUTSIDE = 6.0


def build_multilabel_token_classifier(
    tok2vec: Vectors,
    dropout: float = 0.1,
    forms: Vectors | None = None,
    hidden: int = 0,
    cut: float = 0.3,
    nO: int | None = None,
) -> Model[InT, OutT]:
    """Score O, B, I, L and U of each label, so that mentions of different labels overlap.

    Training starts from O being likely (99 % for each label), else the many tokens that don't have
    a label drown the few that do.

    tok2vec, dropout, forms, hidden: As for `spacy-clinical.TokenClassifier.v1`.
    cut (float): Probability from which a tag wins against O: less finds more, and more that is
        wrong. Not learned: it may be set anew in a trained model's `attrs`.
    nO (int | None): Five times the number of labels, set by the component.
    RETURNS (Model[list[Doc], Floats2d]): Logits of shape (tokens of all documents, nO).
    """
    output = Linear(nO=nO, init_b=init_bias)
    model = build_tagger("multilabel", output, tok2vec, dropout, forms, hidden)
    model.attrs["cut"] = cut
    return model


def init_bias(ops: Ops, shape: Shape) -> Floats1d:
    bias: Any = ops.alloc1f(*shape)
    bias[::N_TAGS] = OUTSIDE
    return cast(Floats1d, bias)
