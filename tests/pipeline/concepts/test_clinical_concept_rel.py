"""`clinical_concept_rel`: learning, gradient, thresholds, evidence, and what stands before it."""

import logging
import pickle
from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
import srsly
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span
from spacy.training import Example

from spacy_clinical.docs import (
    ConceptRow,
    get_relation_rows,
    get_spans,
    set_concept_relations,
    set_mentions,
    set_relations,
    to_doc,
)
from spacy_clinical.errors import PipelineError
from spacy_clinical.records import ConceptRelation, Entity, Record
from spacy_clinical.schema import RelationType, Schema
from spacy_clinical.scoring.all_scores import keep_made, open_thresholds

from ...pipelines import Build, train

NAME = "clinical_concept_rel"
MODEL = {
    "@architectures": "spacy-clinical.ConceptPairClassifier.v1",
    "hidden": 16,
    "heads": 2,
    "blocks": 2,
    "reach": 4,
    "dropout": 0.0,
    "input_dropout": 0.0,
    "hide": 0.0,
    "tok2vec": {"@architectures": "spacy-clinical.TransformerListener.v1"},
}
PIPELINE = ["sentencizer", "transformer", "clinical_ner", NAME]
# Drug and sign stand in different sentences; only after "given" is the drug meant.
TEXTS = (
    ("The patient was given aspirin . No fever . Pain after aspirin .", ("Pain",)),
    ("Pain . The patient was given aspirin and metformin for fever .", ("fever",)),
)
WORDS = {"aspirin": "DRUG", "metformin": "DRUG", "fever": "SIGN", "pain": "SIGN"}


def make_record(number: int) -> Record:
    text, signs = TEXTS[number % 2]
    entities, start = [], 0
    for word in text.split():
        if word.lower() in WORDS:
            label = WORDS[word.lower()]
            place = ((start, start + len(word)),)
            entities.append(Entity(f"T{start}", label, place, f"C-{word.lower()}"))
        start += len(word) + 1
    stated = tuple(ConceptRelation("C-aspirin", f"C-{x.lower()}", "TREATS") for x in signs)
    return Record(f"doc{number}", text, tuple(entities), concept_relations=stated)


def make_examples(nlp: Language, count: int = 2) -> list[Example]:
    golds = [to_doc(make_record(i), nlp.make_doc) for i in range(count)]
    split = nlp.get_pipe("sentencizer")
    return [Example(split(nlp.make_doc(doc.text)), doc) for doc in golds]


def build_one(build: Build, **settings: Any) -> Language:
    component = {"factory": NAME, "model": MODEL, **settings}
    nlp = build(
        {
            "nlp.pipeline": PIPELINE,
            "components.sentencizer": {"factory": "sentencizer"},
            f"components.{NAME}": component,
        }
    )
    nlp.initialize(lambda: make_examples(nlp))
    return nlp


@pytest.fixture(scope="module")
def learned(build: Build) -> Language:
    """A pipeline that knows its two sentences by heart; not to be changed."""
    nlp = build_one(build)
    for _ in range(40):
        train(nlp, make_examples(nlp))
    return nlp


def told(doc: Doc) -> list[tuple[str, str, str]]:
    return sorted((r.head, r.label, r.tail) for r in doc._.concept_relations)


def test_it_learns_what_is_between_concepts(learned: Language) -> None:
    docs = list(learned.pipe(text for text, _ in TEXTS))
    # Predicted mentions have no identifiers: their names stand for them.
    assert [told(doc) for doc in docs] == [
        [("name:aspirin", "TREATS", "name:pain")],
        [("name:aspirin", "TREATS", "name:fever")],
    ]
    (relation,) = docs[0]._.concept_relations
    assert 0.5 <= relation.score <= 1.0
    # All pairs of its mentions, as there are two, the best first.
    assert {(h.text, h.start, t.text) for h, t in relation.evidence} == {
        ("aspirin", 4, "Pain"),
        ("aspirin", 11, "Pain"),
    }
    assert docs[0]._.trf_data is None
    assert docs[0]._.relations == ()


def test_evaluation(learned: Language) -> None:
    examples = [Example(eg.predicted.copy(), eg.reference) for eg in make_examples(learned)]
    for example in examples:
        golds = {(s.start, s.end): s.kb_id_ for s in get_spans(example.reference)}
        doc = learned.get_pipe("transformer")(example.predicted)
        spans = [
            Span(doc, *place, label=WORDS[doc[place[0]].lower_], kb_id=kb)
            for place, kb in golds.items()
        ]
        set_mentions(doc, spans)
        learned.get_pipe(NAME)(doc)
    scores = learned.get_pipe(NAME).score(examples)
    assert scores["concept_rel_f"] == 1.0


