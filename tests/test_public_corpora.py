"""Four public corpora in one training, on tiny corpora in the form of each."""

import json
import runpy
from pathlib import Path

import pytest
import spacy

from spacy_clinical.corpus import read_docs
from spacy_clinical.docs import get_known_labels, get_known_relation_labels, has_assertions

from .formats.samples import put
from .test_literature import call
from .test_project import COMMANDS, PROJECT, ROOT

STEPS = ("public-data", "public-entities", "public-train", "public-evaluate")
SENTENCE = "Aspirin gave her severe gastritis without any fever."
DRUG, ILL, FEVER = (0, 7), (24, 33), (46, 51)


def write_pubtator(path: Path, id: str, drug: str, ill: str, relation: str) -> None:
    """A title and an abstract; labels as a corpus calls them, "" for one that it doesn't have."""
    title = f"Report {id}."
    rows, before = [f"{id}|t|{title}", f"{id}|a|{SENTENCE}"], len(title) + 1
    for start, end, label, concept in ((*DRUG, drug, "D1"), (*ILL, ill, "D2")):
        if label:
            words = f"{before + start}\t{before + end}\t{SENTENCE[start:end]}"
            rows.append(f"{id}\t{words}\t{label}\t{concept}")
    put(path, *rows, *([f"{id}\t{relation}\tD1\tD2"] if relation else []), "", "")


def write_corpora(folder: Path) -> None:
    names = (("train", "Training"), ("dev", "Development"))
    for n, (part, long) in enumerate(names):
        write_pubtator(
            folder / "bc5cdr" / f"CDR_{long}Set.PubTator.txt", f"1{n}", "Chemical", "Disease", "CID"
        )
        ncbi = folder / "ncbi_disease" / f"NCBI{'train' if n == 0 else 'develop'}set_corpus.txt"
        write_pubtator(ncbi, f"2{n}", "", "SpecificDisease", "")
        write_pubtator(
            folder / "biored" / f"{part.title()}.PubTator",
            f"3{n}",
            "ChemicalEntity",
            "DiseaseOrPhenotypicFeature",
            "Positive_Correlation",
        )
    split = json.loads((ROOT / "assets" / "maccrobat_split.json").read_text())
    for n, part in enumerate(("train", "test")):
        name = folder / "maccrobat2020" / split[part][0]
        put(name.with_suffix(".txt"), f"Case {n}. {SENTENCE}")
        start = len("Case 0. ")
        spans = [("Medication", DRUG), ("Sign_symptom", ILL), ("Sign_symptom", FEVER)]
        rows = [
            f"T{k}\t{label} {start + a} {start + b}\t{SENTENCE[a:b]}"
            for k, (label, (a, b)) in enumerate(spans, 1)
        ]
        put(
            name.with_suffix(".ann"),
            *rows,
            "A1\tPOLARITY T3 NEG",
            "R1\tMODIFY Arg1:T1 Arg2:T2",
        )


def test_the_workflow(tmp_path: Path, tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_corpora(tmp_path / "assets")
    for step in STEPS:
        for line in COMMANDS[step]["script"]:
            call(line, tiny_encoder)
    knows = {}
    for name in ("bc5cdr", "ncbi", "biored", "maccrobat"):
        (doc,) = read_docs(
            tmp_path / "corpus" / "public" / "dev" / f"{name}.spacy", spacy.blank("en")
        )
        relations = get_known_relation_labels(doc) or ()
        knows[name] = (sorted(get_known_labels(doc) or ()), *relations, has_assertions(doc))
    assert knows == {
        "bc5cdr": (["Chemical", "Disease"], "CID", False),
        "ncbi": (["Disease"], False),
        "biored": (["Chemical", "Disease"], "Positive_Correlation", False),
        "maccrobat": (["Medication", "Sign_symptom"], "MODIFY", True),
    }
    scores = [json.loads((tmp_path / path).read_text()) for path in COMMANDS[STEPS[-1]]["outputs"]]
    assert [one["losses"]["mentions"] for one in scores] == [2, 1, 2, 3]
    assert all(one["end_to_end"]["ents_per_type"] is not None for one in scores)


def test_an_unknown_corpus_is_named(tmp_path: Path) -> None:
    prepare = runpy.run_path(str(ROOT / "assets" / "public" / "prepare.py"))
    with pytest.raises(SystemExit, match="other="):
        prepare["main"](tmp_path, {"other": tmp_path})
    assert PROJECT["workflows"]["public"][0] == STEPS[0]
