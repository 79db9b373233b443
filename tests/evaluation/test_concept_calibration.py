"""`clinical_concept_rel` calibrated and tuned: scores that come true, findings that stay."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Example

from spacy_clinical.docs import get_spans, set_links, to_doc
from spacy_clinical.errors import CommandError
from spacy_clinical.evaluation.lowered_thresholds import is_beside_gold, lower_thresholds
from spacy_clinical.evaluation.score_calibration import fit_scores
from spacy_clinical.evaluation.threshold_tuning import Wanted, choose_thresholds
from spacy_clinical.records import Record
from spacy_clinical.scoring.relations_given_gold import predict_with_gold_mentions
from spacy_clinical.scoring.scored_predictions import Prediction, Scored

from ..cli.conftest import invoke
from ..pipeline.concepts.test_clinical_concept_rel import (
    NAME,
    TEXTS,
    build_one,
    make_examples,
    make_record,
)
from ..pipelines import Build, train

MINE, OTHER = "C", "X"
SETTINGS = ("threshold", "thresholds", "calibration", "max_evidence")
BLANK = spacy.blank("en")


def link_words(doc: Doc, vocabulary: str) -> Doc:
    set_links(doc, [[(f"{vocabulary}-{s.text.lower()}", 1.0)] for s in get_spans(doc)])
    return doc


for name in (MINE, OTHER):
    Language.component(
        f"test_link_words_{name.lower()}",
        assigns=["doc.ents", "span._.kb_ents"],
        func=lambda doc, name=name: link_words(doc, name),
    )


@pytest.fixture(scope="module")
def model(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pipeline that knows its two sentences by heart."""
    nlp = build_one(build)
    for _ in range(40):
        train(nlp, make_examples(nlp))
    folder = tmp_path_factory.mktemp("concepts") / "model"
    nlp.to_disk(folder)
    return folder


def by_name(record: Record) -> Record:
    """The same of a corpus without identifiers: names stand for concepts."""
    stated = (
        replace(r, head=r.head.replace("C-", "name:"), tail=r.tail.replace("C-", "name:"))
        for r in record.concept_relations
    )
    entities = (replace(entity, concept="") for entity in record.entities)
    return replace(record, entities=tuple(entities), concept_relations=tuple(stated))


