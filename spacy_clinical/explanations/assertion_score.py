"""The score of what is said of a mention, as a function of token vectors."""

from typing import Any

import torch
from spacy.tokens import Doc
from torch import Tensor

from ..docs import Assertion, get_assertions
from ..errors import Errors, ViewerError
from ..pipeline.assertion.attribute_values import blocks
from ..pipeline.assertion.clinical_assertion import ClinicalAssertion
from ..pipeline.assertion.mention_instances import predict_mentions
from .explained_scores import Target


def assertion_target(
    component: ClinicalAssertion, doc: Doc, index: int, name: str
) -> tuple[Target, tuple[int, int], str]:
    """The log-odds of a value against the attribute's other values, at its temperature. What rules
    say of the mention is taken as given.

    component (ClinicalAssertion): What wrote the value.
    doc (Doc): With mentions and what is said of them.
    index (int): The mention, in stored order.
    name (str): The attribute.
    RETURNS (tuple[Target, tuple[int, int], str]): Takes token vectors of shape (n_points, n_tokens,
        width); the tokens that it looks at; and the value. Raises ViewerError if the component
        wrote no such attribute to the mention.
    """
    scheme = component.scheme
    found = predict_mentions(doc, scheme, component.rules, component.key)
    said = _find_said(get_assertions(doc, component.key)[index], name)
    places = found.positions.tolist()
    number = next((k for k, type in enumerate(scheme.types) if type.name == name), None)
    if said is None or number is None or index not in places:
        raise ViewerError(Errors.SC712.format(name=component.name, index=index, attribute=name))
    block, values = blocks(scheme)[number], scheme.types[number].values
    temperature = component.cfg["temperatures"].get(name, 1.0)
    row = torch.from_numpy(found.rows[places.index(index)].astype("int64"))
    network: Any = component.model.shims[0]._model
    column = values.index(said.value)

    def score(vectors: Tensor) -> Tensor:
        copies, length = vectors.shape[:2]
        first = torch.arange(copies)[:, None] * length
        bounds = torch.cat([first, first + length, first + row[2:4]], dim=1)
        mentions = torch.cat([first + row[:2], row[4:].expand(copies, -1)], dim=1)
        logits = network.eval()(vectors.flatten(0, 1), bounds, mentions)[:, block] / temperature
        others = logits.clone()
        others[:, column] = -torch.inf
        return logits[:, column] - others.logsumexp(dim=1)

    return score, _tokens_seen(network, row.tolist(), len(doc)), said.value


def _find_said(rows: list[Assertion], name: str) -> Assertion | None:
    """What the component wrote: it alone gives a score."""
    return next((a for a in rows if a.name == name and a.score is not None), None)


def _tokens_seen(network: Any, row: list[int], length: int) -> tuple[int, int]:
    reach = network.reach if network.n_heads else 0
    return max(0, row[0] - reach), min(length, row[1] + reach)
