"""The labels of another corpus for a trained pipeline."""

from collections.abc import Iterable, Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from ..attributes import Scheme
from ..docs import to_record
from ..pipeline.assertion.assertion_checks import said_of_mentions
from ..pipeline.relations.relation_instances import learn_schema


def grow_labels(nlp: Language, docs: Iterable[Doc]) -> dict[str, list[str]]:
    """Give the clinical components of a pipeline what a corpus has and they lack: entity labels,
    relation labels with their arguments, values of the attributes that they know.

    What they have learned stays: the outputs for old labels keep their weights, and what the
    pipeline predicts doesn't change until it is trained further.

    nlp (Language): A trained pipeline, which is changed.
    docs (Iterable[Doc]): Annotated documents.
    RETURNS (dict[str, list[str]]): The labels that are new to each component.
    """
    found, added = list(docs), {}
    for name in nlp.component_names:  # sourced components are disabled while others initialise
        new = _grow(dict(nlp.components)[name], found)
        if new:
            added[name] = new
    return added


def _grow(component: Any, docs: Sequence[Doc]) -> list[str]:
    if hasattr(component, "add_labels"):
        records = (to_record(doc, key=component.key) for doc in docs)
        return component.add_labels(sorted({e.label for r in records for e in r.entities}))
    if hasattr(component, "add_schema"):
        symmetric, exceptions = component.cfg["symmetric"], component.cfg.get("limit_exceptions")
        return component.add_schema(learn_schema(docs, component.key, symmetric, exceptions))
    if hasattr(component, "add_scheme"):
        names = [type.name for type in component.scheme.types]
        said = said_of_mentions(docs, component.key)
        return component.add_scheme(Scheme.learn(said, names, {}))
    return []
