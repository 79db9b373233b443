"""The index of names by their words' sum."""

import shutil
from pathlib import Path

import numpy
import pytest

from spacy_clinical.errors import KnowledgeError
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.knowledge.name_forms import forms_of, name_key
from spacy_clinical.knowledge.term_index import (
    TermIndex,
    TermIndexBuilder,
    make_filter,
)
from spacy_clinical.knowledge.term_index import (
    test_filter as filtered,
)
from spacy_clinical.knowledge.word_hashes import hash_names, hash_words

NAMES = ["Breast cancer", "cancer of the breast", "Asthma", "heart failure, congestive"]


@pytest.fixture()
def index(tmp_path: Path) -> TermIndex:
    builder = TermIndexBuilder()
    builder.add([forms_of(name) for name in NAMES[:3]])
    builder.add([forms_of(name) for name in NAMES[3:]])
    builder.finish(tmp_path)
    return TermIndex(tmp_path)


def test_names_of_the_same_words_stand_together(index: TermIndex) -> None:
    wanted, _ = hash_names([name_key(x) for x in ("cancers, breast", "asthma", "heart", "cough")])
    found, places = index.find(wanted)
    assert found.tolist() == [0, 1]
    assert [sorted(index.names(place)) for place in places] == [[0, 1], [2]]


def test_words(index: TermIndex) -> None:
    words = hash_words(["heart", "failure", "of", "cough"])
    assert index.knows(words).tolist() == [True, True, False, False]
    assert index.knows(hash_words([])).shape == (0,)


def test_a_filter_lets_all_values_through_and_few_others() -> None:
    rng = numpy.random.default_rng(0)
    values, others = rng.integers(0, 2**63, (2, 5000)).astype("uint64")
    marks = make_filter(values)
    assert filtered(marks, values).all()
    assert filtered(marks, others).mean() < 0.05


def test_a_base_of_before(tiny_base: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_base, tmp_path / "old")
    (tmp_path / "old" / "index" / "term_hashes.npy").unlink()
    kb = KnowledgeBase(tmp_path / "old")
    assert kb.search(["asthma"])
    with pytest.raises(KnowledgeError, match="SC670"):
        kb.terms  # noqa: B018
