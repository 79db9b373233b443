"""`clinical_ner`: gold laid onto other tokens, gradient, labels, annotation."""

from pathlib import Path
from typing import Any

import numpy
import pytest
import srsly
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.vocab import Vocab
from thinc.api import Model

from spacy_clinical.docs import get_spans, name_doc, set_mentions, to_doc
from spacy_clinical.errors import PipelineError
from spacy_clinical.pipeline.ner.biluo_tags import tag_names
from spacy_clinical.pipeline.ner.clinical_ner import ClinicalNER
from spacy_clinical.records import Entity, Record

from ...conftest import make_examples
from ...pipelines import Build, train

TEXT = "given aspirin 500mg daily ."
TOKENS = ["given", "aspirin", "500mg", "daily", "."]
FINE = ["gi", "ven", "aspirin", "500", "mg", "daily", "."]
VOCAB = Vocab()


def make_doc(words: list[str]) -> Doc:
    """Lay words onto TEXT."""
    spaces, end = [], 0
    for word in words:
        end = TEXT.index(word, end) + len(word)
        spaces.append(TEXT[end : end + 1] == " ")
    doc = Doc(VOCAB, words=words, spaces=spaces)
    assert doc.text == TEXT
    return doc


def with_mentions(words: list[str], *places: tuple[int, int, str], **fields: Any) -> Doc:
    doc = make_doc(words)
    spans = [doc.char_span(start, end, label=label) for start, end, label in places]
    set_mentions(doc, spans, **fields)
    return doc


def with_ents(words: list[str], missing: tuple[int, int] | None) -> Doc:
    doc = make_doc(words)
    unknown = [doc[slice(*missing)]] if missing else []
    doc.set_ents([Span(doc, 1, 2, label="DRUG")], missing=unknown, default="outside")
    return doc


def make_ner(labels: list[str]) -> ClinicalNER:
    """A component without a network: loss and annotation need none."""
    model: Model = Model("none", lambda model, X, is_train: (X, lambda dY: dY))
    ner = ClinicalNER(VOCAB, model, spans_key="clinical", annotate_in_update=True, scorer=None)
    ner.cfg["labels"] = labels
    return ner


def truth(predicted: Doc, reference: Doc, labels: list[str]) -> list[str]:
    """The tags that the loss pulls towards; "?" where it pulls nowhere."""
    ner, tags = make_ner(labels), tag_names(labels)
    logits = numpy.zeros((len(predicted), len(tags)), dtype="f")
    _, gradient = ner.get_loss([Example(predicted, reference)], logits)
    return [tags[row.argmin()] if row.any() else "?" for row in gradient]


DRUG, DOSE, BOTH = (6, 13, "DRUG"), (14, 17, "DOSE"), (6, 25, "DRUG")


@pytest.mark.parametrize(
    ("predicted", "reference", "expected"),
    [
        pytest.param(TOKENS, with_mentions(TOKENS, DRUG), "O U-DRUG O O O", id="same tokens"),
        pytest.param(FINE, with_mentions(TOKENS, DRUG), "O O U-DRUG O O O O", id="finer"),
        pytest.param(TOKENS, with_mentions(FINE, DRUG), "O U-DRUG O O O", id="coarser"),
        pytest.param(
            FINE, with_mentions(TOKENS, BOTH), "O O B-DRUG I-DRUG I-DRUG L-DRUG O", id="longer"
        ),
        pytest.param(TOKENS, with_mentions(FINE, DOSE), "O O ? O O", id="inside a token"),
        pytest.param(
            TOKENS, with_mentions(FINE, DRUG, DOSE), "O U-DRUG ? O O", id="one held, one not"
        ),
        pytest.param(
            TOKENS,
            with_mentions(TOKENS, BOTH, fragments={0: ((6, 13), (20, 25))}),
            "O ? O ? O",
            id="discontinuous",
        ),
        pytest.param(
            TOKENS, with_mentions(TOKENS, DRUG, BOTH), "O B-DRUG I-DRUG L-DRUG O", id="overlapping"
        ),
        pytest.param(TOKENS, with_mentions(TOKENS), "O O O O O", id="annotated with nothing"),
        pytest.param(TOKENS, make_doc(TOKENS), "? ? ? ? ?", id="not annotated"),
        pytest.param(TOKENS, with_ents(TOKENS, None), "O U-DRUG O O O", id="ents"),
        pytest.param(TOKENS, with_ents(TOKENS, (2, 4)), "O U-DRUG ? ? O", id="ents, some missing"),
        pytest.param(FINE, with_ents(TOKENS, (2, 4)), "O O U-DRUG ? ? ? O", id="missing, finer"),
    ],
)
def test_gold_on_predicted_tokens(predicted: Any, reference: Doc, expected: str) -> None:
    assert truth(make_doc(predicted), reference, ["DRUG", "DOSE"]) == expected.split()


