"""Attributions: exact where the answer is known, adding up everywhere, of the pipeline's scores."""

import json
import math
from pathlib import Path

import numpy
import pytest
import spacy
import torch
from spacy.language import Language
from spacy.tokens import Doc, Span

from spacy_clinical.docs import (
    get_assertions,
    get_relation_rows,
    get_spans,
    set_mentions,
    set_relations,
)
from spacy_clinical.errors import ViewerError
from spacy_clinical.explanations import (
    Explanation,
    explain_assertion,
    explain_entity,
    explain_relation,
)
from spacy_clinical.explanations.gradients import FEWEST, integrate
from spacy_clinical.viewer.explanations_page import render_explanations

from ..cli.trained import train_tiny
from ..conftest import make_examples, make_record

TEXT = make_record(0).text
LONG = "No fever . " * 20 + TEXT + " No fever ." * 20


@pytest.fixture(scope="module")
def nlp(tiny_encoder: Path) -> Language:
    return train_tiny(tiny_encoder)


def test_a_linear_score() -> None:
    """Each input's share is its weight times its distance from the baseline."""
    weights = torch.tensor([2.0, -1.0, 0.5])
    found = integrate(lambda xs: xs[0] @ weights, [torch.tensor([1.0, 2.0, 3.0])], [torch.ones(3)])
    numpy.testing.assert_allclose(found.values[0], [0.0, -1.0, 1.0], atol=1e-6)
    assert (found.score, found.baseline, found.steps) == (1.5, 1.5, FEWEST)


def test_a_product() -> None:
    """Of x * y from 0, each has half; of x^3 everything is x's."""
    one, two = torch.tensor([3.0]), torch.tensor([4.0])
    zeros = [torch.zeros(1), torch.zeros(1)]
    found = integrate(lambda xs: (xs[0] * xs[1])[:, 0], [one, two], zeros)
    numpy.testing.assert_allclose([float(v) for v in found.values], [6.0, 6.0], atol=1e-5)
    found = integrate(lambda xs: (xs[0] ** 3)[:, 0], [one, two], zeros)
    numpy.testing.assert_allclose([float(v) for v in found.values], [27.0, 0.0], atol=1e-4)


def test_hard_scores_take_more_steps() -> None:
    x, zero = torch.tensor([1.0]), torch.tensor([0.0])
    found = integrate(lambda xs: torch.sigmoid(200 * (xs[0][:, 0] - 0.3)), [x], [zero])
    assert found.steps > FEWEST
    assert float(found.values[0]) == pytest.approx(1.0, abs=0.02)


def adds_up(found: Explanation, tolerance: float = 0.02) -> bool:
    """Within 2 % of the difference of the scores, and to the letter with the remainder."""
    difference = found.score - found.baseline
    assert sum(found.values) == pytest.approx(difference + found.residual, abs=1e-4)
    return abs(found.residual) <= tolerance * max(abs(difference), 0.05)


@pytest.mark.parametrize("text", [TEXT, LONG], ids=["one window", "windows"])
def test_entities(nlp: Language, text: str) -> None:
    """The score is the pipeline's own: the logarithm of the product of its tags'."""
    doc = nlp(text)
    spans = get_spans(doc)
    index = next(i for i, span in enumerate(spans) if span.text == "aspirin")
    found = explain_entity(nlp, doc, index)
    assert adds_up(found)
    stored = doc.spans["clinical"].attrs["scores"][index]
    assert math.exp(found.score) == pytest.approx(stored, rel=1e-3)
    assert (found.kind, found.label) == ("entity", "DRUG")
    start, end = found.places["mention"]
    assert text[start:end] == "aspirin"
    assert [text[s:e] for s, e in found.tokens] == [token.text for token in doc]
    strongest = int(numpy.argmax(found.values))
    assert found.values[strongest] > 0


@pytest.mark.parametrize("name", ["MultiLabelTokenClassifier", "BandSpanClassifier"])
def test_entities_of_other_architectures(tiny_encoder: Path, name: str) -> None:
    nlp = train_tiny(tiny_encoder, f"spacy-clinical.{name}.v1")
    doc = nlp(TEXT)
    index = next(i for i, span in enumerate(get_spans(doc)) if span.text == "aspirin")
    found = explain_entity(nlp, doc, index)
    assert adds_up(found)
    stored = doc.spans["clinical"].attrs["scores"][index]
    assert math.exp(found.score) == pytest.approx(stored, rel=1e-3)


