"""`clinical_assertion`: what it learns from, what it writes, what it refuses, how sure it is."""

import logging
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy
import pytest
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example

from spacy_clinical.attributes import AttributeType, Scheme
from spacy_clinical.docs import Assertion, get_assertions, get_spans, set_assertions, set_mentions
from spacy_clinical.errors import PipelineError
from spacy_clinical.evaluation.component_calibrators import AssertionCalibrator
from spacy_clinical.pipeline.assertion.attribute_values import (
    best_values,
    count_values,
    cross_entropy,
    fit_temperatures,
)
from spacy_clinical.pipeline.assertion.mention_instances import (
    UNKNOWN,
    make_stored_assertions,
    predict_mentions,
    training_mentions,
)
from spacy_clinical.pipeline.heads.temperature_scaling import fit_temperature

from ...conftest import assert_same_sums
from ...pipelines import SPAN_MODEL, Build, train

PATH = "components.clinical_assertion"
SETTINGS: dict[str, Any] = {
    "nlp.pipeline": ["transformer", "clinical_ner", "clinical_assertion"],
    PATH: {
        "factory": "clinical_assertion",
        "held_out": 0.0,
        "model": SPAN_MODEL,
    },
}
WORDS = "no fever . the patient was given aspirin for pain and no rash".split()  # noqa: SIM905
FEVER, ASPIRIN, PAIN, RASH = (1, 2, "SIGN"), (7, 8, "DRUG"), (9, 10, "SIGN"), (12, 13, "SIGN")
GOLD = {FEVER: "absent", PAIN: "present", RASH: "absent", ASPIRIN: None}
SIGN = AttributeType("assertion", ("absent", "present"), ("SIGN",))
Place = tuple[int, int, str]


def settings_of() -> dict[str, Any]:
    """Settings that a test may change."""
    return deepcopy(SETTINGS)


def make_doc(nlp: Language, said: dict[Place, Any], name: str = "assertion") -> Doc:
    doc = nlp.make_doc(" ".join(WORDS))
    doc[0].is_sent_start = True
    for token in doc[1:]:
        token.is_sent_start = token.i == 3
    spans = [Span(doc, s, e, label=label) for s, e, label in said]
    pairs = [[(name, value)] if value is not None else [] for value in said.values()]
    set_mentions(doc, spans, attributes=pairs)
    return doc


def make_example(nlp: Language, gold: dict[Place, Any], found: Sequence[Place] = ()) -> Example:
    return Example(make_doc(nlp, dict.fromkeys(found)), make_doc(nlp, gold))


def make_nlp(build: Build, settings: dict[str, Any] | None = None, gold: Any = GOLD) -> Language:
    nlp = build({**settings_of(), **{f"{PATH}.{k}": v for k, v in (settings or {}).items()}})
    nlp.initialize(lambda: [make_example(nlp, gold)])
    return nlp


@pytest.fixture(scope="module")
def learned(build: Build) -> Language:
    """Knows the sentences by heart; not to be changed."""
    nlp = make_nlp(build)
    for _ in range(60):
        losses = train(nlp, [make_example(nlp, GOLD)])
    assert losses["clinical_assertion"] < 0.3
    return nlp


def test_predictions(learned: Language) -> None:
    doc = learned(" ".join(WORDS))
    found = {(ent.text, ent.label_): ent._.assertion for ent in doc.ents}
    assert found == {
        ("fever", "SIGN"): "absent",
        ("aspirin", "DRUG"): None,
        ("pain", "SIGN"): "present",
        ("rash", "SIGN"): "absent",
    }
    assert [ent.text for ent in doc.ents if ent._.is_negated] == ["fever", "rash"]
    assert all(0.5 < a.score <= 1.0 for row in get_assertions(doc) for a in row if a.score)


def test_saved(learned: Language, build: Build, tmp_path: Path) -> None:
    expected = get_assertions(learned(" ".join(WORDS)))
    learned.to_disk(tmp_path)
    component = build(settings_of()).from_disk(tmp_path).get_pipe("clinical_assertion")
    assert component.cfg == learned.get_pipe("clinical_assertion").cfg
    nlp = build(settings_of()).from_bytes(learned.to_bytes())
    texts = [" ".join(WORDS), "pain", "no", ""] * 2
    alone = [get_assertions(nlp(text)) for text in texts]
    together = [get_assertions(doc) for doc in nlp.pipe(texts, batch_size=8)]
    for one, other in zip(alone, together, strict=True):
        assert [[a[:2] for a in row] for row in one] == [[a[:2] for a in row] for row in other]
    assert [[a[:2] for a in row] for row in alone[0]] == [[a[:2] for a in r] for r in expected]