def test_one_or_many_and_in_any_process(learned: Language, tmp_path: Path) -> None:
    texts = [text for text, _ in TEXTS] * 2
    alone = [learned(text) for text in texts]
    expected = [doc.spans["clinical"].attrs for doc in alone]
    learned.to_disk(tmp_path)
    loaded = spacy.load(tmp_path)
    copies = [
        list(learned.pipe(texts, batch_size=4)),
        list(loaded.pipe(texts)),
        list(DocBin(docs=alone).get_docs(learned.vocab)),
        [pickle.loads(pickle.dumps(doc)) for doc in alone],
        [Doc(learned.vocab).from_bytes(doc.to_bytes()) for doc in alone],
    ]
    for docs in copies:
        for doc, attrs in zip(docs, expected, strict=True):
            found = doc.spans["clinical"].attrs
            scores = numpy.array(found.pop("concept_scores")), numpy.array(attrs["concept_scores"])
            numpy.testing.assert_allclose(*scores, atol=1e-5)
            assert found["concept_relations"] == attrs["concept_relations"]
            assert found["concept_evidence"] == attrs["concept_evidence"]


@pytest.mark.slow
def test_two_processes(learned: Language) -> None:
    texts = [text for text, _ in TEXTS] * 2
    expected = [told(doc) for doc in learned.pipe(texts)]
    assert [told(doc) for doc in learned.pipe(texts, n_process=2, batch_size=1)] == expected


def test_gradient_by_finite_differences(learned: Language) -> None:
    component, examples = learned.get_pipe(NAME), make_examples(learned)
    instances = [component._gold_instances(eg) for eg in examples]
    shapes = [(len(found.mask), len(found.arrays.links)) for found in instances]
    assert shapes == [(2, 4), (4, 4)]
    logits = numpy.random.default_rng(0).normal(size=(6 + 8, 2))
    loss, gradient = component.get_loss(examples, (instances, logits))
    assert loss > 0
    assert not gradient[6:].any()
    factor = component.cfg["pairs_per_token"] * sum(len(eg.predicted) for eg in examples)
    assert factor == pytest.approx(6)
    for place in numpy.ndindex(6, 2):
        step = numpy.zeros_like(logits)
        step[place] = 1e-4
        above, below = (
            component.get_loss(examples, (instances, logits + d * step))[0] for d in (1, -1)
        )
        assert gradient[place] == pytest.approx((above - below) / 2e-4 / factor, abs=1e-5)


def test_unannotated_documents_teach_nothing(build: Build) -> None:
    nlp = build_one(build)
    examples = make_examples(nlp)
    for example in examples:
        spans = get_spans(example.reference)
        set_mentions(example.reference, spans)  # no relations, not even none
    before = nlp.get_pipe("transformer").model.shims[0].to_bytes()
    losses = train(nlp, examples)
    assert losses[NAME] == 0.0
    assert losses["clinical_ner"] > 0.0
    assert nlp.get_pipe("transformer").model.shims[0].to_bytes() != before


def test_a_document_without_relations_is_negative(build: Build) -> None:
    nlp = build_one(build)
    example = make_examples(nlp, 1)[0]
    set_mentions(example.reference, get_spans(example.reference))
    set_relations(example.reference, [])
    assert train(nlp, [example])[NAME] > 0.0


def scored(chances: list[float], links: list[float]) -> Any:
    """Logits of pairs and of their mentions, against an even threshold."""
    values = numpy.array([*chances, *links])
    return numpy.stack([numpy.zeros_like(values), numpy.log(values / (1 - values))], axis=1)


def write(nlp: Language, chances: list[float], links: list[float], **cfg: Any) -> Doc:
    component = nlp.get_pipe(NAME)
    doc = make_examples(nlp, 1)[0].predicted
    gold = to_doc(make_record(0), nlp.make_doc)
    set_mentions(
        doc, [Span(doc, s.start, s.end, label=s.label_, kb_id=s.kb_id_) for s in get_spans(gold)]
    )
    kept = dict(component.cfg)
    component.cfg.update(cfg)
    try:
        found = component.predict([doc])[0]
        component.set_annotations([doc], (found, scored(chances, links)))
    finally:
        component.cfg.clear()
        component.cfg.update(kept)
    return doc


@pytest.fixture()
def silent(learned: Language, monkeypatch: pytest.MonkeyPatch) -> Language:
    """The pipeline without its network."""
    model = learned.get_pipe(NAME).model
    monkeypatch.setattr(type(model), "predict", lambda self, X: numpy.zeros((0, 2)))
    return learned


