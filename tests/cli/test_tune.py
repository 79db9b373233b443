"""`tune`: thresholds worked out on paper, and a copy of the pipeline that has them."""

from pathlib import Path

import pytest
import spacy

from spacy_clinical.corpus import make_corpus
from spacy_clinical.docs import get_mentions, get_relations
from spacy_clinical.errors import CommandError
from spacy_clinical.evaluation.threshold_tuning import Choice, Wanted, choose, choose_thresholds

from ..conftest import make_record
from .conftest import Call

# Five gold items; one ties with a wrong prediction at 0.7, one is never predicted.
SCORED = [(0.9, True), (0.8, True), (0.7, False), (0.7, True), (0.4, False), (0.2, True)]
POINTS = {0.9: (1, 0.2), 0.8: (1, 0.4), 0.7: (0.75, 0.6), 0.4: (0.6, 0.6), 0.2: (4 / 6, 0.8)}


@pytest.mark.parametrize(
    ("wanted", "threshold", "reached"),
    [
        (Wanted(precision=1.0), 0.8, True),
        (Wanted(precision=0.7), 0.7, True),
        (Wanted(precision=0.65), 0.2, True),
        (Wanted(recall=0.2), 0.9, True),
        (Wanted(recall=0.5), 0.7, True),
        (Wanted(recall=0.8), 0.2, True),
        (Wanted(recall=0.9), 0.2, False),
        (Wanted(), 0.2, True),
    ],
)
def test_choose(wanted: Wanted, threshold: float, reached: bool) -> None:
    precision, recall = POINTS[threshold]
    found = choose("A", SCORED, 5, wanted)
    assert found.precision == pytest.approx(precision)
    assert found.recall == pytest.approx(recall)
    assert found[:2] == ("A", threshold) and found[4:] == (5, reached)


def test_choose_what_comes_nearest() -> None:
    scored = [(0.9, False), (0.8, True), (0.7, True), (0.6, False)]
    found = choose("A", scored, 2, Wanted(precision=0.9))
    assert found == Choice("A", 0.7, pytest.approx(2 / 3), 1.0, 2, False)  # type: ignore[arg-type]
    assert choose("A", [], 2, Wanted()) == Choice("A", None, 0.0, 0.0, 2, False)
    assert choose("A", [], 0, Wanted(recall=0.5)).reached


@pytest.mark.parametrize("numbers", [(0.5, 0.5), (1.5, None), (None, 0.0)])
def test_what_cant_be_wanted(numbers: tuple[float | None, float | None]) -> None:
    with pytest.raises(CommandError, match="SC541"):
        Wanted(*numbers)


@pytest.mark.parametrize("component", ["clinical_rel", "clinical_ner"])
def test_command(trained: Path, corpus: Path, tmp_path: Path, call: Call, component: str) -> None:
    output = call("tune", trained, corpus, tmp_path / "new", "-c", component).output
    assert "not reached" not in output
    nlp = spacy.load(tmp_path / "new")
    pipe = nlp.get_pipe(component)
    thresholds = pipe.cfg["thresholds"]  # type: ignore[union-attr]
    assert set(thresholds) == set(pipe.labels)  # type: ignore[union-attr]
    assert all(0.5 < value < 1 for value in thresholds.values())
    assert nlp.config["components"][component]["thresholds"] == pytest.approx(thresholds)
    doc = nlp(make_record(0).text)
    assert [m.label for m in get_mentions(doc)] == ["DRUG", "SIGN"]
    assert [r.label for r in get_relations(doc)] == ["TREATS"]


def test_mentions_below_the_threshold_are_dropped(trained: Path, corpus: Path) -> None:
    nlp = spacy.load(trained)
    text = make_record(0).text
    before = {
        m.label: s._.score for m, s in zip(get_mentions(nlp(text)), nlp(text).ents, strict=True)
    }
    pipe = nlp.get_pipe("clinical_ner")
    pipe.cfg["thresholds"] = {"DRUG": before["DRUG"] + 1e-6}  # type: ignore[union-attr]
    doc = nlp(text)
    assert [m.label for m in get_mentions(doc)] == [e.label_ for e in doc.ents] == ["SIGN"]
    pipe.cfg["thresholds"] = {"DRUG": before["DRUG"] - 1e-6}  # type: ignore[union-attr]
    assert len(get_mentions(nlp(text))) == 2


def test_low_scores_count_too(trained: Path, corpus: Path) -> None:
    """The old threshold must not hide what a lower one would let in."""
    nlp = spacy.load(trained)
    pipe = nlp.get_pipe("clinical_rel")
    pipe.cfg["threshold"] = 1.0  # type: ignore[union-attr]
    (choice,) = choose_thresholds(
        nlp, list(make_corpus(corpus)(nlp)), "clinical_rel", Wanted(recall=1.0)
    )
    assert (choice.label, choice.recall, choice.gold, choice.reached) == ("TREATS", 1.0, 1, True)
    assert [r.label for r in get_relations(nlp(make_record(0).text))] == ["TREATS"]


def test_refused(trained: Path, corpus: Path, tmp_path: Path, refuse: Call) -> None:
    output = refuse("SC540", "tune", trained, corpus, tmp_path / "new", "-c", "transformer")
    assert "clinical_rel" in output
    refuse("SC540", "tune", trained, corpus, tmp_path / "new", "-c", "other")
    assert not (tmp_path / "new").exists()


def test_a_pipeline_that_is_there(
    trained: Path, corpus: Path, tmp_path: Path, call: Call, refuse: Call
) -> None:
    target, other = tmp_path / "new", tmp_path / "other"
    call("tune", trained, corpus, target)
    refuse("SC022", "tune", trained, corpus, target)
    (target / "old").touch()
    call("tune", trained, corpus, target, "--recall", "0.5", "--force")
    assert spacy.load(target).pipe_names and not (target / "old").exists()
    refuse("SC567", "tune", target, corpus, target, "--force")
    other.mkdir()
    (other / "notes.txt").touch()
    refuse("SC022", "tune", trained, corpus, other, "--force")
    assert (other / "notes.txt").exists()
