"""Lines on log-odds: known ones are found again, order stays, few examples move little."""

import math

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.pipeline.heads.platt_scaling import (
    IDENTITY,
    LOWEST_SLOPE,
    Array,
    Line,
    calibrate,
    fit_line,
    fit_lines,
    to_log_odds,
    to_probabilities,
    undo,
)

ODDS = st.floats(-18, 18)
LINES = st.tuples(st.floats(0.05, 5), st.floats(-4, 4))


def sample(line: Line, n: int = 40_000, seed: int = 0) -> tuple[Array, Array]:
    """Log-odds, and outcomes that are as likely as the line makes of them."""
    generator = numpy.random.default_rng(seed)
    log_odds = generator.normal(1.0, 2.5, n)
    truth = generator.random(n) < to_probabilities(line.slope * log_odds + line.offset)
    return log_odds, truth.astype(float)


@pytest.mark.parametrize("line", [Line(0.5, 0.0), Line(1.0, 0.0), Line(2.0, -1.0), Line(0.2, 0.7)])
def test_a_known_line_is_found(line: Line) -> None:
    """The first and second are temperatures of 2 and 1."""
    found = fit_line(*sample(line))
    assert found == (pytest.approx(line.slope, abs=0.05), pytest.approx(line.offset, abs=0.05))


def test_the_optimum() -> None:
    """By hand: one score everywhere, 3 of 4 right, held to the identity by half the squared
    distance. The gradient 4 (p - 3/4) x + (slope - 1) and 4 (p - 3/4) + offset must vanish."""
    x = 2.0
    slope, offset = fit_line(numpy.full(4, x), numpy.asarray([1.0, 1.0, 0.0, 1.0]))
    p = 1 / (1 + math.exp(-(slope * x + offset)))
    assert 4 * (p - 0.75) * x + (slope - 1) == pytest.approx(0, abs=1e-6)
    assert 4 * (p - 0.75) + offset == pytest.approx(0, abs=1e-6)


def test_as_scikit_learn() -> None:
    """Its penalty is half the squared slope: ours, once the line is measured from zero."""
    linear_model = pytest.importorskip("sklearn.linear_model")
    log_odds, right = sample(Line(0.7, -0.4), 500)
    model = linear_model.LogisticRegression(tol=1e-10, C=1e9)
    model.fit(log_odds[:, None], right)
    found = fit_line(log_odds, right, strength=1e-9)
    assert found == (
        pytest.approx(model.coef_[0, 0], abs=1e-4),
        pytest.approx(model.intercept_[0], abs=1e-4),
    )


def test_separated_examples_stay_finite() -> None:
    slope, offset = fit_line(numpy.asarray([-3.0, -2.0, 2.0, 3.0]), numpy.asarray([0, 0, 1, 1]))
    assert 1 < slope < 10 and abs(offset) < 1


def test_scores_that_are_wrong_way_round() -> None:
    """The order stays even there: nothing is made of the scores but the share of right ones."""
    log_odds, right = sample(Line(1.0, 0.0), 5000)
    slope, offset = fit_line(log_odds, 1 - right)
    assert slope == LOWEST_SLOPE
    mean = to_probabilities(slope * log_odds + offset).mean()
    assert mean == pytest.approx(1 - right.mean(), abs=0.01)


def test_labels_with_few_examples_are_like_the_others() -> None:
    many, truth = sample(Line(0.5, -1.0), 5000)
    scores = {"MANY": to_probabilities(many), "FEW": numpy.asarray([0.9, 0.9])}
    lines = fit_lines(scores, {"MANY": truth, "FEW": numpy.ones(2)}, ["MANY", "FEW", "NONE"])
    common, few = lines["NONE"], lines["FEW"]
    assert common == (pytest.approx(0.5, abs=0.05), pytest.approx(-1.0, abs=0.1))
    assert lines["MANY"] == (
        pytest.approx(common.slope, abs=0.01),
        pytest.approx(common.offset, abs=0.01),
    )
    assert few.offset > common.offset and few.offset - common.offset < 0.3
    assert fit_lines({}, {}, ["A"]) == {"A": IDENTITY}


def test_labels_differ_where_there_are_many() -> None:
    lines = (Line(0.5, -1.0), Line(1.5, 0.5))
    parts = [sample(line, 20_000, seed) for seed, line in enumerate(lines)]
    found = fit_lines(
        {name: to_probabilities(x) for name, (x, _) in zip("AB", parts, strict=True)},
        {name: right for name, (_, right) in zip("AB", parts, strict=True)},
        ["A", "B"],
    )
    for name, line in zip("AB", lines, strict=True):
        assert found[name] == (
            pytest.approx(line.slope, abs=0.08),
            pytest.approx(line.offset, abs=0.08),
        )


@given(st.lists(st.tuples(ODDS, st.booleans()), min_size=1, max_size=30), LINES)
def test_fitted_lines_rise(pairs: list[tuple[float, bool]], near: tuple[float, float]) -> None:
    odds, right = (numpy.asarray(part, dtype="float64") for part in zip(*pairs, strict=True))
    found = fit_line(odds, right, Line(*near), 5.0)
    assert found.slope >= LOWEST_SLOPE
    assert numpy.isfinite(found).all()


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30), LINES)
def test_order_stays(scores: list[float], line: tuple[float, float]) -> None:
    ranked = numpy.sort(scores)
    found = calibrate(ranked, ["A"] * len(ranked), {"A": line})
    assert (numpy.diff(found) >= 0).all()
    assert (found >= 0).all() and (found <= 1).all()


@given(st.floats(0.02, 0.98), st.tuples(st.floats(0.2, 3), st.floats(-2, 2)))
def test_undo(score: float, line: tuple[float, float]) -> None:
    (moved,) = calibrate([score], ["A"], {"A": line})
    before = undo({"A": float(moved), "B": score}, {"A": line})
    assert before == {"A": pytest.approx(score, abs=1e-5), "B": score}


def test_labels_without_a_line_keep_their_scores() -> None:
    scores = numpy.asarray([[0.25, 0.5], [0.75, 1.0]], dtype="float32")
    assert calibrate(scores, ["A", "B"], {}) is scores
    found = calibrate(scores, ["A", "B"], {"B": (1.0, 1.0)})
    assert found[:, 0].tolist() == [0.25, 0.75]
    assert found[0, 1] == pytest.approx(1 / (1 + math.exp(-1)))
    assert calibrate([], [], {"B": (1.0, 1.0)}).tolist() == []


def test_log_odds() -> None:
    numpy.testing.assert_allclose(to_log_odds([0.5, 0.75]), [0.0, math.log(3)])
    assert numpy.isfinite(to_log_odds([0.0, 1.0])).all()
    numpy.testing.assert_allclose(to_probabilities(to_log_odds([0.2, 0.9])), [0.2, 0.9])
