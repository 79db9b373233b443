"""`findings` and `evaluate --findings`, as users call them."""

import csv
import json
from pathlib import Path

import pytest
import spacy

from .conftest import Call

REPORTS = """report,words
r1,"FINDINGS: Small effusion. No edema."
r2,"IMPRESSION: =Possible pneumonia."
r3,"Clear lungs."
"""


@pytest.fixture()
def model(tmp_path: Path) -> Path:
    """Sentences alone: the command adds the rest."""
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sentences")
    nlp.add_pipe("clinical_sections")
    nlp.to_disk(tmp_path / "model")
    (tmp_path / "reports.csv").write_text(REPORTS, encoding="utf-8")
    return tmp_path / "model"


OPTIONS = ("--text-field", "words", "--id-field", "report", "--scheme", "nih")


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.open(encoding="utf-8", newline="")))


def test_labels_and_evidence(model: Path, tmp_path: Path, call: Call, refuse: Call) -> None:
    source, target, cited = (tmp_path / x for x in ("reports.csv", "labels.csv", "cited.csv"))
    output = call("findings", model, source, target, *OPTIONS, "--evidence", cited).output
    found = rows(target)
    assert [(r["report"], r["Effusion"], r["Edema"], r["Pneumonia"]) for r in found] == [
        ("r1", "1", "0", ""), ("r2", "", "", "-1"), ("r3", "", "", "")
    ]  # fmt: skip
    assert len(found[0]) == 15
    first = rows(cited)[0]
    assert (first["finding"], first["text"], first["start"]) == ("Effusion", "effusion", "16")
    assert "none of the policy's sections, all counts: 1 report" in output
    refuse("SC551", "findings", model, source, target, *OPTIONS)
    call("findings", model, source, target, *OPTIONS, "--words", "-p", "2", "--force")
    assert rows(target)[1]["Pneumonia"] == "uncertain"


def test_a_pipeline_without_findings_needs_a_scheme(
    model: Path, tmp_path: Path, refuse: Call
) -> None:
    args = ("findings", model, tmp_path / "reports.csv", tmp_path / "labels.csv")
    refuse("SC982", *args, "--text-field", "words")
    assert not (tmp_path / "labels.csv").exists()


def test_unknown_words_are_counted_and_other_languages_refused(
    model: Path, tmp_path: Path, call: Call, refuse: Call
) -> None:
    """One mention of which a word is said that nobody knows, one denied, one in doubt."""
    nlp = spacy.load(model)
    nlp.add_pipe("clinical_context", config={"default": "mayhaps"})
    nlp.to_disk(model)
    args = (tmp_path / "reports.csv", tmp_path / "labels.csv", *OPTIONS[:-2])
    output = call("findings", model, *args, "--scheme", "chexpert").output
    assert "1 mention without effect: nobody knows" in output
    found = {row["report"]: row["No Finding"] for row in rows(tmp_path / "labels.csv")}
    assert found == {"r1": "", "r2": "", "r3": "1"}
    spacy.blank("de").to_disk(model)
    refuse("SC985", "findings", model, *args, "--scheme", "nih", "--force")


def test_scores(model: Path, tmp_path: Path, call: Call) -> None:
    nlp = spacy.load(model)
    nlp.add_pipe("clinical_finding_mentions", config={"tables": ["nih"]})
    nlp.add_pipe("clinical_context", config={"rules": ["en", "radiology"]})
    nlp.add_pipe("clinical_findings", config={"tables": ["nih"]})
    nlp.to_disk(model)
    reports, gold, target = (tmp_path / x for x in ("r.jsonl", "gold.csv", "scores.json"))
    texts = {"a": "Small effusion.", "b": "No effusion. Edema.", "c": "Edema."}
    lines = [json.dumps({"id": id, "text": text}) for id, text in texts.items()]
    reports.write_text("\n".join(lines), encoding="utf-8")
    gold.write_text("id,Effusion,Edema\na,1,0\nb,1,1\nc,0,1\n", encoding="utf-8")
    args = ("evaluate", model, reports, "--findings", gold, "-o", target, "--samples", "10")
    output = [line.split() for line in call(*args).output.splitlines()]
    assert next(line[:7] for line in output if line[:1] == ["Edema"]) == [
        "Edema",
        "2",
        "0",
        "0",
        "100.00",
        "100.00",
        "100.00",
    ]
    assert json.loads(target.read_text())["labels"]["Effusion"]["missed"] == 1
