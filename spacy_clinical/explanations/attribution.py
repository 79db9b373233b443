"""Explanations of a pipeline's entities, relations, and what it says of mentions."""

from typing import Any, TypeVar

from spacy.language import Language
from spacy.tokens import Doc

from ..docs import get_relation_rows, get_spans
from ..docs.assertion_store import ASSERTION
from ..encoder.find_encoders import shared_encoders
from ..errors import Errors, ViewerError
from ..pipeline.assertion.clinical_assertion import ClinicalAssertion
from ..pipeline.ner.clinical_ner import ClinicalNER
from ..pipeline.relations.clinical_rel import ClinicalRel
from ..torch_defaults import own_gradients
from ..viewer.explanations_page import Explanation
from .assertion_score import assertion_target
from .encoder_path import EncoderPath
from .explained_scores import Target, entity_target, relation_target
from .gradients import integrate

T = TypeVar("T")


@own_gradients()
def explain_entity(nlp: Language, doc: Doc, index: int, *, tolerance: float = 0.02) -> Explanation:
    """Tell what each token gave to a mention.

    nlp (Language): The pipeline that annotated the document.
    doc (Doc): The document.
    index (int): The mention, in stored order.
    tolerance (float): How far the attributions may be from adding up: see `integrate`.
    RETURNS (Explanation): Of the log-probability of the mention.
    """
    component = _find(nlp, ClinicalNER)
    span = get_spans(doc, component.key)[index]
    target, tokens = entity_target(component, doc, index)
    places = {"mention": (span.start_char, span.end_char)}
    what = ("entity", span.label_, "log-probability of the mention")
    return _explain(nlp, component, doc, target, tokens, what, places, tolerance)


@own_gradients()
def explain_relation(
    nlp: Language, doc: Doc, index: int, *, tolerance: float = 0.02
) -> Explanation:
    """Tell what each token gave to a relation, its two mentions being given.

    nlp (Language): The pipeline that annotated the document.
    doc (Doc): The document.
    index (int): The relation, in stored order.
    tolerance (float): How far the attributions may be from adding up: see `integrate`.
    RETURNS (Explanation): Of the relation's log-odds.
    """
    component = _find(nlp, ClinicalRel)
    head, tail, label, _ = get_relation_rows(doc, component.key)[index]
    spans = get_spans(doc, component.key)
    target, tokens = relation_target(component, doc, index)
    places = {
        name: (spans[i].start_char, spans[i].end_char)
        for name, i in (("head", head), ("tail", tail))
    }
    what = ("relation", label, "log-odds of the relation")
    return _explain(nlp, component, doc, target, tokens, what, places, tolerance)


@own_gradients()
def explain_assertion(
    nlp: Language, doc: Doc, index: int, *, name: str = ASSERTION, tolerance: float = 0.02
) -> Explanation:
    """Tell what each token gave to what is said of a mention.

    nlp (Language): The pipeline that annotated the document.
    doc (Doc): The document.
    index (int): The mention, in stored order.
    name (str): The attribute.
    tolerance (float): How far the attributions may be from adding up: see `integrate`.
    RETURNS (Explanation): Of the log-odds of the value that was written. Raises ViewerError where a
        trained component wrote none.
    """
    component = _find(nlp, ClinicalAssertion)
    span = get_spans(doc, component.key)[index]
    target, tokens, value = assertion_target(component, doc, index, name)
    places = {"mention": (span.start_char, span.end_char)}
    what = (name, value, "log-odds of the value")
    return _explain(nlp, component, doc, target, tokens, what, places, tolerance)


def _explain(
    nlp: Language,
    component: Any,
    doc: Doc,
    target: Target,
    tokens: tuple[int, int],
    what: tuple[str, str, str],
    places: dict[str, tuple[int, int]],
    tolerance: float,
) -> Explanation:
    encoder = next(iter(shared_encoders(nlp)), None)
    if encoder is None:
        raise ViewerError(Errors.SC710.format(what="encoder of ours"))
    branch = any(node.attrs.get("branch", False) for node in component.model.walk())
    path = EncoderPath(encoder.shim, encoder.model.attrs["settings"], doc, tokens, branch)
    inputs, baselines = path.embed()
    found = integrate(lambda points: target(path.vectors(points)), inputs, baselines, tolerance)
    kind, label, unit = what
    return Explanation(
        kind=kind,
        label=label,
        unit=unit,
        places=places,
        tokens=[(token.idx, token.idx + len(token)) for token in doc],
        values=path.to_tokens(found.values).tolist(),
        score=found.score,
        baseline=found.baseline,
        steps=found.steps,
        residual=found.residual,
    )


def _find(nlp: Language, kind: type[T]) -> T:
    found: Any = next((c for _, c in nlp.pipeline if isinstance(c, kind)), None)
    if found is None:
        raise ViewerError(Errors.SC710.format(what=kind.__name__))
    return found
