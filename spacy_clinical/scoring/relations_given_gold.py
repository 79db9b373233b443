"""Predictions given the gold mentions: what the relation component can do by itself."""

from collections.abc import Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example

from ..docs import KEY, TokenIndex, get_mentions, get_spans, has_mentions, set_mentions


def predict_with_gold_mentions(
    nlp: Language, examples: Sequence[Example], *, key: str = KEY
) -> list[Example]:
    """Run a pipeline with gold mentions in place of its entity component's.

    nlp (Language): The pipeline; its components that write `doc.ents` are left out.
    examples (Sequence[Example]): Gold in the references; predicted documents not yet processed.
    key (str): The span group.
    RETURNS (list[Example]): The examples, with everything but mentions predicted.
    """
    for example in examples:
        copy_gold_mentions(example.reference, example.predicted, key)
    docs = [example.predicted for example in examples]
    for component in steps_after_mentions(nlp).values():
        docs = run_component(component, docs)
    return list(examples)


def steps_after_mentions(nlp: Language) -> dict[str, Any]:
    """RETURNS (dict[str, Any]): A pipeline's components by name, without those that write
    `doc.ents`: they find mentions, or link them."""
    return {
        name: component
        for name, component in nlp.pipeline
        if "doc.ents" not in nlp.get_pipe_meta(name).assigns
    }


def copy_gold_mentions(reference: Doc, predicted: Doc, key: str = KEY) -> None:
    """Store a reference's mentions on a document of the same text.

    Mentions that the other document's tokens can't represent, and discontinuous ones, stay away.

    reference (Doc): With mentions.
    predicted (Doc): Gets them, with their concepts.
    key (str): The span group.
    """
    if not has_mentions(reference, key):
        set_mentions(predicted, [], key=key)
        return
    index = TokenIndex(predicted)
    spans = []
    for span, mention in zip(get_spans(reference, key), get_mentions(reference, key), strict=True):
        tokens = index.find(*mention.fragments[0]) if len(mention.fragments) == 1 else None
        if tokens:
            spans.append(_with_tokens(span, predicted, *tokens))
    set_mentions(predicted, spans, key=key)


def _with_tokens(span: Span, doc: Doc, start: int, end: int) -> Span:
    return Span(doc, start, end, label=span.label_, kb_id=span.kb_id_, span_id=span.id_)


def run_component(component: object, docs: list[Doc]) -> list[Doc]:
    """Run one component of a pipeline.

    component (object): The component.
    docs (list[Doc]): What the components before it gave.
    RETURNS (list[Doc]): What it gives.
    """
    pipe = getattr(component, "pipe", None)
    if pipe is not None:
        return list(pipe(docs, batch_size=64))
    return [component(doc) for doc in docs]  # type: ignore[operator]