@pytest.mark.parametrize("text", [TEXT, LONG], ids=["one window", "windows"])
def test_relations(nlp: Language, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(nlp.get_pipe("clinical_rel").cfg, "threshold", 0.0)  # type: ignore[attr-defined]
    doc = nlp(text)
    spans = get_spans(doc)
    rows = get_relation_rows(doc)
    index = next(
        i
        for i, (h, t, _, _) in enumerate(rows)
        if (spans[h].text, spans[t].text) == ("aspirin", "pain")
    )
    found = explain_relation(nlp, doc, index)
    assert adds_up(found)
    assert 1 / (1 + math.exp(-found.score)) == pytest.approx(rows[index][3], rel=1e-3)
    assert set(found.places) == {"head", "tail"}


@pytest.mark.parametrize("rules", [False, True], ids=["head alone", "head beside rules"])
def test_assertions(tiny_encoder: Path, rules: bool) -> None:
    """The score is the pipeline's own: the log-odds of the value's probability."""
    nlp = train_tiny(tiny_encoder)
    if rules:
        nlp.add_pipe("sentencizer", first=True)
    source: dict = {"@misc": "spacy-clinical.context_rules.v1"} if rules else {}
    nlp.add_pipe("clinical_assertion", config={"rules": source} if rules else {})
    nlp.get_pipe("clinical_assertion").initialize(lambda: make_examples(nlp, 2), nlp=nlp)  # type: ignore[attr-defined]
    doc = nlp(make_record(1).text)
    for index, (said,) in enumerate(get_assertions(doc)):
        found = explain_assertion(nlp, doc, index)
        assert adds_up(found)
        assert 1 / (1 + math.exp(-found.score)) == pytest.approx(said.score, rel=1e-3)
        assert (found.kind, found.label) == ("assertion", said.value)


def test_no_assertion_to_explain(nlp: Language, tiny_encoder: Path) -> None:
    doc = nlp(TEXT)
    with pytest.raises(ViewerError, match="SC710"):
        explain_assertion(nlp, doc, 0)


def test_far_tokens_give_nothing(nlp: Language) -> None:
    """What stands in no window that the mention is read from gives exactly nothing."""
    doc = nlp(LONG)
    found = explain_entity(nlp, doc, 0)
    values = numpy.array(found.values)
    assert numpy.abs(values[:5]).sum() > 0
    assert numpy.all(values[-40:] == 0.0)


def test_the_pipeline_stays_as_it_was(nlp: Language) -> None:
    before = nlp(TEXT).spans["clinical"].attrs["scores"]
    network = nlp.get_pipe("transformer").model.shims[0]._model  # type: ignore[attr-defined]
    network.train()
    for parameter in network.parameters():
        parameter.grad = None
    explain_entity(nlp, nlp(TEXT), 0)
    assert not network.get_input_embeddings()._forward_hooks
    assert all(parameter.grad is None for parameter in network.parameters())
    assert nlp(TEXT).spans["clinical"].attrs["scores"] == pytest.approx(before, rel=1e-5)


def test_what_cant_be_explained(nlp: Language) -> None:
    doc = nlp(TEXT)
    with pytest.raises(ViewerError, match="SC710"):
        explain_entity(spacy.blank("en"), doc, 0)
    other = Doc(nlp.vocab, words=TEXT.split())
    set_mentions(other, [Span(other, 0, 2, label="ELSE"), Span(other, 4, 5, label="DRUG")])
    with pytest.raises(ViewerError, match="SC708"):
        explain_entity(nlp, other, 0)
    set_relations(other, [(1, 0, "TREATS", None)])
    with pytest.raises(ViewerError, match="SC709"):
        explain_relation(nlp, other, 0)


def test_page(nlp: Language) -> None:
    doc = nlp(TEXT)
    found = [explain_relation(nlp, doc, 0), explain_entity(nlp, doc, 0)]
    page = render_explanations([("<b>", TEXT, found)])
    assert "<b>" not in page
    assert "relation: aspirin TREATS pain" in page
    assert page.count('class="text"') == 2
    assert page.count("(head)") == page.count("(tail)") == 1
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert json.loads(json.dumps(found[0].to_dict()))["label"] == "TREATS"
    assert "aspirin" not in json.dumps(found[0].to_dict())
