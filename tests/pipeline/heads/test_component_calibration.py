"""Lines for a component: fitted on enough, checked on other documents; thresholds move along."""

from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
import srsly
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from spacy_clinical.docs import get_mentions, set_mentions
from spacy_clinical.evaluation.component_calibrators import keep_mentions
from spacy_clinical.pipeline.heads.component_calibration import (
    DIGITS,
    FOLDS,
    apply,
    cross_fit,
    fit,
    is_enough,
    round_down,
    set_lines,
)
from spacy_clinical.pipeline.heads.platt_scaling import undo
from spacy_clinical.scoring.relations_given_gold import predict_with_gold_mentions
from spacy_clinical.scoring.scored_predictions import Prediction
from spacy_clinical.scoring.scoring_tasks import read_rows

from ...conftest import make_examples

LABELS = ("A", "B")


def make_predictions(n: int = 300, seed: int = 0) -> list[Prediction]:
    """Scores that promise twice the log-odds that they keep."""
    generator = numpy.random.default_rng(seed)
    odds = generator.normal(1.0, 1.0, n)
    right = generator.random(n) < 1 / (1 + numpy.exp(-odds))
    scores = 1 / (1 + numpy.exp(-2 * odds))
    return [Prediction(LABELS[i % 2], float(scores[i]), bool(right[i]), i // 3) for i in range(n)]


def test_enough() -> None:
    wrong, right = Prediction("A", 0.5, False, 0), Prediction("A", 0.5, True, 0)
    assert is_enough([wrong] * 20 + [right] * 20)
    assert not is_enough([wrong] * 19 + [right] * 200)
    assert not is_enough([])


def test_fit_halves_the_log_odds() -> None:
    lines = fit(make_predictions(6000), LABELS)
    for line in lines.values():
        assert line == (pytest.approx(0.5, abs=0.06), pytest.approx(0.0, abs=0.12))
        assert [round(x, DIGITS) for x in line] == list(line)


def test_cross_fit_sees_other_documents_only() -> None:
    """The truth of a document's own predictions has no say in their scores."""
    given = make_predictions()
    lies = [p._replace(right=not p.right) if p.doc % FOLDS == 2 else p for p in given]
    honest, found = cross_fit(given, LABELS), cross_fit(lies, LABELS)
    of_fold = [i for i, p in enumerate(given) if p.doc % FOLDS == 2]
    assert [honest[i].score for i in of_fold] == [found[i].score for i in of_fold]
    others = fit([p for p in given if p.doc % FOLDS != 2], LABELS)
    assert [honest[i] for i in of_fold] == apply([given[i] for i in of_fold], others)
    assert honest[0].score != found[0].score
    assert [p._replace(score=0.0) for p in honest] == [p._replace(score=0.0) for p in given]


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=20),
    st.floats(0.001, 0.999),
    st.tuples(st.floats(0.1, 3), st.floats(-2, 2)),
)
def test_the_same_is_found(scores: list[float], lowest: float, line: tuple[float, float]) -> None:
    """But for scores less than two digits of a saved pipeline below the threshold."""
    cfg: dict[str, Any] = {}
    set_lines(cfg, {"A": line}, dict.fromkeys(LABELS, lowest))
    found = apply([Prediction("A", score, True, 0) for score in scores], cfg["calibration"])
    for score, new in zip(scores, found, strict=True):
        if score >= lowest:
            assert new.score >= cfg["thresholds"]["A"]
        elif new.score >= cfg["thresholds"]["A"]:
            (moved,) = apply([Prediction("A", lowest, True, 0)], cfg["calibration"])
            assert moved.score - new.score < 2 * 10**-DIGITS
    assert cfg["thresholds"]["B"] == lowest


