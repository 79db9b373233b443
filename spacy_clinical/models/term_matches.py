"""Where a list has terms, as token vectors: to stand beside those of the encoder."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, cast, runtime_checkable

import numpy
from spacy.tokens import Doc
from thinc.api import Model
from thinc.types import Floats2d

from ..errors import EncoderError, Errors

InT = list[Doc]
OutT = list[Floats2d]
Array = numpy.ndarray[Any, Any]
B, I, L, U = range(4)  # noqa: E741
# An encoder's vector has hundreds of numbers, a match has one: a larger one is learned faster.
MARK = 4.0


@runtime_checkable
class Terms(Protocol):
    """Terms of some labels."""

    @property
    def labels(self) -> list[str]: ...

    def find(self, doc: Doc) -> Iterable[tuple[int, int, int]]:
        """YIELDS (tuple[int, int, int]): Number of the label, first token, one past the last."""
        ...


def build_term_matches(terms: Terms, drop: float = 0.2) -> Model[InT, OutT]:
    """Say where terms of a list begin, go on and end.

    It has nothing to learn: a linear layer above gives each label's beginnings, and so on, their
    weight. Meant as `forms` of `spacy-clinical.TokenClassifier.v1`.

    terms (Terms): Such as `spacy-clinical.TermList.v1`.
    drop (float): Share of the matches that training doesn't see, so that the model doesn't lean on
        the list. A list that was made from the training data wants a high one.
    RETURNS (Model[list[Doc], list[Floats2d]]): Arrays of shape (n_tokens, 4 * n_labels), MARK where
        a term of the label begins (B), goes on (I), ends (L), or is one token long (U).
    """
    return Model(
        "term-matches",
        forward,
        init=init,
        dims={"nO": None},
        attrs={"terms": terms, "drop": drop, "labels": []},
    )


def init(model: Model[InT, OutT], X: Any = None, Y: Any = None) -> None:
    model.attrs["labels"] = model.attrs["terms"].labels
    model.set_dim("nO", 4 * len(model.attrs["labels"]))


def forward(model: Model[InT, OutT], docs: InT, is_train: bool) -> tuple[OutT, Callable]:
    terms: Terms = model.attrs["terms"]
    if terms.labels != model.attrs["labels"]:
        known, found = (", ".join(labels) for labels in (model.attrs["labels"], terms.labels))
        raise EncoderError(Errors.SC223.format(known=known, found=found))
    drop = model.attrs["drop"] if is_train else 0.0
    vectors = [_mark(terms.find(doc), len(doc), model.get_dim("nO"), drop) for doc in docs]
    return list(map(model.ops.asarray2f, vectors)), lambda d_vectors: docs


def _mark(
    matches: Iterable[tuple[int, int, int]], n_tokens: int, width: int, drop: float
) -> Floats2d:
    marks: Array = numpy.zeros((n_tokens, width), dtype="f")
    for label, start, end in matches:
        if drop and numpy.random.random() < drop:
            continue
        first = 4 * label
        if end - start == 1:
            marks[start, first + U] = MARK
        else:
            marks[start, first + B] = marks[end - 1, first + L] = MARK
            marks[start + 1 : end - 1, first + I] = MARK
    return cast(Floats2d, marks)
