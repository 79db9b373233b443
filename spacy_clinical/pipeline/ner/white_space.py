"""Which tokens are white space, on which no mention starts or ends."""

from collections.abc import Sequence
from typing import Any

import numpy
from spacy.attrs import IS_SPACE
from spacy.tokens import Doc


def which_is_space(docs: Sequence[Doc]) -> numpy.ndarray[Any, Any]:
    """RETURNS (Array): White space among the tokens of all documents; bool, shape (n_tokens,)."""
    spaces = [doc.to_array([IS_SPACE]).reshape(-1) for doc in docs if len(doc)]
    return numpy.concatenate([numpy.zeros(0), *spaces]).astype(bool)
