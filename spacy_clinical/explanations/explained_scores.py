"""The scores that are explained, as functions of token vectors."""

from collections.abc import Callable
from typing import Any

import numpy
import torch
from spacy.tokens import Doc, Span
from torch import Tensor

from ..candidates import HEAD, TAIL
from ..docs import get_relation_rows, get_spans
from ..errors import Errors, ViewerError
from ..pipeline.ner.biluo_tags import encode_spans
from ..pipeline.ner.clinical_ner import ClinicalNER
from ..pipeline.ner.schemes.multilabel_scheme import N_TAGS
from ..pipeline.relations.clinical_rel import ClinicalRel
from ..pipeline.relations.relation_instances import Instances, predict_instances

Target = Callable[[Tensor], Tensor]


def entity_target(component: ClinicalNER, doc: Doc, index: int) -> tuple[Target, tuple[int, int]]:
    """The log-probability of a mention: of its tags, or of its span.

    component (ClinicalNER): What found it.
    doc (Doc): With mentions.
    index (int): The mention.
    RETURNS (tuple[Target, tuple[int, int]]): Takes token vectors of shape (n_points, n_tokens,
        width); and the tokens that it looks at.
    """
    span = get_spans(doc, component.key)[index]
    if span.label_ not in component.labels or not _reads_vectors_alone(component.model):
        raise ViewerError(Errors.SC708.format(name=component.name, label=span.label_))
    number = component.labels.index(span.label_)
    scheme = component.model.attrs.get("scheme", "biluo")
    if scheme == "band":
        return _score_span(component.model, span, number), (span.start, span.end)
    columns = slice(None)
    if scheme == "multilabel":
        columns, number = slice(N_TAGS * number, N_TAGS * number + N_TAGS), 0
    return _score_tags(component.model, span, number, columns), (span.start, span.end)


def _reads_vectors_alone(model: Any) -> bool:
    """Whether a model's scores come straight from the encoder's vectors."""
    if not model.has_ref("output"):
        return bool(model.attrs.get("scheme") == "band")
    return bool(model.get_ref("output").get_dim("nI") == model.get_ref("tok2vec").get_dim("nO"))


def _score_tags(model: Any, span: Span, number: int, columns: slice) -> Target:
    tags = torch.from_numpy(encode_spans([(0, len(span), number)], len(span)).astype("int64"))
    output = model.get_ref("output")
    weights, bias = (_tensor(model, output.get_param(name))[columns] for name in ("W", "b"))

    def score(vectors: Tensor) -> Tensor:
        logits = vectors[:, span.start : span.end] @ weights.T + bias
        chosen = logits.log_softmax(dim=2)[:, torch.arange(len(tags)), tags]
        return chosen.sum(dim=1)

    return score


def _score_span(model: Any, span: Span, number: int) -> Target:
    network: Any = model.shims[0]._model

    def score(vectors: Tensor) -> Tensor:
        starts = network.eval().start(vectors[:, span.start])
        ends = network.end(vectors[:, span.end - 1])[:, None]
        logits = network.score(starts, ends.expand(-1, network.max_width, -1))
        return torch.nn.functional.logsigmoid(logits[:, len(span) - 1, number])

    return score


def relation_target(component: ClinicalRel, doc: Doc, index: int) -> tuple[Target, tuple[int, int]]:
    """The log-odds of a relation against all else that its pair may be.

    component (ClinicalRel): What found it.
    doc (Doc): With mentions and relations.
    index (int): The relation.
    RETURNS (tuple[Target, tuple[int, int]]): As for `entity_target`. Raises ViewerError for an
        architecture that doesn't read the encoder's vectors.
    """
    if not component.model.has_ref("tok2vec"):
        raise ViewerError(Errors.SC710.format(what="relations on the encoder's vectors"))
    head, tail, label, _ = get_relation_rows(doc, component.key)[index]
    found = predict_instances(doc, component.schema, component.candidates, component.key)
    row = _find_pair(found, head, tail)
    if row is None or label not in component.labels:
        raise ViewerError(Errors.SC709.format(name=component.name, index=index, label=label))
    number = 1 + component.labels.index(label)
    mask = torch.from_numpy(numpy.concatenate([[True], found.mask[row]]))
    network: Any = component.model.shims[0]._model
    ends = torch.from_numpy(found.mentions[[head, tail]])
    pair = torch.from_numpy(found.pairs[[row]].copy())
    pair[:, HEAD], pair[:, TAIL] = 0, 1

    def score(vectors: Tensor) -> Tensor:
        arrays = _repeat(ends, pair, *vectors.shape[:2])
        logits = network.eval()(vectors.flatten(0, 1), *arrays)
        logits = logits.masked_fill(~mask, -torch.inf)
        others = logits.clone()
        others[:, number] = -torch.inf
        return logits[:, number] - others.logsumexp(dim=1)

    return score, _tokens_seen(network, ends, len(doc))


def _find_pair(found: Instances, head: int, tail: int) -> int | None:
    """The row of a pair, in whichever order a symmetric one is scored."""
    pairs = found.pairs[:, [HEAD, TAIL]].tolist()
    return pairs.index([head, tail]) if [head, tail] in pairs else None


def _repeat(ends: Tensor, pair: Tensor, copies: int, length: int) -> tuple[Tensor, Tensor, Tensor]:
    """The document's bounds, mentions and pair, once for each copy of its tokens."""
    first = torch.arange(copies) * length
    bounds = torch.stack([first, first + length], dim=1).repeat_interleave(2, dim=0)
    mentions = ends.repeat(copies, 1)
    mentions[:, :2] += first.repeat_interleave(2)[:, None]
    pairs = pair.repeat(copies, 1)
    pairs[:, :2] += 2 * torch.arange(copies)[:, None]
    return bounds, mentions, pairs


def _tokens_seen(network: Any, ends: Tensor, length: int) -> tuple[int, int]:
    reach = network.reach if network.n_heads else 0
    return max(0, int(ends[:, 0].min()) - reach), min(length, int(ends[:, 1].max()) + reach)


def _tensor(model: Any, array: Any) -> Tensor:
    return torch.from_numpy(model.ops.to_numpy(array))
