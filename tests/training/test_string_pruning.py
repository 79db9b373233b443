"""A saved pipeline holds no word of the texts that it saw."""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.util import registry

from spacy_clinical.training.string_pruning import needed_strings, without_texts

from ..conftest import make_examples
from ..pipeline.test_whole import TEXTS, check, content
from ..pipelines import Build, train

NAME, NUMBER = "Zebediah", "99887766"
NOTE = f"{NAME} ( MRN {NUMBER} ) was given aspirin for pain ."


@pytest.fixture()
def nlp(trained: Language, build: Build) -> Language:
    """A copy of the trained pipeline that has processed a note."""
    nlp = build().from_bytes(trained.to_bytes(exclude=["strings"]))
    list(nlp.pipe([NOTE]))
    return nlp


def files_with(folder: Path, words: tuple[str, ...] = (NAME, NUMBER)) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words)
    }


def test_plain_saving_keeps_texts(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path)
    assert "vocab/strings.json" in files_with(tmp_path)


def test_saved_without_texts(nlp: Language, tmp_path: Path) -> None:
    without_texts(nlp).to_disk(tmp_path)
    assert files_with(tmp_path) == set()
    assert (tmp_path / "vocab" / "strings.json").is_file()


def test_results_are_the_same(nlp: Language, tmp_path: Path) -> None:
    without_texts(nlp).to_disk(tmp_path)
    loaded = spacy.load(tmp_path)
    texts = [*TEXTS, NOTE]
    expected = [content(doc) for doc in nlp.pipe(texts)]
    assert expected[0][3]
    check([content(doc) for doc in loaded.pipe(texts)], expected)
    assert set(loaded.get_pipe("clinical_ner").labels) <= set(needed_strings(nlp))


def test_live_pipeline_goes_on(nlp: Language, tmp_path: Path) -> None:
    before = content(nlp(NOTE))
    without_texts(nlp).to_disk(tmp_path / "a")
    check(content(nlp(NOTE)), before)
    assert NAME in nlp.vocab.strings
    assert train(nlp, make_examples(nlp, 2))["clinical_ner"] > 0.0
    nlp.to_disk(tmp_path / "b")
    assert files_with(tmp_path / "b")


def test_excluded_parts_stay_away(nlp: Language, tmp_path: Path) -> None:
    without_texts(nlp).to_disk(tmp_path, exclude=["vocab", "clinical_rel"])
    assert not (tmp_path / "vocab").exists()
    assert not (tmp_path / "clinical_rel").exists()
    assert (tmp_path / "clinical_ner").exists()


def test_registered(nlp: Language) -> None:
    assert registry.callbacks.get("spacy-clinical.prune_strings.v1")() is without_texts


def test_paths_of_the_machine_stay_away(nlp: Language, tmp_path: Path) -> None:
    config = nlp.config
    config["paths"]["train"] = "/home/somebody/train.spacy"
    nlp.config = config
    nlp.to_disk(tmp_path / "plain")
    assert "config.cfg" in files_with(tmp_path / "plain", ("somebody",))
    without_texts(nlp).to_disk(tmp_path / "ours")
    assert files_with(tmp_path / "ours", ("somebody",)) == set()
    assert spacy.load(tmp_path / "ours").config["paths"]["train"] is None
