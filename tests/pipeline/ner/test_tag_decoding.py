"""Decoding by windows: the optimum of whole documents, and little work where little is broken."""

from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.pipeline.ner import tag_decoding
from spacy_clinical.pipeline.ner.biluo_tags import encode_spans, is_valid, viterbi
from spacy_clinical.pipeline.ner.tag_decoding import best_tags

Array = numpy.ndarray[Any, Any]


def total(scores: Array, tags: Array) -> float:
    return float(scores[numpy.arange(len(tags)), tags].sum())


def make_scores(rng: Any, n_tokens: int, n_labels: int, noise: float) -> Array:
    """Scores of a random valid sequence under noise: faults here and there."""
    cuts = numpy.sort(rng.choice(n_tokens, size=n_tokens // 3 * 2 // 2 * 2, replace=False))
    spans = [(int(s), int(e), int(rng.integers(n_labels))) for s, e in cuts.reshape(-1, 2)]
    tags = encode_spans(spans, n_tokens)
    scores = rng.normal(size=(n_tokens, 1 + 4 * n_labels)) * noise
    scores[numpy.arange(n_tokens), tags] += 2.0
    return scores


@settings(max_examples=150)
@given(
    seed=st.integers(0, 10_000),
    lengths=st.lists(st.integers(0, 60), min_size=1, max_size=4),
    noise=st.sampled_from([0.3, 0.8, 1.5, 5.0]),
    reach=st.sampled_from([1, 2, 16]),
)
def test_windows_find_the_optimum_of_the_document(
    seed: int, lengths: list[int], noise: float, reach: int
) -> None:
    rng = numpy.random.default_rng(seed)
    parts = [make_scores(rng, n, 2, noise) for n in lengths]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tag_decoding, "REACH", reach)
        found = best_tags(numpy.concatenate(parts), lengths)
    assert [len(tags) for tags in found] == lengths
    for scores, tags in zip(parts, found, strict=True):
        if len(scores):
            assert is_valid(tags, numpy.asarray([0, len(tags)]))[0]
            (path,) = viterbi([scores])
            assert total(scores, tags) == pytest.approx(total(scores, path), abs=1e-9)


def test_a_free_end_may_lie_inside_a_mention() -> None:
    inside = numpy.full((1, 5), -9.0)
    inside[0, 2] = 0.0
    assert viterbi([inside], numpy.asarray([[True, True]]))[0].tolist() == [2]
    assert viterbi([inside], numpy.asarray([[True, False]]))[0].tolist() != [2]
    assert viterbi([inside], numpy.asarray([[False, True]]))[0].tolist() != [2]


def test_one_fault_in_a_long_document_costs_one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = numpy.zeros((50_000, 9))
    scores[:, 0] = 1.0
    scores[25_000, 1] = 3.0  # B without an end
    decoded: list[int] = []

    def counted(parts: Any, free: Any = None) -> Any:
        decoded.extend(len(part) for part in parts)
        return viterbi(parts, free)

    monkeypatch.setattr(tag_decoding, "viterbi", counted)
    (tags,) = best_tags(scores, [50_000])
    assert sum(decoded) < 100
    assert tags[25_000:25_002].tolist() == [1, 3]
    assert tags.astype(bool).sum() == 2


def test_padding_stays_within_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tag_decoding, "BUDGET", 100)
    sizes = numpy.asarray([3, 90, 40, 7, 40, 500])
    groups = [group.tolist() for group in tag_decoding._groups(sizes)]
    assert sorted(i for group in groups for i in group) == list(range(6))
    assert all(len(g) == 1 or len(g) * max(sizes[g]) <= 100 for g in groups)
