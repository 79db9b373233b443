"""Output schemes: what they hold comes back, what they don't is counted, and their gradients."""

from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.pipeline.ner.biluo_tags import tag_names, viterbi
from spacy_clinical.pipeline.ner.schemes import Found, Gold, Scheme, get_scheme
from spacy_clinical.pipeline.ner.schemes.band_scheme import without_crossings

Array = numpy.ndarray[Any, Any]
Place = tuple[int, int, int]
ATTRS: list[dict[str, Any]] = [
    {"scheme": "biluo"},
    {"scheme": "multilabel", "cut": 0.5},
    {"scheme": "band", "max_width": 3},
]
IDS = [attrs["scheme"] for attrs in ATTRS]
N_LABELS = 3


@pytest.fixture(params=ATTRS, ids=IDS)
def scheme(request: pytest.FixtureRequest) -> Scheme:
    return get_scheme(request.param, N_LABELS)


def decode(scheme: Scheme, logits: Array, *lengths: int, lowest: float | None = None) -> Any:
    spaces = numpy.zeros(len(logits), dtype=bool)
    least = scheme.threshold if lowest is None else lowest
    return scheme.decode(logits, lengths, spaces, [least] * N_LABELS)


def write(scheme: Scheme, golds: list[Gold]) -> Array:
    """Outputs that say what the golds do: a long way down the loss's gradient."""
    shape = (sum(gold.n_tokens for gold in golds), scheme.n_outputs)
    return -20 * numpy.sign(scheme.loss(golds, numpy.zeros(shape))[1])


def test_no_scheme_is_that_of_older_pipelines() -> None:
    assert type(get_scheme({}, 2)) is type(get_scheme({"scheme": "biluo"}, 2))
    assert get_scheme({}, 2).n_outputs == len(tag_names(["A", "B"])) == 9
    assert get_scheme({"scheme": "multilabel", "cut": 0.5}, 2).n_outputs == 10
    assert get_scheme({"scheme": "band", "max_width": 4}, 2).n_outputs == 8


# Mentions of one document of 6 tokens, and how many of them each scheme can't hold.
NESTED: list[tuple[list[Place], tuple[int, int, int]]] = [
    ([], (0, 0, 0)),
    ([(0, 2, 0), (2, 3, 0), (3, 6, 1)], (0, 0, 0)),
    ([(0, 3, 0), (1, 2, 1)], (1, 0, 0)),
    ([(0, 3, 0), (0, 3, 1), (0, 3, 2)], (2, 0, 0)),
    ([(0, 2, 0), (1, 3, 1)], (1, 0, 0)),
    ([(0, 3, 0), (1, 2, 0)], (1, 1, 0)),
    ([(0, 3, 0), (1, 2, 0), (1, 2, 1), (5, 6, 0)], (2, 1, 0)),
    ([(0, 4, 0), (1, 2, 0)], (1, 1, 1)),
    ([(0, 6, 2)], (0, 0, 1)),
]


@pytest.mark.parametrize(("spans", "unheld"), NESTED)
def test_what_is_held_comes_back_and_the_rest_is_counted(
    spans: list[Place], unheld: tuple[int, int, int]
) -> None:
    for attrs, count in zip(ATTRS, unheld, strict=True):
        scheme = get_scheme(attrs, N_LABELS)
        assert scheme.unheld(spans) == count
        (found,) = decode(scheme, write(scheme, [Gold(6, spans)]), 6)
        assert all(m.probability > 0.99 for m in found)
        places = [m[:3] for m in found]
        assert set(places) <= set(spans)
        assert len(places) == len(spans) - count
        assert places == sorted(places)


@st.composite
def documents(draw: Any) -> list[Gold]:
    """Documents whose mentions of one label may nest, but don't cross."""
    golds = []
    for n_tokens in draw(st.lists(st.integers(0, 7), min_size=1, max_size=4)):
        places = [(s, e, k) for s in range(n_tokens) for e in range(s + 1, n_tokens + 1)
                  for k in range(N_LABELS)]  # fmt: skip
        drawn = draw(st.lists(st.sampled_from(places), max_size=6)) if places else []
        kept = without_crossings([Found(*place, 1.0) for place in dict.fromkeys(drawn)])
        golds.append(Gold(n_tokens, [m[:3] for m in kept]))
    return golds


