"""The index against TF-IDF worked out by scikit-learn, and against itself without pruning."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy
import pytest

from spacy_clinical.knowledge import fuzzy_index_builder
from spacy_clinical.knowledge.fuzzy_index_builder import build_name_index
from spacy_clinical.knowledge.fuzzy_name_index import NameIndex
from spacy_clinical.knowledge.name_forms import Forms, forms_of, name_key
from spacy_clinical.knowledge.ngrams import NEAR, RARE, WORDS

VOCABULARY = (
    "heart", "failure", "acute", "chronic", "renal", "pain", "breast", "cancer", "type", "2", "of",
    "lung", "diabetes",
)  # fmt: skip


def make_names(count: int) -> list[str]:
    rng = random.Random(0)
    return list(
        dict.fromkeys(" ".join(rng.choices(VOCABULARY, k=rng.randint(1, 5))) for _ in range(count))
    )


def forms(names: Sequence[str]) -> list[Forms]:
    return [forms_of(name) for name in names]


def build(names: Sequence[str], folder: Path, batch: int = 7) -> NameIndex:
    batches = (forms(names[i : i + batch]) for i in range(0, len(names), batch))
    assert build_name_index(batches, folder) == len(names)
    return NameIndex(folder)


@pytest.mark.parametrize("kind", [NEAR, WORDS])
def test_cosines_are_scikit_learns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    text = pytest.importorskip("sklearn.feature_extraction.text")
    monkeypatch.setattr(fuzzy_index_builder, "PIECE", 50)
    names = make_names(200)
    index = build(names, tmp_path)
    cut = {
        NEAR: text.TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3)),
        WORDS: text.TfidfVectorizer(preprocessor=name_key, token_pattern=r"\S+"),
    }
    expected = cut[kind].fit_transform(names)
    queries = ["acute hearts", "diabetic lung", "cancer of cancers", "type II", "zzz"]
    cosines = (cut[kind].transform(queries) @ expected.T).toarray()
    rows, columns = numpy.indices(cosines.shape)
    found = index.cosines(forms(queries), rows.ravel(), columns.ravel(), kind)
    assert numpy.allclose(found.reshape(cosines.shape), cosines, atol=1e-5)
    assert (cosines > 0.3).any(axis=1).tolist() == [True] * 4 + [False]


def test_scores_are_those_of_trigrams_and_words(tmp_path: Path) -> None:
    index = build(make_names(50), tmp_path)
    query = forms(["chronic pains of the hearts"])
    found = index.search(query)
    trigrams, words = (index.cosines(query, found.rows, found.names, k) for k in (NEAR, WORDS))
    assert numpy.allclose(found.scores, (trigrams**6 + (0.9 * words) ** 6) ** (1 / 6), atol=1e-6)
    assert (words > trigrams).any() and (words < trigrams).any()


def test_best_name_is_found_despite_pruning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuzzy_index_builder, "LARGE", 100)
    rng = random.Random(0)
    words = ["".join(rng.choices("aeiourstln", k=rng.randint(4, 8))) for _ in range(200)]
    names = [" ".join(rng.sample(words, rng.randint(1, 4))) for _ in range(1000)]
    index = build(names, tmp_path, 100)
    assert index.kind == RARE
    queries = forms([f"{name}s" for name in names[:150]])
    everything = index.search(queries, budget=0, proposed=len(names))
    pruned = index.search(queries, budget=50, proposed=20)
    best = numpy.zeros(len(queries))
    numpy.maximum.at(best, everything.rows, everything.scores)
    seen = numpy.zeros(len(queries))
    numpy.maximum.at(seen, pruned.rows, pruned.scores)
    assert (best > 0).all()
    assert (seen >= best - 1e-5).mean() > 0.9
    assert len(pruned.names) < len(everything.names)


def test_chunks_and_emptiness(tmp_path: Path) -> None:
    index = build(make_names(50), tmp_path)
    one = index.search(forms(["heart failure"]))
    many = index.search(forms(["", "heart failure"] * 200))
    assert set(many.rows.tolist()) == set(range(1, 400, 2))
    assert sorted(many.names[many.rows == 399]) == sorted(one.names)
    assert not len(index.search(forms(["", "\U0001f600 x"])).rows)
    assert not len(index.search([]).rows)


def test_batches_do_not_matter(tmp_path: Path) -> None:
    names = make_names(60)
    arrays = []
    for batch in (1, 13, 1000):
        folder = tmp_path / str(batch)
        folder.mkdir()
        found = build(names, folder, batch).search(forms(["renal pain"]))
        arrays.append(sorted(zip(found.names.tolist(), found.scores.round(5), strict=True)))
    assert arrays[0] == arrays[1] == arrays[2]