def test_lost_gold_is_masked() -> None:
    entities = (Entity("T1", "DOSE", ((14, 17),)), Entity("T2", "DRUG", ((6, 13),)))
    reference = to_doc(Record("1", TEXT, entities), lambda text: make_doc(TOKENS))
    assert truth(make_doc(TOKENS), reference, ["DRUG", "DOSE"]) == ["O", "U-DRUG", "?", "O", "O"]
    assert truth(make_doc(FINE), reference, ["DRUG", "DOSE"])[:3] == ["O", "O", "U-DRUG"]


def test_gradient_by_finite_differences() -> None:
    examples = [
        Example(make_doc(TOKENS), with_mentions(FINE, DRUG, DOSE)),
        Example(make_doc(FINE), with_mentions(TOKENS, BOTH)),
        Example(make_doc(TOKENS), make_doc(TOKENS)),
    ]
    ner = make_ner(["DRUG", "DOSE"])
    logits = numpy.random.default_rng(0).normal(size=(17, 9))
    loss, gradient = ner.get_loss(examples, logits)
    assert loss > 0
    for row, column in numpy.ndindex(*logits.shape):
        step = numpy.zeros_like(logits)
        step[row, column] = 1e-4
        above, below = (ner.get_loss(examples, logits + d * step)[0] for d in (1, -1))
        assert gradient[row, column] == pytest.approx((above - below) / 2e-4 / 17, abs=1e-5)


@pytest.mark.parametrize("scores", [[0.5, 0.25], [None, 0.25], None])
def test_tokens_of_doubtful_mentions_count_less(scores: list[float | None] | None) -> None:
    """Each row of the gradient by the least score of its mentions; gold counts in full."""
    places = ((0, 5, "DOSE"), BOTH, DRUG)
    given = None if scores is None else [*scores, 0.75]
    example = Example(make_doc(TOKENS), with_mentions(TOKENS, *places, scores=given))
    ner = make_ner(["DRUG", "DOSE"])
    logits = numpy.random.default_rng(0).normal(size=(5, 9)).astype("f")
    loss, whole = ner.get_loss([example, example], numpy.concatenate([logits, logits]))
    ner.weigh_by_score = True
    weighed_loss, weighed = ner.get_loss([example, example], numpy.concatenate([logits, logits]))
    first = 1.0 if scores is None or scores[0] is None else 0.5
    rest = 1.0 if scores is None else 0.25
    weights = numpy.array([first, rest, rest, rest, 1.0] * 2)[:, None]
    numpy.testing.assert_allclose(weighed, whole * weights, rtol=1e-5)
    assert weighed_loss == loss


def partly_known(words: list[str], *places: tuple[int, int, str]) -> Doc:
    """A document in which only doses were looked for."""
    doc = with_mentions(words, *places)
    name_doc(doc, "1", {"annotated": {"entities": ["DOSE"]}})
    return doc


def test_loss_of_a_label_that_was_not_looked_for() -> None:
    """With nine equal tags: 1 of 9 where a dose is, elsewhere O or any of the four of DRUG."""
    example = Example(make_doc(TOKENS), partly_known(TOKENS, (14, 19, "DOSE")))
    loss, gradient = make_ner(["DRUG", "DOSE"]).get_loss([example], numpy.zeros((5, 9)))
    assert loss == pytest.approx(numpy.log(9) + 4 * numpy.log(9 / 5))
    outside = [1 / 9 - 1 / 5] * 5 + [1 / 9] * 4
    assert gradient[0] * 5 == pytest.approx(numpy.asarray(outside))
    assert gradient[2] * 5 == pytest.approx(numpy.asarray([1 / 9] * 8 + [1 / 9 - 1]))