# Pairs: aspirin and fever, aspirin and pain. Links: aspirin (0) and fever (1), aspirin and pain
# (2), the later aspirin (3) and fever, and pain.
LINKS = [0.2, 0.3, 0.4, 0.9]
THRESHOLDS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["C-pain"]),
    ({"threshold": 0.3}, ["C-fever", "C-pain"]),
    ({"threshold": 0.9}, []),
    ({"threshold": 0.9, "thresholds": {"TREATS": 0.6}}, ["C-pain"]),
]


@pytest.mark.parametrize("cfg, tails", THRESHOLDS)
def test_thresholds(silent: Language, cfg: dict[str, Any], tails: list[str]) -> None:
    doc = write(silent, [0.4, 0.7], LINKS, **cfg)
    assert sorted(r.tail for r in doc._.concept_relations) == tails


def test_scores_and_the_order_of_evidence(silent: Language) -> None:
    (relation,) = write(silent, [0.4, 0.7], LINKS)._.concept_relations
    assert relation.score == pytest.approx(0.7)
    assert [(h.start, t.start) for h, t in relation.evidence] == [(11, 9), (4, 9)]
    (relation,) = write(silent, [0.4, 0.7], LINKS, max_evidence=1)._.concept_relations
    assert [(h.start, t.start) for h, t in relation.evidence] == [(11, 9)]


LINE = {"TREATS": [0.5, -0.25]}


def test_calibrated_scores(silent: Language) -> None:
    """A line moves the scores of relations and leaves their evidence in its order."""
    doc = write(silent, [0.4, 0.7], LINKS, calibration=LINE, threshold=0.3)
    odds = {"C-fever": numpy.log(0.4 / 0.6), "C-pain": numpy.log(0.7 / 0.3)}
    expected = {tail: 1 / (1 + numpy.exp(0.25 - 0.5 * x)) for tail, x in odds.items()}
    assert {r.tail: r.score for r in doc._.concept_relations} == pytest.approx(expected)
    plain = write(silent, [0.4, 0.7], LINKS, threshold=0.3)
    for one, other in zip(doc._.concept_relations, plain._.concept_relations, strict=True):
        assert [(h.start, t.start) for h, t in one.evidence] == [
            (h.start, t.start) for h, t in other.evidence
        ]


@pytest.mark.parametrize("threshold, tails", [(0.54, ["C-pain"]), (0.55, [])])
def test_thresholds_are_of_calibrated_scores(
    silent: Language, threshold: float, tails: list[str]
) -> None:
    """0.7 becomes 0.543."""
    doc = write(silent, [0.4, 0.7], LINKS, calibration=LINE, threshold=threshold)
    assert [r.tail for r in doc._.concept_relations] == tails


def test_lines_are_saved(learned: Language, tmp_path: Path) -> None:
    learned.to_disk(tmp_path)
    loaded = spacy.load(tmp_path)
    component = loaded.get_pipe(NAME)
    assert component.cfg["calibration"] == {}
    plain = loaded(TEXTS[0][0])._.concept_relations[0].score
    component.cfg.update(calibration=LINE, threshold=0.1)
    data = component.to_bytes()
    loaded.to_disk(tmp_path / "again")
    component.cfg["calibration"] = {}
    assert component.from_bytes(data).cfg["calibration"] == LINE
    again = spacy.load(tmp_path / "again")
    moved = {r.tail: r.score for r in again(TEXTS[0][0])._.concept_relations}["name:pain"]
    odds = 0.5 * numpy.log(plain / (1 - plain)) - 0.25
    assert moved == pytest.approx(1 / (1 + numpy.exp(-odds)), abs=1e-5)


def test_older_pipelines_have_no_lines(learned: Language, tmp_path: Path) -> None:
    learned.to_disk(tmp_path)
    path = tmp_path / NAME / "cfg"
    cfg = srsly.read_json(path)
    del cfg["calibration"]
    srsly.write_json(path, cfg)
    for text, _ in TEXTS:
        old, new = spacy.load(tmp_path)(text), learned(text)
        assert told(old) == told(new) != []
        scores = [doc.spans["clinical"].attrs["concept_scores"] for doc in (old, new)]
        assert scores[0] == pytest.approx(scores[1], abs=1e-5)


def test_evidence_as_relations_between_mentions(silent: Language) -> None:
    doc = write(silent, [0.6, 0.7], LINKS, evidence_relations=True)
    found = [(r.head.start, r.label, r.tail.text, r.score) for r in doc._.relations]
    assert [row[:3] for row in found] == [(11, "TREATS", "fever"), (11, "TREATS", "Pain")]
    assert [row[3] for row in found] == pytest.approx([0.6, 0.7])


