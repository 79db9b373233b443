"""The invented radiology reports: as their build says, in words that the markup allows."""

import csv
import importlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import spacy

ASSETS = Path(__file__).parents[2] / "assets"


@pytest.fixture(scope="module")
def build() -> Iterator[Any]:
    """The script that writes them; other folders have a `build` too."""
    folders = [str(ASSETS / "radiology"), str(ASSETS / "sample")]
    kept = sys.modules.pop("build", None)
    sys.path[:0] = folders
    yield importlib.import_module("build")
    for folder in folders:
        sys.path.remove(folder)
    sys.modules.pop("build")
    if kept is not None:
        sys.modules["build"] = kept


@pytest.fixture(scope="module")
def folder(build: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("radiology")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["build.py", str(out)])
        assert build.main() == 0
    return out


@pytest.mark.parametrize(("part", "least"), [("train", 60), ("eval", 30)])
def test_reports(build: Any, part: str, least: int) -> None:
    reports = build.read_reports(part)
    assert len(reports) >= least
    labels = Counter(entity.label for report in reports for entity in report.entities)
    assert all(labels[label] >= 5 for label in build.SCHEME.labels.values()), labels
    related = Counter(relation.label for report in reports for relation in report.relations)
    assert all(related[label] >= 25 for label in build.SCHEME.arguments), related
    kinds = Counter(report.id.split("-")[1].split("_")[0] for report in reports)
    assert set(kinds) == {"chest", "abdomen", "brain", "mammogram", "lung"}
    assert len({report.meta["accession_number"] for report in reports}) == len(reports)


@pytest.mark.parametrize("part", ["train", "eval"])
def test_findings_agree_with_the_mentions(build: Any, part: str) -> None:
    """A report that denies nothing has no negative finding, and so on."""
    of = {"present": "positive", "possible": "uncertain", "absent": "negative"}
    for report in build.read_reports(part):
        told = {of[a.value] for a in report.attributes if a.name == "assertion"}
        assert set(build.findings(report).values()) <= told | {"positive"}, report.id


@pytest.mark.parametrize("part", ["train", "eval"])
def test_whoever_has_a_part_has_the_whole(build: Any, part: str) -> None:
    """In the header, a finding of a table that holds has a parent that holds."""
    rules = build.load_finding_rules([str(ASSETS / "radiology" / "findings.tsv")])
    parents = {rule.label: rule.parent for rule in rules if rule.parent}
    for report in build.read_reports(part):
        said = build.findings(report)
        for label, status in said.items():
            if label in parents and status != "negative":
                assert said.get(parents[label]) in (status, "positive"), (report.id, label)


def test_the_parts_are_apart(build: Any) -> None:
    """No sentence of more than five words, no patient and no study stands in both."""
    words, people = [], []
    for part in ("train", "eval"):
        reports = build.read_reports(part)
        texts = " ".join(report.text for report in reports).lower()
        words.append({s for s in texts.replace("\n", ". ").split(". ") if len(s.split()) > 5})
        people.append({r.meta[k] for r in reports for k in ("patient", "accession_number")})
    assert min(map(len, words)) > 100
    assert not words[0] & words[1]
    assert not people[0] & people[1]


def test_the_plain_reports_tell_nothing(folder: Path, build: Any) -> None:
    both = ("reports.jsonl", "train_reports.jsonl")
    lines = [n for f in both for n in (folder / f).read_text(encoding="utf8").splitlines()]
    assert len(lines) >= 90
    for line in lines:
        row = json.loads(line)
        assert set(row["meta"]) == set(build.STUDY)
        assert not row.get("entities") and not row.get("relations")