def test_scores(learned: Language) -> None:
    scores = learned.evaluate([make_example(learned, GOLD)])
    assert scores["assertion_macro_f"] == scores["assertion_micro_f"] == 1.0
    assert set(scores["assertion_per_type"]) == {"absent", "present"}


def test_what_it_learns_from(learned: Language) -> None:
    near, far = (8, 10, "SIGN"), (4, 5, "SIGN")
    example = make_example(learned, GOLD, [FEVER, near, far, (12, 13, "DRUG")])
    found = training_mentions(example, Scheme((SIGN,)), None, "clinical", "x")
    # The gold signs, and the predicted sign that overlaps one; neither drugs nor what touches none.
    expected = {(1, 2): 0, (9, 10): 1, (12, 13): 0, (8, 10): 1}
    assert dict(
        zip(map(tuple, found.rows[:, :2].tolist()), found.truth[:, 0].tolist(), strict=True)
    ) == (expected)
    assert found.rows[:, 2:4].tolist() == [[0, 3], [3, 13], [3, 13], [3, 13]]
    assert found.outside == 0


def test_a_mention_over_two_sentences(learned: Language) -> None:
    doc = make_doc(learned, {(1, 5, "SIGN"): None, ASPIRIN: None, FEVER: None})
    found = predict_mentions(doc, Scheme((SIGN,)), None, "clinical")
    assert found.rows.tolist() == [[1, 5, 0, 13, 0], [1, 2, 0, 3, 0]]
    assert found.positions.tolist() == [0, 2]


def test_unknown_values_teach_nothing(build: Build) -> None:
    nlp = make_nlp(build)
    assertion = nlp.get_pipe("clinical_assertion")
    silent = make_example(nlp, {FEVER: None, PAIN: None})
    found = training_mentions(silent, assertion.scheme, None, "clinical", "x")
    assert len(found.rows) == 0
    before = nlp.get_pipe("transformer").model.shims[0].to_bytes()
    losses = train(nlp, [silent])
    assert losses["clinical_assertion"] == 0.0
    assert losses["clinical_ner"] > 0.0
    assert nlp.get_pipe("transformer").model.shims[0].to_bytes() != before


def test_defaults(build: Build) -> None:
    nlp = make_nlp(build, {"defaults": {"assertion": ""}}, {FEVER: "absent", PAIN: None})
    assertion = nlp.get_pipe("clinical_assertion")
    assert assertion.scheme.types == (AttributeType("assertion", ("", "absent"), ("SIGN",), ""),)
    doc = make_doc(nlp, {FEVER: None, PAIN: None})
    found = predict_mentions(doc, assertion.scheme, None, "clinical")
    logits = numpy.asarray([[0.0, 3.0], [3.0, 0.0]], dtype="f")
    assertion.set_annotations([doc], ([found], logits))
    (fever,), pain = get_assertions(doc)
    assert (fever.value, pain) == ("absent", [])
    assert fever.score == pytest.approx(1 / (1 + numpy.exp(-3)), abs=1e-6)


def test_several_attributes(build: Build) -> None:
    scheme = {
        "assertion": {"values": ["absent", "present"], "labels": ["SIGN"]},
        "given": {"values": ["no", "once", "yes"], "labels": ["DRUG"], "default": "yes"},
    }
    nlp = make_nlp(build, {"scheme": scheme})
    assertion = nlp.get_pipe("clinical_assertion")
    assert assertion.labels == ("absent", "present", "no", "once", "yes")
    assert assertion.model.get_dim("nO") == 5
    for _ in range(40):
        train(nlp, [make_example(nlp, GOLD)])
    doc = nlp(" ".join(WORDS))
    said = {ent.text: row for ent, row in zip(get_spans(doc), get_assertions(doc), strict=True)}
    assert [(a.name, a.value) for a in said["aspirin"]] == [("given", "yes")]
    assert [(a.name, a.value) for a in said["pain"]] == [("assertion", "present")]


def test_earlier_values_are_replaced(learned: Language) -> None:
    doc = learned.make_doc(" ".join(WORDS))
    for name in ("transformer", "clinical_ner"):
        doc = learned.get_pipe(name)(doc)
    rules = [[Assertion("assertion", "family", None, (0, 2)), Assertion("trend", "up")]] * 4
    set_assertions(doc, rules)
    doc = learned.get_pipe("clinical_assertion")(doc)
    names = [[(a.name, a.cue) for a in row] for row in get_assertions(doc)]
    assert names[0] == [("trend", None), ("assertion", None)]
    assert names[1] == [("trend", None)]


