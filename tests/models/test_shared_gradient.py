"""One encoder for two heads: one pass, and no head that swallows the other's gradient."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import spacy
import torch
from spacy.language import Language
from spacy.training import Example
from thinc.api import Config

from spacy_clinical.models import transformer

from ..conftest import TINY_CONFIG, make_examples

Gradients = dict[str, torch.Tensor]


@pytest.fixture()
def entities_only(tiny_encoder: Path, tiny_nlp: Language) -> Language:
    """The same pipeline and weights without `clinical_rel`."""
    config = Config().from_str(TINY_CONFIG)
    config["nlp"]["pipeline"] = ["transformer", "clinical_ner"]
    del config["components"]["clinical_rel"]
    config["components"]["transformer"]["model"]["weights"]["folder"] = str(tiny_encoder)
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    nlp.initialize(lambda: make_examples(nlp))
    for name in nlp.pipe_names:
        nlp.get_pipe(name).from_bytes(tiny_nlp.get_pipe(name).to_bytes())
    return nlp


def encoder_gradients(nlp: Language, examples: list[Example]) -> Gradients:
    network = nlp.get_pipe("transformer").model.shims[0]._model
    network.zero_grad(set_to_none=True)
    nlp.update(examples, sgd=False, drop=0.0, losses={})
    return {n: p.grad.clone() for n, p in network.named_parameters() if p.grad is not None}


def same(a: Gradients, b: Gradients) -> bool:
    assert a.keys() == b.keys()
    assert any(g.abs().max() > 1e-4 for g in a.values())
    return all(torch.allclose(a[name], b[name], rtol=1e-4, atol=1e-7) for name in a)


def without_relations(nlp: Language) -> list[Example]:
    """Entities are annotated, relations are not."""
    examples = make_examples(nlp)
    for example in examples:
        del example.reference.spans["clinical"]
    return examples


def without_mentions(nlp: Language) -> list[Example]:
    """Relations are annotated, but there is nothing to relate."""
    examples = make_examples(nlp, 2)
    for example in examples:
        spans = example.reference.spans["clinical"]
        attrs = {**spans.attrs, "relations": []}
        example.reference.set_ents([], default="outside")
        example.reference.spans["clinical"] = []
        example.reference.spans["clinical"].attrs.update(
            {k: [] if isinstance(v, list) else v for k, v in attrs.items()}
        )
    return examples


def test_relations_reach_the_encoder(tiny_nlp: Language, entities_only: Language) -> None:
    both = encoder_gradients(tiny_nlp, make_examples(tiny_nlp))
    one = encoder_gradients(entities_only, make_examples(entities_only))
    assert not same(one, both)


@pytest.mark.parametrize("make", [without_relations, without_mentions])
def test_without_candidates_the_gradient_is_that_of_the_entities(
    tiny_nlp: Language, entities_only: Language, make: Any
) -> None:
    tiny_nlp.get_pipe("clinical_rel").learn_from_predicted = False
    both = encoder_gradients(tiny_nlp, make(tiny_nlp))
    one = encoder_gradients(entities_only, make(entities_only))
    assert same(one, both)


def test_grad_factor_weighs_the_heads(tiny_nlp: Language, entities_only: Language) -> None:
    tiny_nlp.get_pipe("clinical_rel").model.get_ref("tok2vec").attrs["grad_factor"] = 0.0
    both = encoder_gradients(tiny_nlp, make_examples(tiny_nlp))
    one = encoder_gradients(entities_only, make_examples(entities_only))
    assert same(one, both)


def test_empty_documents_in_a_batch_change_nothing(tiny_nlp: Language) -> None:
    tiny_nlp.get_pipe("clinical_rel").learn_from_predicted = False
    plain = encoder_gradients(tiny_nlp, make_examples(tiny_nlp))
    examples = make_examples(tiny_nlp)
    for i in (0, 2, len(examples) + 2):
        examples.insert(i, Example(tiny_nlp.make_doc(""), tiny_nlp.make_doc("")))
    assert same(plain, encoder_gradients(tiny_nlp, examples))


@contextmanager
def count_passes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Collect how many documents each encoder pass takes."""
    passes: list[int] = []
    encode = transformer.encode_pieces

    def counted(shim: Any, pieces: Any, *rest: Any, **settings: Any) -> Any:
        passes.append(len(pieces))
        return encode(shim, pieces, *rest, **settings)

    with monkeypatch.context() as patch:
        patch.setattr(transformer, "encode_pieces", counted)
        yield passes


def test_one_pass_an_update(tiny_nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    with count_passes(monkeypatch) as passes:
        tiny_nlp.update(make_examples(tiny_nlp), sgd=False, losses={})
    assert passes == [4]


def test_one_pass_a_document(tiny_nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [eg.reference.text for eg in make_examples(tiny_nlp)] + ["", "pain " * 500]
    with count_passes(monkeypatch) as passes:
        docs = list(tiny_nlp.pipe(texts))
    assert sum(passes) == len(texts)
    assert all(doc._.trf_data is None for doc in docs)
