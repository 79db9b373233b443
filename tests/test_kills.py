"""Whatever is killed while it writes: the same command again gives what an undisturbed one gives,
and leaves nothing beside it. (`annotate` and `train` go on where they were: cli/test_restart.py,
training/test_resume.py, which SPACY_CLINICAL_KILLS tells in how many places.)

    SPACY_CLINICAL_EACH=1 python -m pytest -s tests/test_kills.py     # at every change on the disk
    SPACY_CLINICAL_KILLS=50 python -m pytest -s tests/test_kills.py   # at so many random moments
"""

import os
import random
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Adam, fix_random_seed

from spacy_clinical.batch.annotation_run import annotate
from spacy_clinical.batch.deidentification_run import deidentify_notes
from spacy_clinical.batch.output_formats import export
from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.corpus.corpus_conversion import convert
from spacy_clinical.deid import Surrogates
from spacy_clinical.docs import to_doc
from spacy_clinical.errors import CommandError
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.formats import write
from spacy_clinical.graph import build_graph, write_graph
from spacy_clinical.knowledge.terminology_bases import build_base
from spacy_clinical.note import Note
from spacy_clinical.packaging.wheel import PackageSettings, package
from spacy_clinical.training.checkpoint import Progress, write_checkpoint

from .conftest import make_record
from .kills import CALLS, contents, killed_after, killed_at

NLP = spacy.blank("en")
RECORDS = [make_record(i) for i in range(3)]
SETTINGS = ExportSettings(time="2026-01-01T00:00:00+00:00")


def docs() -> list[Doc]:
    return [to_doc(record, NLP.make_doc) for record in RECORDS]


def convert_to(name: str) -> Callable[[Path], object]:
    def job(folder: Path) -> None:
        source = folder.parent / "source.jsonl"
        if not source.exists():
            write(RECORDS, source, "jsonl")
        convert(source, folder / name, NLP)

    return job


def export_to(name: str, to: str) -> Callable[[Path], object]:
    return lambda folder: export(docs(), folder / name, to, SETTINGS)


def build(folder: Path) -> None:
    table = folder.parent / "drugs.csv"
    table.write_text("id,name\nD1,aspirin\nD2,warfarin\n", encoding="utf-8")
    build_base([table], folder / "base", columns={"id": "id", "name": "name"})


def make_package(folder: Path) -> None:
    settings = PackageSettings(name="tiny", version="0.1.0", build=("none",), force=True)
    package(spacy.blank("en"), folder, settings)


def finder() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_deid")
    return nlp


FINDER = finder()
NOTES = [Note(f"n{i}", f"Seen 3/{i}/2021 by Dr. Fenwright.") for i in range(1, 4)]
BAD = Note("bad", "", fault="[SC572] unread")
QUIET = RunSettings(progress=False)


def deidentify(folder: Path) -> None:
    keyed = Surrogates.keyed(b"a key of a test, 16 bytes or more")
    deidentify_notes(FINDER, [*NOTES, BAD], folder / "x.jsonl", "mask", keyed, QUIET)


def write_state(folder: Path) -> None:
    fix_random_seed(0)
    write_checkpoint(folder, NLP, Adam(0.01), Progress(step=1))


def graph_to(name: str) -> Callable[[Path], object]:
    return lambda folder: write_graph(build_graph(RECORDS), folder / name)


# What is killed, and at every how many-th change on the disk.
JOBS: dict[str, tuple[Callable[[Path], object], int]] = {
    "convert to DocBin": (convert_to("x.spacy"), 3),
    "convert to brat": (convert_to("x"), 7),
    "export to FHIR": (export_to("x.ndjson", "fhir"), 3),
    "export to CSV": (export_to("x", "csv"), 7),
    "kb build": (build, 11),
    "package": (make_package, 1000),
    "graph to JSON": (graph_to("x.json"), 3),
    "graph to CSV": (graph_to("x"), 7),
    "annotate": (lambda folder: annotate(FINDER, [*NOTES, BAD], folder / "x.jsonl", QUIET), 7),
    "deidentify": (deidentify, 7),
    "checkpoint": (write_state, 7),
}


def go_on(name: str, folder: Path, whole: dict[str, bytes]) -> None:
    """Do a job again where it was killed."""
    job, _ = JOBS[name]
    there = {path.name for path in folder.glob("[!.]*")}
    if name == "package" or min(whole) not in there:
        job(folder)
    elif name in ("annotate", "deidentify"):  # it's done; the last cleaning up is left
        with suppress(CommandError):
            job(folder)


@pytest.mark.parametrize("name", JOBS)
def test_killed_and_done_again(name: str, tmp_path: Path) -> None:
    job, stride = JOBS[name]
    calls = ("replace",) if name == "package" else CALLS
    job(tmp_path / "whole")
    whole = contents(tmp_path / "whole")
    kills = 0
    each = os.environ.get("SPACY_CLINICAL_EACH")
    for step in range(1, 1000) if each else range(3, 1000, stride):
        folder = tmp_path / str(step)
        if not killed_at(step, partial(job, folder), calls):
            break
        kills += 1
        go_on(name, folder, whole)
        assert contents(folder) == whole, step
    sys.stdout.write(f"{name}: {kills} kills\n")
    assert kills


@pytest.mark.parametrize("name", JOBS)
def test_killed_at_random_moments(name: str, tmp_path: Path) -> None:
    """Each time in a place of its own, and twice there."""
    job, _ = JOBS[name]
    job(tmp_path / "whole")
    whole = contents(tmp_path / "whole")
    began = time.monotonic()
    job(tmp_path / "timed")
    duration, chance = time.monotonic() - began, random.Random(name)
    kills = 0
    for number in range(int(os.environ.get("SPACY_CLINICAL_KILLS", "1"))):
        folder = tmp_path / str(number)
        for _ in range(2):
            again = partial(go_on, name, folder, whole)
            kills += killed_after(chance.uniform(0, duration), again)
        go_on(name, folder, whole)
        assert contents(folder) == whole, number
    sys.stdout.write(f"{name}: {kills} kills at random moments\n")