def test_the_table(folder: Path, build: Any) -> None:
    with (folder / "train_findings.csv").open(encoding="utf8") as file:
        rows = {row.pop("report"): row for row in csv.DictReader(file)}
    row = rows["train-mammogram_recall"]
    assert {k: v for k, v in row.items() if v != "not mentioned"} == {
        "Architectural distortion": "positive",
        "Calcifications": "negative",
        "Mass": "uncertain",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BI-RADS category 4A.", [("CATEGORY", "BI-RADS category 4A")]),
        ("Lung-RADS: 3", [("CATEGORY", "Lung-RADS: 3")]),
        ("BI-RADS 2 a year ago.", [("CATEGORY", "BI-RADS 2")]),
        ("A 7 mm node, 2.5 x 3 cm.", [("MEASUREMENT", "7 mm"), ("MEASUREMENT", "2.5 x 3 cm")]),
        (
            "Repeat pelvic MRI in 3 to 6 months.",
            [("FOLLOW_UP", "Repeat pelvic MRI in 3 to 6 months")],
        ),
        ("CT of 3 May 2021 is shown.", [("COMPARISON", "CT of 3 May 2021")]),
        ("CT shows 3 nodes. The category is discussed.", []),
        ("BIRADS 3, LungRADS 2.", [("CATEGORY", "BIRADS 3"), ("CATEGORY", "LungRADS 2")]),
        ("Lung-RADS 4B-S", [("CATEGORY", "Lung-RADS 4B-S")]),
        ("Prior MRI brain from May 2021", [("COMPARISON", "Prior MRI brain from May 2021")]),
        ("Low-dose CT 2/11/2022.", [("COMPARISON", "Low-dose CT 2/11/2022")]),
        ("earlier study of June 4, 2020", [("COMPARISON", "earlier study of June 4, 2020")]),
        ("2018 mammograms.", [("COMPARISON", "2018 mammograms")]),
        ("six-week repeat ultrasound", [("FOLLOW_UP", "six-week repeat ultrasound")]),
        ("MRI with contrast in nine weeks", [("FOLLOW_UP", "MRI with contrast in nine weeks")]),
        ("Surveillance every 2 years.", [("FOLLOW_UP", "Surveillance every 2 years")]),
        (
            "without significant interval change",
            [("CHANGE", "without significant interval change")],
        ),
        (
            "not appreciably changed, more prominent",
            [("CHANGE", "not appreciably changed"), ("CHANGE", "more prominent")],
        ),
        ("Upper pole of the right kidney", [("ANATOMY", "Upper pole of the right kidney")]),
        ("segments IV and V, L4", [("ANATOMY", "segments IV and V"), ("ANATOMY", "L4")]),
        ("left third to fifth ribs", [("ANATOMY", "left third to fifth ribs")]),
        ("at ten o'clock in the right breast", [("ANATOMY", "ten o'clock in the right breast")]),
        ("The head is bent. Femoral head.", [("ANATOMY", "Femoral head")]),
        ("Port-A-Cath, two chest drains.", [("DEVICE", "Port-A-Cath"), ("DEVICE", "chest drains")]),
        (
            "Hiatal hernia; tree-in-bud.",
            [("OBSERVATION", "Hiatal hernia"), ("OBSERVATION", "tree-in-bud")],
        ),
    ],
)
def test_rules(folder: Path, text: str, expected: list[tuple[str, str]]) -> None:
    """Categories and sizes are read with all that belongs to them, and not a word more."""
    tokenizer = {"nlp": {"tokenizer": {"@tokenizers": "spacy-clinical.Tokenizer.v1"}}}
    nlp = spacy.blank("en", config=tokenizer)
    rules = json.loads((folder / "patterns.json").read_text(encoding="utf8"))
    nlp.add_pipe("entity_ruler").add_patterns(rules)
    assert [(ent.label_, ent.text) for ent in nlp(text).ents] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Large knee effusion.", {"Effusion"}),
        ("Pleural effusion.", {"Effusion", "Pleural effusion"}),
        ("Thyroid nodule.", {"Nodule"}),
        ("Pulmonary nodules.", {"Nodule", "Lung nodule"}),
        ("Edema of the ankle.", {"Edema"}),
        ("Hematoma of the thigh.", {"Hemorrhage"}),
        ("Spinal subdural hematoma.", {"Hemorrhage"}),
        ("Intracerebral haemorrhage.", {"Hemorrhage", "Intracranial hemorrhage"}),
        ("Stone in the bladder.", {"Stone"}),
        ("Ureteral stone.", {"Stone", "Ureteral stone"}),
        ("Irregular mass of the uterus.", {"Mass"}),
        ("Renal mass.", {"Mass"}),
        ("Breast masses.", {"Mass", "Breast mass"}),
        ("Spinal meningioma.", {"Tumor"}),
        ("Filling defect in the bladder.", {"Filling defect"}),
        ("Free fluid in the joint.", {"Free fluid"}),
    ],
)
def test_no_finding_has_a_place_that_nobody_said(text: str, expected: set[str]) -> None:
    nlp = spacy.blank("en")
    tables = {"tables": [str(ASSETS / "radiology" / "findings.tsv")]}
    for name in ("clinical_sentences", "clinical_sections"):
        nlp.add_pipe(name)
    nlp.add_pipe("clinical_finding_mentions", config=tables)
    nlp.add_pipe("clinical_context")
    nlp.add_pipe("clinical_findings", config=tables)
    assert {f.label for f in nlp(text)._.findings if f.status == "positive"} == expected