@given(documents())
@settings(max_examples=60)
def test_round_trips(golds: list[Gold]) -> None:
    lengths = [gold.n_tokens for gold in golds]
    for attrs in ATTRS:
        scheme = get_scheme(attrs, N_LABELS)
        found = decode(scheme, write(scheme, golds), *lengths)
        for gold, mentions in zip(golds, found, strict=True):
            places = {m[:3] for m in mentions}
            assert places <= set(gold.spans)
            assert len(gold.spans) - len(places) == scheme.unheld(gold.spans)


GOLDS = [
    Gold(4, [(0, 2, 0), (1, 2, 1), (1, 4, 0), (3, 4, 2)], masked=[(0, None), (2, 1)]),
    Gold(0),
    Gold(5, [(0, 5, 2), (1, 3, 2), (1, 3, 0)]),
    Gold(2, [(0, 1, 0)], known=numpy.asarray([True, False, True])),
]


def test_gradient_by_finite_differences(scheme: Scheme) -> None:
    n_tokens = sum(gold.n_tokens for gold in GOLDS)
    logits = numpy.random.default_rng(0).normal(size=(n_tokens, scheme.n_outputs))
    loss, gradient = scheme.loss(GOLDS, logits)
    assert loss > 0 and gradient.shape == logits.shape
    for place in numpy.ndindex(*logits.shape):
        step = numpy.zeros_like(logits)
        step[place] = 1e-4
        more, less = (scheme.loss(GOLDS, logits + d * step)[0] for d in (1, -1))
        assert gradient[place] == pytest.approx((more - less) / 2e-4, abs=1e-5)


@pytest.mark.parametrize("attrs", ATTRS[1:], ids=IDS[1:])
def test_what_is_not_known_has_no_gradient(attrs: dict[str, Any]) -> None:
    scheme = get_scheme(attrs, N_LABELS)
    _, gradient = scheme.loss(GOLDS, numpy.zeros((11, scheme.n_outputs)))
    if attrs["scheme"] == "multilabel":
        cells = gradient.reshape(11, N_LABELS, 5).any(axis=2)
        dead = [(0, 0), (0, 1), (0, 2), (2, 1), (9, 1), (10, 1)]
    else:
        cells = gradient.reshape(11, 3, N_LABELS)
        leaving = {(2, 2), (3, 1), (3, 2), (7, 2), (8, 1), (8, 2), (9, 2), (10, 1), (10, 2)}
        dead = [(t, w, k) for t, w in leaving for k in range(N_LABELS)]
        dead += [(0, w, k) for w in range(3) for k in range(N_LABELS) if (0, w) not in leaving]
        dead += [(1, 1, 1), (1, 2, 1), (2, 0, 1), (2, 1, 1), (9, 0, 1), (9, 1, 1), (10, 0, 1)]
    expected = numpy.ones(cells.shape, dtype=bool)
    for place in dead:
        expected[place] = False
    numpy.testing.assert_array_equal(cells != 0, expected)


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 9), min_size=1, max_size=3))
@settings(max_examples=60)
def test_each_label_has_its_best_sequence(seed: int, lengths: list[int]) -> None:
    """The exact optimum of each label, as for one label alone."""
    scheme = get_scheme({"scheme": "multilabel", "cut": 0.5}, N_LABELS)
    logits = numpy.random.default_rng(seed).normal(scale=3, size=(sum(lengths), 15))
    found = decode(scheme, logits, *lengths)
    alone = get_scheme({"scheme": "biluo"}, 1)
    for k in range(N_LABELS):
        own = logits[:, 5 * k : 5 * k + 5]
        expected = alone.decode(own, lengths, numpy.zeros(len(own), dtype=bool), [0.0])
        for mentions, single in zip(found, expected, strict=True):
            assert [m for m in mentions if m.label == k] == [m._replace(label=k) for m in single]
    first = 0
    for length, mentions in zip(lengths, found, strict=True):
        if length:
            best = viterbi([logits[first : first + length, :5]])[0]
            assert (best > 0).sum() == sum(m.end - m.start for m in mentions if m.label == 0)
        first += length