def test_stored_rules(learned: Language) -> None:
    doc = make_doc(learned, {FEVER: None, PAIN: None, ASPIRIN: None})
    said = [Assertion("assertion", "absent"), Assertion("assertion", "present", 0.9)]
    set_assertions(doc, [[said[0]], [said[1]], [Assertion("trend", "absent")]])
    spans = [*get_spans(doc), doc[0:1]]
    assert make_stored_assertions()(doc, spans) == ["absent", None, None, None]
    found = predict_mentions(doc, Scheme((SIGN,)), make_stored_assertions(), "clinical")
    assert found.rows[:, 5].tolist() == [2, 0]


def test_rules_are_a_feature(build: Build) -> None:
    rules = {"@misc": "spacy-clinical.stored_assertions.v1"}
    nlp = make_nlp(build, {"rules": rules})
    network = nlp.get_pipe("clinical_assertion").model.shims[0]._model
    assert [table.num_embeddings for table in network.features] == [7]
    doc = nlp.get_pipe("transformer")(make_doc(nlp, {FEVER: "absent", PAIN: None}))
    component = nlp.get_pipe("clinical_assertion")
    (found,), logits = component.predict([doc])
    set_assertions(doc, [[], []], names=["assertion"])
    _, without = component.predict([doc])
    assert found.rows[:, 5].tolist() == [2, 0]
    assert not numpy.allclose(logits[0], without[0])
    assert_same_sums(logits[1], without[1])


def test_held_out_documents_only_set_the_temperature(build: Build) -> None:
    nlp = make_nlp(build, {"held_out": 0.9999})
    assertion = nlp.get_pipe("clinical_assertion")
    losses = train(nlp, [make_example(nlp, GOLD)])
    assert losses["clinical_assertion"] == 0.0
    example = make_example(nlp, GOLD)
    found = training_mentions(example, assertion.scheme, None, "clinical", "x")
    logits = numpy.ones((len(found.rows), 2), dtype="f")
    loss, gradient = assertion.get_loss([example], ([found], logits))
    assert loss == 0.0 and not gradient.any()
    assert list(assertion.cfg["temperatures"]) == ["assertion"]
    assert assertion.cfg["temperatures"]["assertion"] != 1.0


def watch(nlp: Language, counts: tuple[int, int]) -> AssertionCalibrator:
    """Show a calibrator so many true and so many false statements."""
    turned = {place: {"absent": "present", "present": "absent"}.get(x) for place, x in GOLD.items()}
    golds = [gold for gold, n in zip((GOLD, turned), counts, strict=True) for _ in range(n)]
    examples = [make_example(nlp, gold) for gold in golds]
    for example in examples:
        example.predicted = nlp.get_pipe("transformer")(example.predicted)
    calibrator = AssertionCalibrator(nlp.get_pipe("clinical_assertion"))
    for batch in (examples[:7], [], examples[7:]):
        calibrator.before(batch)
    return calibrator


def test_calibrate(learned: Language) -> None:
    """Values that are right in 3 of 4 notes get scores of 0.75, where nearly 1 was said."""
    assertion: Any = learned.get_pipe("clinical_assertion")
    before = dict(assertion.cfg["temperatures"])
    try:
        (fit,), warnings = watch(learned, (30, 10)).finish()
        assert (fit.label, fit.n, fit.right, warnings) == ("assertion", 120, 0.75, [])
        assert fit.before == pytest.approx(0.25, abs=0.02) and fit.after < 0.1
        assert assertion.cfg["temperatures"]["assertion"] > 1
        doc = learned(make_doc(learned, dict.fromkeys(GOLD)))
        scores = [a.score for said in get_assertions(doc) for a in said]
        assert scores == pytest.approx([0.75] * len(scores), abs=0.1)
    finally:
        assertion.cfg["temperatures"] = before


def test_too_few_to_calibrate(learned: Language) -> None:
    assertion: Any = learned.get_pipe("clinical_assertion")
    before = dict(assertion.cfg["temperatures"])
    fits, (warning,) = watch(learned, (16, 0)).finish()
    assert not fits and assertion.cfg["temperatures"] == before
    assert "[SC544]" in warning and "48 mentions" in warning
    fits, (warning,) = AssertionCalibrator(assertion).finish()
    assert not fits and " 0 mentions" in warning


@pytest.mark.parametrize(
    ("settings", "gold", "message"),
    [
        ({}, {FEVER: None}, "SC310.*assertion.*have: none"),
        ({"learn": ["trend"]}, GOLD, "SC310.*trend.*have: assertion"),
        ({"learn": []}, GOLD, "SC310"),
        ({"defaults": {"trend": "up"}}, GOLD, "SC310.*trend"),
        ({"held_out": 1.0}, GOLD, "SC312.*1.0"),
        ({"held_out": -0.1}, GOLD, "SC312"),
        (
            {"scheme": {"assertion": {"values": ["present"], "labels": ["SIGN"]}}},
            GOLD,
            "SC304.*assertion=absent.*Known: present",
        ),
    ],
)
def test_refused(build: Build, settings: dict[str, Any], gold: Any, message: str) -> None:
    with pytest.raises(PipelineError, match=message):
        make_nlp(build, settings, gold)