def test_gradient_of_a_label_that_was_not_looked_for() -> None:
    examples = [
        Example(make_doc(FINE), partly_known(TOKENS, (14, 19, "DOSE"))),
        Example(make_doc(TOKENS), partly_known(FINE, (14, 17, "DOSE"))),
    ]
    ner = make_ner(["DRUG", "DOSE"])
    logits = numpy.random.default_rng(1).normal(size=(12, 9))
    _, gradient = ner.get_loss(examples, logits)
    for row, column in numpy.ndindex(*logits.shape):
        step = numpy.zeros_like(logits)
        step[row, column] = 1e-4
        above, below = (ner.get_loss(examples, logits + d * step)[0] for d in (1, -1))
        assert gradient[row, column] == pytest.approx((above - below) / 2e-4 / 12, abs=1e-6)


def test_gradient_of_nothing_known() -> None:
    example = Example(make_doc(TOKENS), make_doc(TOKENS))
    loss, gradient = make_ner(["DRUG"]).get_loss([example], numpy.ones((5, 5), dtype="f"))
    assert loss == 0.0
    assert gradient.shape == (5, 5)
    assert not gradient.any()


WORDS = st.lists(st.sampled_from(["a", "b", " ", "\n", "\n\n"]), max_size=12)


@given(st.lists(WORDS, min_size=1, max_size=3), st.integers(0, 2**32 - 1), st.floats(0.1, 200))
@settings(max_examples=80)
def test_annotation_of_any_scores(docs_words: list[list[str]], seed: int, scale: float) -> None:
    ner = make_ner(["DRUG", "SIGN"])
    docs = [Doc(VOCAB, words=words) for words in docs_words]
    n_tokens = sum(len(doc) for doc in docs)
    logits = numpy.random.default_rng(seed).normal(scale=scale, size=(n_tokens, 9)).astype("f")
    ner.set_annotations(docs, logits)
    for doc in docs:
        spans = get_spans(doc)
        assert list(doc.ents) == spans
        assert all(not span[0].is_space and not span[-1].is_space for span in spans)
        scores = doc.spans["clinical"].attrs["scores"]
        assert len(scores) == len(spans)
        assert all(0.0 <= score <= 1.0 for score in scores)
        assert all(span._.score == score for span, score in zip(spans, scores, strict=True))
        assert not len(doc) or doc.has_annotation("ENT_IOB")


def test_score_is_that_of_the_least_certain_tag() -> None:
    ner = make_ner(["DRUG"])
    doc = Doc(VOCAB, words=["a", "b", "c"])
    chances = numpy.asarray([[0.1, 0.6, 0.1, 0.1, 0.1], [0.1, 0.1, 0.0, 0.8, 0.0], [1, 0, 0, 0, 0]])
    ner.set_annotations([doc], numpy.log(chances + 1e-9).astype("f"))
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("a b", "DRUG")]
    assert doc.ents[0]._.score == pytest.approx(0.6, abs=1e-4)


def test_labels_are_learned(tiny_nlp: Language) -> None:
    ner = tiny_nlp.get_pipe("clinical_ner")
    assert ner.labels == ner.label_data == ("DRUG", "SIGN")
    assert ner.model.get_dim("nO") == 9


def test_labels_are_learned_from_ents(build: Build) -> None:
    nlp = build({"nlp.pipeline": ["transformer", "clinical_ner"]})
    doc = nlp.make_doc("a b a")
    doc.ents = [Span(doc, 0, 1, label="Z"), Span(doc, 1, 2, label="Y")]
    nlp.initialize(lambda: [Example(nlp.make_doc(doc.text), doc)])
    assert nlp.get_pipe("clinical_ner").labels == ("Y", "Z")