def test_other_relations_between_mentions_stay(silent: Language) -> None:
    component = silent.get_pipe(NAME)
    doc = write(silent, [0.4, 0.7], LINKS)
    set_relations(doc, [(3, 2, "TREATS", 0.95), (0, 1, "OTHER", 0.5)])
    found = component.predict([doc])[0]
    kept = component.cfg["evidence_relations"]
    component.cfg["evidence_relations"] = True
    component.set_annotations([doc], (found, scored([0.4, 0.7], LINKS)))
    component.cfg["evidence_relations"] = kept
    assert sorted(get_relation_rows(doc)) == [(0, 1, "OTHER", 0.5), (3, 2, "TREATS", 0.95)]


def test_the_schema(learned: Language, build: Build) -> None:
    component = learned.get_pipe(NAME)
    expected = Schema(("DRUG", "SIGN"), (RelationType("TREATS", ("DRUG",), ("SIGN",)),))
    assert component.schema == expected
    assert component.labels == ("TREATS",)
    relations = {"TREATS": {"head": ["DRUG"], "tail": ["SIGN"], "symmetric": True}}
    nlp = build_one(build, relations=relations)
    assert nlp.get_pipe(NAME).schema.symmetric_labels == {"TREATS"}
    assert Schema.from_dict(component.label_data) == expected


def test_pairs_that_are_cut_off_are_reported(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    nlp = build_one(build, max_pairs=1)
    with caplog.at_level(logging.WARNING):
        doc = make_examples(nlp, 1)[0].predicted
        set_mentions(
            doc, [Span(doc, i, i + 1, label=x) for i, x in ((4, "DRUG"), (7, "SIGN"), (9, "SIGN"))]
        )
        nlp.get_pipe("transformer")(doc)
        nlp.get_pipe(NAME)(doc)
    assert "SC305" in caplog.text and "1 pairs in 1 documents" in caplog.text


def test_gold_beyond_the_candidates_is_reported(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    nlp = build_one(build)
    examples = make_examples(nlp)
    stated = [
        ConceptRow("C-aspirin", "C-none", "TREATS"),
        ConceptRow("C-aspirin", "C-pain", "TREATS"),
    ]
    set_concept_relations(examples[0].reference, stated)
    with caplog.at_level(logging.WARNING):
        nlp.get_pipe(NAME).initialize(lambda: examples, nlp=nlp)
    assert "SC306" in caplog.text and "1 of 3 gold relations" in caplog.text


def test_no_labels(build: Build) -> None:
    nlp = build_one(build)
    component = nlp.get_pipe(NAME)
    component.cfg["schema"] = None
    with pytest.raises(PipelineError, match="SC301"):
        component.predict([])
    examples = make_examples(nlp)
    for example in examples:
        set_mentions(example.reference, get_spans(example.reference))
    with pytest.raises(PipelineError, match="SC301"):
        component.initialize(lambda: examples)


def test_a_trained_network_stays(build: Build) -> None:
    """Initialised again, it keeps its weights; a label that it doesn't know is refused."""
    nlp = build_one(build)
    component = nlp.get_pipe(NAME)
    before = component.model.to_bytes()
    component.initialize(lambda: make_examples(nlp), labels=component.label_data)
    assert component.model.to_bytes() == before
    relations = {**component.label_data["relations"], "OTHER": {"head": ["DRUG"], "tail": ["SIGN"]}}
    with pytest.raises(PipelineError, match="SC302"):
        component.initialize(lambda: make_examples(nlp), labels={"relations": relations})
    assert component.model.to_bytes() == before


def test_a_threshold_for_no_label(build: Build) -> None:
    with pytest.raises(PipelineError, match=r"SC307.*'OTHER'"):
        build_one(build, thresholds={"OTHER": 0.5})


def test_no_mentions(learned: Language) -> None:
    with pytest.raises(PipelineError, match="SC303"):
        learned.get_pipe(NAME).predict([learned.make_doc("aspirin")])


def test_a_text_without_pairs(learned: Language) -> None:
    for text in ("", "the patient", "aspirin"):
        assert learned(text)._.concept_relations == ()


def test_an_evaluation_opens_other_thresholds_than_these(learned: Language) -> None:
    """Else it would score every pair of concepts as related."""
    with open_thresholds(learned) as thresholds:
        assert learned.get_pipe(NAME).cfg["threshold"] == 0.5
        doc = learned(TEXTS[0][0])
    # Relations of the evidence are kept: no other component's threshold is theirs.
    set_relations(doc, [(0, 1, "TREATS", 0.6)])
    assert keep_made([doc], thresholds) == [[(0, 1, "TREATS", 0.6)]] == [get_relation_rows(doc)]