def test_needs_mentions(build: Build) -> None:
    pipeline = ["transformer", "clinical_assertion"]
    nlp = build({**settings_of(), "nlp.pipeline": pipeline})
    with pytest.raises(PipelineError, match="SC303"):
        nlp.initialize(lambda: [make_example(nlp, GOLD)])
    with pytest.raises(PipelineError, match="SC301"):
        build(settings_of()).get_pipe("clinical_assertion").predict([])


def test_lost_values_are_reported(build: Build, caplog: pytest.LogCaptureFixture) -> None:
    nlp = build(settings_of())
    example = make_example(nlp, GOLD)
    words = [*WORDS[:9], "pain and", *WORDS[11:]]
    spaces = [True] * (len(words) - 1) + [False]
    example.predicted = Doc(nlp.vocab, words=words, spaces=spaces)
    with caplog.at_level(logging.WARNING):
        nlp.initialize(lambda: [Example(example.predicted.copy(), example.reference)])
    assert "SC311" in caplog.text and "1 of 3 gold attributes" in caplog.text


def test_loss_by_hand() -> None:
    scheme = Scheme((SIGN, AttributeType("trend", ("down", "stay", "up"), ("SIGN",))))
    logits = numpy.asarray([[0, numpy.log(3), 0, 0, 0], [5, 9, 0, numpy.log(2), 0]], dtype="d")
    truth = numpy.asarray([[1, UNKNOWN], [UNKNOWN, 1]])
    loss, gradient = cross_entropy(logits, truth, scheme)
    assert loss == pytest.approx(-numpy.log(3 / 4) - numpy.log(2 / 4))
    expected = [[0.25, -0.25, 0, 0, 0], [0, 0, 0.25, -0.5, 0.25]]
    numpy.testing.assert_allclose(gradient, expected, atol=1e-9)


def test_best_values_by_hand() -> None:
    scheme = Scheme((SIGN, AttributeType("trend", ("down", "stay", "up"), ("SIGN",))))
    logits = numpy.log(numpy.asarray([[1.0, 9.0, 1.0, 2.0, 1.0]]))
    chosen, certain = best_values(logits, scheme, {"assertion": 2.0}, {}, 1.0)
    assert chosen.tolist() == [[1, 1]]
    numpy.testing.assert_allclose(certain, [[3 / 4, 1 / 2]])


# Probabilities 1/5 and 4/5 of values that stand in 1/10 and 9/10 of the training data: the ratio is
# 4, and favouring the rare value in full multiplies it by 1/9, by half by 1/3, by 3/4 by 0.19.
@pytest.mark.parametrize(("balance", "best"), [(0.0, 1), (0.5, 1), (0.75, 0), (1.0, 0)])
def test_rare_values_are_favoured(balance: float, best: int) -> None:
    logits = numpy.log(numpy.asarray([[0.2, 0.8]]))
    counts = {"assertion": [1, 9]}
    chosen, certain = best_values(logits, Scheme((SIGN,)), {}, counts, balance)
    assert chosen.tolist() == [[best]]
    numpy.testing.assert_allclose(certain, [[(0.2, 0.8)[best]]])


def test_counts_by_hand() -> None:
    """Three of absent, none of present, one not known, and one more of each."""
    truth = numpy.asarray([[0], [0], [UNKNOWN], [0]])
    assert count_values(truth, Scheme((SIGN,))) == {"assertion": [4, 1]}


def test_temperature() -> None:
    """Of eight equally sure answers six are right: 3/4 sure, so T is log 27 / log 3."""
    logits = numpy.tile([0.0, numpy.log(27)], (8, 1))
    truth = numpy.asarray([1] * 6 + [0] * 2)
    assert fit_temperature(logits, truth) == pytest.approx(3.0, rel=1e-3)
    assert fit_temperature(logits[:0], truth[:0]) == 1.0
    known = numpy.column_stack([truth, numpy.full(8, UNKNOWN)])
    scheme = Scheme((SIGN, AttributeType("trend", ("down", "up"), ("SIGN",))))
    fitted = fit_temperatures(numpy.hstack([logits, logits]), known, scheme)
    assert fitted == {"assertion": pytest.approx(3.0, rel=1e-3), "trend": 1.0}
