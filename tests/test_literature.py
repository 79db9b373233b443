"""The workflows of literature, on tiny corpora in the form of each: every line of `project.yml`."""

import json
import runpy
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from spacy.cli._util import app

from spacy_clinical.formats import read, write_jsonl
from spacy_clinical.records import Attribute, Entity, Record

from .commands import run
from .formats.samples import mentions, put, relations, said
from .formats.test_lct_events import ANN
from .formats.test_lct_events import TEXT as CRITERIA
from .test_project import COMMANDS, PROJECT, ROOT

SENTENCE = "The patient was given aspirin for pain after metformin ."
DRUG, PAIN, OTHER = (22, 29), (34, 38), (45, 54)
NUMBERS = range(106, 110)
"""Of documents, such that each corpus has one in each part."""
TINY = {
    "training.max_steps": "1",
    "training.eval_frequency": "1",
    "components.transformer.model.window": "48",
    "components.transformer.model.overlap": "8",
}


def write_ddi(folder: Path) -> None:
    for number in NUMBERS:
        name = f"D.d{number}"
        put(
            folder / "Train" / f"{name}.xml",
            f'<document id="{name}"><sentence id="{name}.s0" text="{SENTENCE}">'
            f'<entity id="{name}.s0.e0" charOffset="22-28" type="drug" text="aspirin"/>'
            f'<entity id="{name}.s0.e1" charOffset="45-53" type="brand" text="metformin"/>'
            f'<pair id="{name}.s0.p0" e1="{name}.s0.e0" e2="{name}.s0.e1" ddi="true"'
            ' type="effect"/></sentence></document>',
        )


def write_drugprot(folder: Path) -> None:
    for part in ("training", "development"):
        stem = f"{part}/drugprot_{part}"
        start = len("Title.\n")
        spans = [("T1", "CHEMICAL", DRUG), ("T2", "GENE-Y", OTHER)]
        put(folder / f"{stem}_abstracs.tsv", f"7\tTitle.\t{SENTENCE}")
        put(
            folder / f"{stem}_entities.tsv",
            *(
                f"7\t{id}\t{label}\t{start + a}\t{start + b}\t{SENTENCE[a:b]}"
                for id, label, (a, b) in spans
            ),
        )
        put(folder / f"{stem}_relations.tsv", "7\tINHIBITOR\tArg1:T1\tArg2:T2")


def write_ade(folder: Path) -> None:
    rows = [f"{n}|{SENTENCE}|pain|134|138|aspirin|122|129" for n in NUMBERS]
    put(folder / "DRUG-AE.rel", *rows)
    put(folder / "ADE-NEG.txt", "106 NEG No fever .", "7 NEG No fever .")


def write_lct(folder: Path) -> None:
    for number in NUMBERS:
        put(folder / f"NCT{number}.txt", CRITERIA)
        put(folder / f"NCT{number}.ann", *ANN)


CORPORA: dict[str, tuple[str, Callable[[Path], None]]] = {
    "ddi": ("ddi", write_ddi),
    "drugprot": ("drugprot", write_drugprot),
    "ade": ("ade", write_ade),
    "eligibility": ("lct", write_lct),
}


def call(line: str, encoder: Path) -> str:
    """Run a line of a command as `spacy project run` does, from the current folder."""
    words = [
        str(ROOT / word)
        if word.startswith(("configs/", "assets/split", "assets/radiology/", "assets/public/"))
        else word
        for word in shlex.split(line)[1:]
    ]
    if words[0] != "-m":
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", words)
            runpy.run_path(words[0], run_name="__main__")
        return ""
    words = words[2:]
    if words[0] == "train":
        tiny = TINY | {"paths.encoder": str(encoder)}
        if "--paths.base" in words:  # the encoder is the base's
            tiny = {key: value for key, value in tiny.items() if "transformer" not in key}
        if "tuned_public" in words[1]:
            tiny |= {"initialize.before_init.layers": "1"}
        if "_markers" in words[1]:
            tiny |= {"components.clinical_rel.model.window": "48"}
        at = words.index("--paths.encoder")
        words = words[:at] + [x for key, value in tiny.items() for x in (f"--{key}", value)]
    ran = run(app, *words)
    assert ran.exit_code == 0, ran.output
    return ran.output