def test_labels_are_given(build: Build, tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    srsly.write_json(path, ["SIGN", "DRUG", "EXTRA"])
    reader = {"@readers": "spacy.read_labels.v1", "path": str(path)}
    nlp = build({"initialize.components.clinical_ner.labels": reader})
    nlp.initialize(lambda: make_examples(nlp))
    assert nlp.get_pipe("clinical_ner").labels == ("SIGN", "DRUG", "EXTRA")


def test_label_data_returns(build: Build, trained: Language) -> None:
    first = trained.get_pipe("clinical_ner")
    data = srsly.json_loads(srsly.json_dumps(first.label_data))
    nlp = build({"nlp.pipeline": ["transformer", "clinical_ner"]})
    nlp.config["initialize"]["components"] = {"clinical_ner": {"labels": data}}
    nlp.initialize(lambda: make_examples(nlp))
    assert nlp.get_pipe("clinical_ner").labels == first.labels


def test_add_label(build: Build) -> None:
    nlp = build({"nlp.pipeline": ["transformer", "clinical_ner"]})
    ner = nlp.get_pipe("clinical_ner")
    assert ner.add_label("EXTRA") == 1
    assert ner.add_label("EXTRA") == 0
    nlp.initialize(lambda: make_examples(nlp))
    assert ner.labels == ("EXTRA", "DRUG", "SIGN")
    assert ner.add_label("DRUG") == 0
    assert ner.add_label("NEW") == 1
    assert ner.predict([nlp("Aspirin")]).shape == (1, 17)


def test_no_labels(build: Build) -> None:
    nlp = build({"nlp.pipeline": ["transformer", "clinical_ner"]})
    with pytest.raises(PipelineError, match="SC301"):
        nlp.get_pipe("clinical_ner").predict([nlp.make_doc("a")])
    doc = nlp.make_doc("a b")
    with pytest.raises(PipelineError, match="SC301"):
        nlp.initialize(lambda: [Example(nlp.make_doc("a b"), doc)])


def test_unknown_label(tiny_nlp: Language) -> None:
    doc = tiny_nlp.make_doc("a b")
    set_mentions(doc, [Span(doc, 0, 1, label="NEW")])
    with pytest.raises(PipelineError, match=r"SC304.*entity labels.*NEW.*Known: DRUG, SIGN"):
        tiny_nlp.update([Example(tiny_nlp.make_doc("a b"), doc)])


@pytest.mark.parametrize("text", ["", " ", "\n \n", ". . ."])
def test_texts_without_mentions(trained: Language, text: str) -> None:
    doc = trained(text)
    assert doc.text == text
    assert get_spans(doc) == []
    assert doc.ents == doc._.relations == ()


def test_found_mentions(trained: Language) -> None:
    doc = trained("The patient was given aspirin for pain .")
    found = [(e.text, e.label_) for e in doc.ents]
    assert found == [("aspirin", "DRUG"), ("pain", "SIGN")]
    assert list(doc.ents) == get_spans(doc)
    assert all(0.5 < e._.score <= 1.0 for e in doc.ents)


@pytest.mark.parametrize("annotate", [True, False])
def test_annotation_in_update(build: Build, annotate: bool) -> None:
    settings = {"components.clinical_ner.annotate_in_update": annotate}
    nlp = build({"nlp.pipeline": ["transformer", "clinical_ner"], **settings})
    nlp.initialize(lambda: make_examples(nlp))
    examples = make_examples(nlp, 2)
    for _, pipe in nlp.pipeline:
        pipe.update(examples)
    assert [("clinical" in eg.predicted.spans) for eg in examples] == [annotate] * 2


def test_odd_batches_train(tiny_nlp: Language) -> None:
    texts = ["", " \n ", "no"]
    odd = [Example(tiny_nlp.make_doc(text), tiny_nlp.make_doc(text)) for text in texts]
    for example in odd[:2]:
        set_mentions(example.reference, [])
    for examples in (odd[:1], odd[1:2], odd, [odd[0], *make_examples(tiny_nlp, 2), *odd[1:]]):
        losses = train(tiny_nlp, examples)
        assert numpy.isfinite(losses["clinical_ner"])
    assert losses["clinical_ner"] > 0


def test_fitting_other_tokens(tiny_nlp: Language) -> None:
    """Training goes well where the gold has other tokens than the pipeline."""
    examples = []
    for example in make_examples(tiny_nlp, 2):
        gold = example.reference
        letters = [c for c in gold.text if c != " "]
        spaces = [gold.text[i + 1 : i + 2] == " " for i, c in enumerate(gold.text) if c != " "]
        fine = Doc(tiny_nlp.vocab, words=letters, spaces=spaces)
        spans = get_spans(gold)
        set_mentions(
            fine, [fine.char_span(s.start_char, s.end_char, label=s.label_) for s in spans]
        )
        examples.append(Example(example.predicted, fine))
    train(tiny_nlp, examples, steps=40)
    for example in examples:
        doc = tiny_nlp(example.text)
        assert [(e.text, e.label_) for e in doc.ents] == [
            (s.text, s.label_) for s in get_spans(example.reference)
        ]
