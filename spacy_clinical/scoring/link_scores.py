"""Links, strict: a mention's borders, its label and the concept must be right."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from spacy.scorer import PRFScore
from spacy.tokens import Doc
from spacy.training import Example

from ..docs import KEY, Mention, get_concepts, get_mentions, get_spans, has_mentions

Link = tuple[Mention, str]


def make_link_scorer(spans_key: str | None = None) -> Callable[..., dict[str, Any]]:
    """Make the default scorer of `clinical_linker`.

    spans_key (str | None): The span group of the mentions, None for the component's own.
    RETURNS (Callable): Takes examples, gives `links_p`, `links_r`, `links_f`.
    """

    return partial(_score, key=spans_key)


def score_links(examples: Iterable[Example], *, key: str = KEY) -> dict[str, float | None]:
    """Score pairs of a mention and a concept, micro-averaged.

    A gold mention of several concepts asks for each; one of none asks for none. Documents without
    any gold link are left out; if there are no others, every score is None.

    examples (Iterable[Example]): Gold in the references, predictions in the predicted documents.
    key (str): The span group.
    RETURNS (dict[str, float | None]): `links_p`, `links_r`, `links_f`.
    """
    total, seen = PRFScore(), False
    for example in examples:
        gold = read_links(example.reference, key)
        if gold:
            seen = True
            total.score_set(read_links(example.predicted, key), gold)
    values = (total.precision, total.recall, total.fscore) if seen else (None, None, None)
    return dict(zip(("links_p", "links_r", "links_f"), values, strict=True))


def _score(examples: Iterable[Example], *, key: str | None, **kwargs: Any) -> dict[str, Any]:
    return score_links(examples, key=key or kwargs.get("spans_key", KEY))


def read_links(doc: Doc, key: str = KEY) -> set[Link]:
    """RETURNS (set[Link]): The mentions of a Doc with each of their concepts."""
    if not has_mentions(doc, key):
        return set()
    pairs = zip(get_mentions(doc, key), get_spans(doc, key), strict=True)
    return {(mention, concept) for mention, span in pairs for concept in get_concepts(span)}