@pytest.mark.parametrize(
    ("workflow", "steps"),
    [
        ("ddi", ["ddi-data", "ddi-markers"]),
        ("drugprot", PROJECT["workflows"]["drugprot"]),
        ("ade", PROJECT["workflows"]["ade"]),
        ("eligibility", PROJECT["workflows"]["eligibility"]),
    ],
)
def test_a_workflow(
    tmp_path: Path,
    tiny_encoder: Path,
    monkeypatch: pytest.MonkeyPatch,
    workflow: str,
    steps: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    name, make = CORPORA[workflow]
    make(tmp_path / PROJECT["vars"][name])
    for step in steps:
        for line in COMMANDS[step]["script"]:
            call(line, tiny_encoder)
    config = COMMANDS[steps[-1]]["outputs"][-1]
    scores: dict[str, Any] = json.loads((tmp_path / config).read_text())
    assert scores["losses"]["relations"] > 0


RADGRAPH = {
    "text": "Small effusion at the left base , no pneumothorax ; maybe edema .",
    "entities": {
        "1": {"label": "OBS-DP", "start_ix": 0, "end_ix": 0, "relations": [["modify", "2"]]},
        "2": {
            "label": "Observation::definitely present",
            "start_ix": 1,
            "end_ix": 1,
            "relations": [["located_at", "3"], ["suggestive_of", "5"], ["unlike", "4"]],
        },
        "3": {"label": "ANAT-DP", "start_ix": 4, "end_ix": 5, "relations": []},
        "4": {"label": "OBS-DA", "start_ix": 8, "end_ix": 8, "relations": []},
        "5": {"label": "OBS-U", "start_ix": 11, "end_ix": 11, "relations": []},
        "6": {"label": "OBS-NA", "start_ix": 10, "end_ix": 10, "relations": []},
    },
}


def test_reports_of_radgraph_beside_ours(
    tmp_path: Path, tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they say in our words, by hand; the rest of the workflow as in the others."""
    monkeypatch.chdir(tmp_path)
    named = {f"r{n}": {**RADGRAPH, "entities": dict(RADGRAPH["entities"])} for n in range(3)}  # type: ignore[arg-type]
    put(tmp_path / "mine.json", json.dumps(named))
    ours = [
        Record(
            f"ours{n}",
            "No effusion .",
            (Entity("T1", "OBSERVATION", ((3, 11),)),),
            attributes=(Attribute("T1", "assertion", "absent"),),
        )
        for n in range(4)
    ]
    (tmp_path / "corpus" / "radiology").mkdir(parents=True)
    for part in ("train", "eval"):
        write_jsonl(ours, tmp_path / "corpus" / "radiology" / f"{part}.jsonl")
    scored = "corpus/radiology/eval.jsonl corpus/radiology/eval.spacy"
    tokenizer = "--tokenizer spacy-clinical.Tokenizer.v1"
    call(f"python -m spacy clinical convert {scored} {tokenizer}", tiny_encoder)
    for step in PROJECT["workflows"]["radiology-trained"][1:]:
        for line in COMMANDS[step]["script"]:
            call(
                line.replace("''", "mine.json") if "training_parts" in line else line, tiny_encoder
            )
    parts = (tmp_path / "corpus" / "radiology_trained" / f"{x}.jsonl" for x in ("train", "dev"))
    records = {record.id: record for path in parts for record in read(path)}
    assert len(records) == 4 + 3
    assert mentions(records["r1"]) == [
        ("Small", "OBSERVATION"),
        ("effusion", "OBSERVATION"),
        ("left base", "ANATOMY"),
        ("pneumothorax", "OBSERVATION"),
        ("edema", "OBSERVATION"),
    ]
    assert relations(records["r1"]) == [
        ("Small", "MODIFY", "effusion"),
        ("effusion", "LOCATED_AT", "left base"),
        ("effusion", "SUGGESTIVE_OF", "edema"),
    ]
    assert [value for _, _, value in said(records["r1"])] == [
        "present",
        "present",
        "present",
        "absent",
        "possible",
    ]
    scores = json.loads((tmp_path / "metrics" / "radiology_trained_dev.json").read_text())
    assert scores["losses"]["relations"] > 0
    assert (tmp_path / "metrics" / "radiology_trained.json").is_file()


def test_parts_are_by_document_and_group(tmp_path: Path) -> None:
    split = runpy.run_path(str(ROOT / "assets" / "split_corpus.py"))
    drawn = [split["part_of"](str(n), 20) for n in range(1000)]
    assert 170 < drawn.count("dev") < 230
    assert {split["part_of"](f"7-{n}", 50, "([^-]*)-.*") for n in range(40)} == {
        split["part_of"]("7", 50)
    }
    write_ade(tmp_path)
    told = split["split"](tmp_path, tmp_path / "out", 0, "(.*)", True)
    assert (told["train"], told["dev"], told["documents without mentions"]) == (4, 0, 2)
    with pytest.raises(SystemExit, match=r"docs/literature\.md"):
        split["split"](tmp_path / "none", tmp_path / "out", 20, "(.*)", False)


def test_what_cant_be_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    split = runpy.run_path(str(ROOT / "assets" / "split_corpus.py"))
    write_ade(tmp_path)
    put(tmp_path / "DRUG-DOSE.rel", "no row", "no row either")
    told = split["split"](tmp_path, tmp_path / "out", 20, "(.*)", False)
    assert told["documents that can't be read"] == 2
    said = capsys.readouterr().out
    assert "DRUG-DOSE.rel, line 1" in said and "line 2" in said