def test_a_tag_wins_from_the_cut_on() -> None:
    """U against O is 0.28 to 0.6, so 0.318 of the two, and its probability stays what it is."""
    chances = numpy.asarray([[0.6, 0.05, 0.02, 0.05, 0.28]])
    for cut, count in ((0.5, 0), (0.33, 0), (0.31, 1), (0.2, 1)):
        scheme = get_scheme({"scheme": "multilabel", "cut": cut}, 1)
        spaces = numpy.zeros(1, dtype=bool)
        (found,) = scheme.decode(numpy.log(chances), [1], spaces, [0.0])
        assert [m.probability for m in found] == pytest.approx([0.28] * count)


def band(logits: dict[Place, float], n_tokens: int, **fields: Any) -> list[Found]:
    """What the band scheme makes of given spans; all others are out of the question."""
    scheme = get_scheme({"scheme": "band", "max_width": 3}, N_LABELS)
    scores = numpy.full((n_tokens, 3, N_LABELS), -20.0)
    for (start, end, label), value in logits.items():
        scores[start, end - start - 1, label] = value
    spaces = fields.get("is_space", numpy.zeros(n_tokens, dtype=bool))
    lowest = fields.get("lowest", [0.5] * N_LABELS)
    (found,) = scheme.decode(scores.reshape(n_tokens, -1), [n_tokens], spaces, lowest)
    return found


def places(found: list[Found]) -> list[Place]:
    return [m[:3] for m in found]


def test_crossing_spans_of_a_label_give_way_to_the_more_probable() -> None:
    crossing = {(0, 2, 0): 1.0, (1, 3, 0): 2.0, (1, 3, 1): 0.5, (2, 4, 0): 1.5, (1, 2, 0): 3.0}
    assert places(band(crossing, 4)) == [(1, 2, 0), (1, 3, 0), (1, 3, 1)]
    assert places(band({(0, 2, 0): 1.0, (1, 4, 0): 1.0}, 4)) == [(1, 4, 0)]  # the longer


def test_probability_is_that_of_the_span() -> None:
    (found,) = band({(1, 3, 2): numpy.log(3.0)}, 4)
    assert found.probability == pytest.approx(0.75)
    assert places(band({(1, 3, 2): numpy.log(3.0)}, 4, lowest=[0.5, 0.5, 0.76])) == []
    assert places(band({(1, 3, 2): -1.0}, 4)) == []
    assert places(band({(1, 3, 2): -1.0}, 4, lowest=[0.0] * 3)) == [(1, 3, 2)]
    assert places(band({(1, 3, 2): -10.0}, 4, lowest=[0.0] * 3)) == []  # below the floor
    assert places(band({(1, 3, 2): 10.0}, 4, lowest=[1.0] * 3)) == []


def test_spans_keep_to_the_document_and_off_white_space() -> None:
    scores = numpy.full((4, 9), 20.0)
    scheme = get_scheme({"scheme": "band", "max_width": 3}, N_LABELS)
    found = scheme.decode(scores, [1, 0, 3], numpy.asarray([0, 0, 1, 0], dtype=bool), [0.5] * 3)
    assert [len(own) for own in found] == [3, 0, 9]
    assert {m[:2] for m in found[2]} == {(0, 1), (2, 3), (0, 3)}


def test_a_long_document_is_decoded_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    from spacy_clinical.pipeline.ner.schemes import band_scheme as module
    from spacy_clinical.pipeline.ner.schemes import multilabel_scheme

    rng = numpy.random.default_rng(0)
    for attrs in ATTRS[1:]:
        scheme = get_scheme(attrs, N_LABELS)
        logits = rng.normal(scale=3, size=(40, scheme.n_outputs))
        whole = decode(scheme, logits, 25, 0, 15)
        monkeypatch.setattr(module, "ROWS", 7)
        monkeypatch.setattr(multilabel_scheme, "ROWS", 7)
        assert decode(scheme, logits, 25, 0, 15) == whole
        assert sum(map(len, whole)) > 20
        monkeypatch.undo()


def test_decoding_leaves_the_outputs_as_they_are(scheme: Scheme) -> None:
    logits = numpy.random.default_rng(0).normal(size=(12, scheme.n_outputs)).astype("f")
    before, spaces = logits.copy(), numpy.arange(12) % 3 == 1
    (found,) = scheme.decode(logits, [12], spaces, [0.0] * N_LABELS)
    assert found and not any(spaces[[m.start, m.end - 1]].any() for m in found)
    numpy.testing.assert_array_equal(logits, before)