def test_thresholds_can_be_brought_back() -> None:
    cfg: dict[str, Any] = {}
    set_lines(cfg, {"A": (2.0, -1.0), "B": (0.5, 0.0)}, {"A": 0.5, "B": 0.25})
    assert cfg["thresholds"]["A"] == pytest.approx(1 / (1 + numpy.e), abs=1e-6)
    assert cfg["thresholds"]["B"] == pytest.approx(1 / (1 + numpy.sqrt(3)), abs=1e-6)
    before = undo(cfg["thresholds"], cfg["calibration"])
    assert before == {"A": pytest.approx(0.5, abs=1e-5), "B": pytest.approx(0.25, abs=1e-5)}


def test_edges() -> None:
    """0 lets everything in and 1 all that is certain, whatever the line."""
    cfg: dict[str, Any] = {}
    lines = {"A": (1.0, 3.0), "B": (1.0, -3.0)}
    set_lines(cfg, lines, {"A": 0.0, "B": 1.0})
    assert cfg["thresholds"] == undo(cfg["thresholds"], lines) == {"A": 0.0, "B": 1.0}


@given(st.floats(0, 1))
def test_round_down(score: float) -> None:
    assert round_down(score) <= score < round_down(score) + 2 * 10**-DIGITS


def test_mentions_below_their_threshold_are_dropped(tiny_nlp: Language) -> None:
    doc = make_examples(tiny_nlp, 1)[0].reference
    given, fragments = list(doc.spans["clinical"]), {1: ((34, 36), (37, 38))}
    set_mentions(doc, given, scores=[0.2, 0.6], fragments=fragments)
    keep_mentions(doc, {"DRUG": 0.2, "SIGN": 0.6}, "clinical")
    assert len(get_mentions(doc)) == 2
    keep_mentions(doc, {"DRUG": 0.3, "SIGN": 0.5}, "clinical")
    (kept,) = get_mentions(doc)
    assert (kept.label, kept.fragments) == ("SIGN", fragments[1])
    assert doc.spans["clinical"].attrs["scores"] == [0.6]
    assert [ent.label_ for ent in doc.ents] == ["SIGN"]


@pytest.mark.parametrize("name", ["clinical_ner", "clinical_rel"])
def test_lines_are_saved(tiny_nlp: Language, tmp_path: Path, name: str) -> None:
    pipe: Any = tiny_nlp.get_pipe(name)
    pipe.cfg["threshold"] = 0.0
    before = scores_of(tiny_nlp, name)
    lines = dict.fromkeys(pipe.labels, (0.5, -0.25))
    set_lines(pipe.cfg, lines, pipe.lowest)
    after = scores_of(tiny_nlp, name)
    odds = [0.5 * numpy.log(p / (1 - p)) - 0.25 for p in before]
    assert before and after == pytest.approx([1 / (1 + numpy.exp(-x)) for x in odds], rel=1e-5)
    tiny_nlp.to_disk(tmp_path / "model")
    assert scores_of(spacy.load(tmp_path / "model"), name) == pytest.approx(after)
    data = pipe.to_bytes()
    pipe.cfg["calibration"] = {}
    assert pipe.from_bytes(data).cfg["calibration"] == {label: [0.5, -0.25] for label in lines}


def test_older_pipelines_have_no_lines(tiny_nlp: Language, tmp_path: Path) -> None:
    tiny_nlp.to_disk(tmp_path / "model")
    for name in ("clinical_ner", "clinical_rel"):
        path = tmp_path / "model" / name / "cfg"
        cfg = srsly.read_json(path)
        del cfg["calibration"]
        srsly.write_json(path, cfg)
    loaded = spacy.load(tmp_path / "model")
    for name in ("clinical_ner", "clinical_rel"):
        assert scores_of(loaded, name) == pytest.approx(scores_of(tiny_nlp, name))


def scores_of(nlp: Language, name: str) -> list[float]:
    """The scores of mentions, or of relations between gold mentions."""
    (example,) = make_examples(nlp, 1)
    if name == "clinical_ner":
        return nlp(example.predicted).spans["clinical"].attrs["scores"]
    predict_with_gold_mentions(nlp, [example])
    return [score for *_, score in read_rows(example.predicted)]
