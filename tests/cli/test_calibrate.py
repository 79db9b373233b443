"""`calibrate`: scores that come true, findings that stay, and corpora that are too small."""

from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language

from spacy_clinical.corpus import make_corpus
from spacy_clinical.docs import get_mentions, get_relations, to_doc
from spacy_clinical.evaluation.score_calibration import fit_scores
from spacy_clinical.records import Record

from ..conftest import make_record
from .conftest import Call
from .fakes import make_fake, write_docs

BLANK = spacy.blank("en")
HEADS = ("clinical_ner", "clinical_rel")


@pytest.fixture(scope="module")
def half_true(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """64 times the same note. The pipeline finds two mentions and a relation in each; half of the
    notes have them in the gold, mixed so that each fifth has both kinds."""
    known = make_record(0)
    nothing = Record("", known.text)
    docs = [to_doc([known, nothing][i // 8 % 2], BLANK.make_doc) for i in range(64)]
    return write_docs(docs, tmp_path_factory.mktemp("half") / "half.spacy")


def scores_of(nlp: Language) -> list[float]:
    doc = nlp(make_record(0).text)
    assert [m.label for m in get_mentions(doc)] == ["DRUG", "SIGN"]
    assert [r.label for r in get_relations(doc)] == ["TREATS"]
    return [*doc.spans["clinical"].attrs["scores"], get_relations(doc)[0].score]


def test_command(trained: Path, half_true: Path, tmp_path: Path, call: Call) -> None:
    """What is right half of the time gets scores of a half, and is found all the same."""
    output = call("calibrate", trained, half_true, tmp_path / "new").output
    assert "SC543" not in output and "aspirin" not in output
    rows = [line.split() for line in output.splitlines()]
    (sign,) = (row for row in rows if row[:1] == ["SIGN"])
    assert sign[1:3] == ["64", "50.0"]
    assert float(sign[3]) > 0.4 and float(sign[4]) < 0.15
    assert min(scores_of(spacy.load(trained))) > 0.9
    nlp = spacy.load(tmp_path / "new")
    assert scores_of(nlp) == pytest.approx([0.5] * 3, abs=0.1)
    for name in HEADS:
        pipe: Any = nlp.get_pipe(name)
        assert set(pipe.cfg["calibration"]) == set(pipe.cfg["thresholds"]) == set(pipe.labels)
        assert nlp.get_pipe_config(name)["thresholds"] == pytest.approx(pipe.cfg["thresholds"])
        assert "calibration" not in nlp.get_pipe_config(name)


def test_tune_after_calibrate(trained: Path, half_true: Path, tmp_path: Path, call: Call) -> None:
    call("calibrate", trained, half_true, tmp_path / "one")
    wanted = ("-c", "clinical_rel", "--recall", "1")
    call("tune", tmp_path / "one", half_true, tmp_path / "two", *wanted)
    one, two = spacy.load(tmp_path / "one"), spacy.load(tmp_path / "two")
    for name in HEADS:
        assert one.get_pipe(name).cfg["calibration"] == two.get_pipe(name).cfg["calibration"]  # type: ignore[attr-defined]
    assert scores_of(one) == pytest.approx(scores_of(two))
    rel: Any = two.get_pipe("clinical_rel")
    assert rel.cfg["thresholds"]["TREATS"] == pytest.approx(scores_of(two)[-1], abs=2e-6)


def test_again(trained: Path, half_true: Path) -> None:
    """A second fit starts from the scores below the first."""
    nlp = spacy.load(trained)
    examples = make_corpus(half_true)
    fit_scores(nlp, list(examples(nlp)))
    first = scores_of(nlp)
    fits, _ = fit_scores(nlp, list(examples(nlp)))
    assert scores_of(nlp) == pytest.approx(first, abs=1e-4)
    assert max(fit.before for fit in fits) < 0.1


def test_one_component(trained: Path, half_true: Path) -> None:
    nlp = spacy.load(trained)
    before = scores_of(nlp)
    fits, warnings = fit_scores(nlp, list(make_corpus(half_true)(nlp)), ["clinical_rel"])
    assert {fit.component for fit in fits} == {"clinical_rel"} and not warnings
    assert scores_of(nlp)[:2] == before[:2] and scores_of(nlp)[2] < 0.7


def test_given_gold_mentions(trained: Path, half_true: Path) -> None:
    """Where gold has no mentions there are no relations to judge: all that are proposed are right,
    and there are no wrong ones to fit on."""
    nlp = spacy.load(trained)
    before = scores_of(nlp)
    examples = list(make_corpus(half_true)(nlp))
    fits, (warning,) = fit_scores(nlp, examples, given_mentions=True)
    assert not fits
    assert "[SC543]" in warning and "32 right and 0 wrong" in warning
    assert scores_of(nlp) == before


def test_too_few(trained: Path, corpus: Path, tmp_path: Path, call: Call) -> None:
    """Nothing changes, and the command says so."""
    output = call("calibrate", trained, corpus, tmp_path / "new").output
    assert output.count("[SC543]") == 2
    old, new = spacy.load(trained), spacy.load(tmp_path / "new")
    for name in HEADS:
        assert old.get_pipe(name).cfg == new.get_pipe(name).cfg  # type: ignore[attr-defined]
        assert old.get_pipe_config(name) == new.get_pipe_config(name)
    assert scores_of(old) == pytest.approx(scores_of(new))


def test_refused(trained: Path, corpus: Path, tmp_path: Path, refuse: Call) -> None:
    target = tmp_path / "new"
    assert "clinical_rel" in refuse("SC542", "calibrate", trained, corpus, target, "-c", "other")
    ner = ("-c", "clinical_ner", "--given-mentions")
    assert "here: clinical_rel" in refuse("SC542", "calibrate", trained, corpus, target, *ner)
    make_fake("test_find_words").to_disk(tmp_path / "fake")
    unfit = refuse("SC542", "calibrate", tmp_path / "fake", corpus, target)
    assert "calibrate. What" in unfit and "here: none" in unfit
    assert not target.exists()
    target.mkdir()
    (target / "mine").touch()
    refuse("SC022", "calibrate", trained, corpus, target)
    assert [file.name for file in target.iterdir()] == ["mine"]