def half_true(known: Record, count: int = 64) -> list[Doc]:
    """The same note many times. Half state nothing, mixed so that each fifth has both kinds."""
    nothing = replace(known, concept_relations=())
    return [to_doc([known, nothing][i // 8 % 2], BLANK.make_doc) for i in range(count)]


def examples_of(nlp: Language, docs: Sequence[Doc]) -> list[Example]:
    return [Example(nlp.make_doc(doc.text), doc) for doc in docs]


def given(nlp: Language) -> Doc:
    """What a pipeline says of the first sentence's gold mentions."""
    (example,) = predict_with_gold_mentions(nlp, make_examples(nlp, 1))
    return example.predicted


def found(doc: Doc) -> list[Any]:
    return [(r.head, r.label, r.tail, r.evidence) for r in doc._.concept_relations]


def score(doc: Doc) -> float:
    (relation,) = doc._.concept_relations
    return relation.score


def cfg_of(nlp: Language) -> dict[str, Any]:
    cfg = nlp.get_pipe(NAME).cfg  # type: ignore[attr-defined]
    return {name: cfg[name] for name in SETTINGS}


def test_given_gold_mentions(model: Path, tmp_path: Path) -> None:
    """What is right half of the time gets a score of a half, and is found all the same."""
    path = tmp_path / "half.spacy"
    DocBin(docs=half_true(make_record(0))).to_disk(path)
    result = invoke("calibrate", model, path, tmp_path / "new", "--given-mentions")
    assert result.exit_code == 0, result.output
    assert "SC54" not in result.output and "aspirin" not in result.output
    old, new = spacy.load(model), spacy.load(tmp_path / "new")
    assert score(given(old)) > 0.8
    assert score(given(new)) == pytest.approx(0.5, abs=0.1)
    assert [str(x) for x in found(given(new))] == [str(x) for x in found(given(old))]
    cfg = cfg_of(new)
    assert set(cfg["calibration"]) == set(cfg["thresholds"]) == {"TREATS"}
    assert cfg["thresholds"]["TREATS"] < score(given(new))
    assert (cfg["threshold"], cfg["max_evidence"]) == (0.5, 3)
    assert new.get_pipe_config(NAME)["thresholds"] == pytest.approx(cfg["thresholds"])


def test_it_sees_what_is_below_the_threshold(model: Path) -> None:
    """Two pairs of concepts a note: aspirin and pain, 32 times right, and aspirin and fever."""
    nlp = spacy.load(model)
    docs = half_true(make_record(0))
    before = cfg_of(nlp)
    component: Any = nlp.get_pipe(NAME)
    kept = lower_thresholds(component)
    assert (kept["threshold"], kept["max_evidence"]) == (0.5, 3)
    examples = predict_with_gold_mentions(nlp, examples_of(nlp, docs))
    scored = Scored()
    scored.add_concepts(examples, frozenset())
    assert (len(scored.predictions), sum(p.right for p in scored.predictions)) == (128, 32)
    assert scored.n_gold == {"TREATS": 32}
    assert not any(r.evidence for eg in examples for r in eg.predicted._.concept_relations)
    component.cfg.update(kept)
    assert cfg_of(nlp) == before


@pytest.mark.parametrize("named", [False, True])
def test_end_to_end(model: Path, named: bool) -> None:
    """With a linker that gives the corpus's identifiers, or a corpus that has names only."""
    nlp = spacy.load(model)
    known = make_record(0)
    if named:
        known = by_name(known)
    else:
        nlp.add_pipe("test_link_words_c", after="clinical_ner")
    before = nlp(TEXTS[0][0])
    fits, warnings = fit_scores(nlp, examples_of(nlp, half_true(known)), [NAME])
    assert {fit.component for fit in fits} == {NAME} and not warnings
    (whole,) = (fit for fit in fits if fit.label == "all")
    assert (whole.n, whole.right) == (64, 0.5)
    assert whole.before > 0.3 and whole.after < 0.15
    after = nlp(TEXTS[0][0])
    assert score(before) > 0.8 and score(after) == pytest.approx(0.5, abs=0.1)
    assert [str(x) for x in found(before)] == [str(x) for x in found(after)]
    assert found(after)[0][0] == ("name:aspirin" if named else "C-aspirin")


@pytest.mark.parametrize("linker", [None, "test_link_words_x"])
def test_identifiers_that_the_corpus_does_not_know(model: Path, linker: str | None) -> None:
    """Nothing links mentions, or to another terminology: a warning, and nothing changes."""
    nlp = spacy.load(model)
    if linker:
        nlp.add_pipe(linker, after="clinical_ner")
    before = cfg_of(nlp)
    fits, (warning,) = fit_scores(nlp, examples_of(nlp, half_true(make_record(0))), [NAME])
    assert not fits
    assert "[SC547] None of the 64" in warning and "aspirin" not in warning
    assert cfg_of(nlp) == before
    with pytest.raises(CommandError, match="SC547"):
        choose_thresholds(nlp, examples_of(nlp, half_true(make_record(0))), NAME, Wanted())
    assert cfg_of(nlp) == before


def test_without_identifiers_there_is_nothing_to_weigh(model: Path) -> None:
    nlp = spacy.load(model)
    nlp.get_pipe(NAME).cfg["by_name"] = False  # type: ignore[attr-defined]
    fits, (warning,) = fit_scores(nlp, examples_of(nlp, half_true(make_record(0))), [NAME])
    assert not fits and "[SC547] None of the 0" in warning


def test_too_few(model: Path) -> None:
    nlp = spacy.load(model)
    before = cfg_of(nlp)
    examples = examples_of(nlp, half_true(make_record(0), 16))
    fits, (warning,) = fit_scores(nlp, examples, given_mentions=True)
    assert not fits and "[SC543]" in warning and "8 right and 8 wrong" in warning
    assert cfg_of(nlp) == before


def test_beside_gold(model: Path) -> None:
    component: Any = spacy.load(model).get_pipe(NAME)
    wrong, right = Prediction("TREATS", 0.5, False, 0), Prediction("TREATS", 0.5, True, 0)
    scored = Scored()
    assert not is_beside_gold(scored, component)
    scored.predictions = [wrong]
    assert not is_beside_gold(scored, component)  # nothing was to be found
    scored.n_gold["TREATS"] += 1
    assert is_beside_gold(scored, component)
    assert not is_beside_gold(scored, spacy.load(model).get_pipe("clinical_ner"))  # type: ignore[arg-type]
    scored.predictions.append(right)
    assert not is_beside_gold(scored, component)


def test_tune(model: Path, tmp_path: Path) -> None:
    """Of 64 at one score 32 are right, and all that are to be found: above them nothing."""
    path = tmp_path / "half.spacy"
    DocBin(docs=half_true(make_record(0))).to_disk(path)
    one, two = tmp_path / "one", tmp_path / "two"
    assert invoke("calibrate", model, path, one, "--given-mentions").exit_code == 0
    options = ("-c", NAME, "--given-mentions", "--precision", "0.5")
    result = invoke("tune", one, path, two, *options)
    assert result.exit_code == 0, result.output
    rows = [line.split() for line in result.output.splitlines() if line.startswith("TREATS")]
    assert [row[2:] for row in rows] == [["50.0", "100.0", "32"]]
    before, after = spacy.load(one), spacy.load(two)
    assert score(given(after)) == pytest.approx(score(given(before)))
    cfg = cfg_of(after)
    assert cfg["calibration"] == cfg_of(before)["calibration"]
    assert cfg["thresholds"]["TREATS"] == pytest.approx(score(given(after)), abs=2e-6)
    assert (cfg["threshold"], cfg["max_evidence"]) == (0.5, 3)
    assert after.get_pipe_config(NAME)["thresholds"] == pytest.approx(cfg["thresholds"])


def test_tune_from_a_threshold_that_hides_all(model: Path) -> None:
    nlp = spacy.load(model)
    nlp.get_pipe(NAME).cfg["threshold"] = 1.0  # type: ignore[attr-defined]
    assert found(given(nlp)) == []
    examples = examples_of(nlp, half_true(make_record(0)))
    (choice,) = choose_thresholds(nlp, examples, NAME, Wanted(), given_mentions=True)
    assert (choice.precision, choice.recall, choice.gold) == (0.5, 1.0, 32)
    assert len(found(given(nlp))) == 1


def test_tune_given_mentions_has_none_to_find(model: Path) -> None:
    nlp = spacy.load(model)
    with pytest.raises(CommandError, match=r"SC540.*clinical_ner") as error:
        choose_thresholds(nlp, [], "clinical_ner", Wanted(), given_mentions=True)
    assert f"It has: sentencizer, transformer, {NAME}" in str(error.value)
