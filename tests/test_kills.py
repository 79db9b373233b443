"""Whatever is killed while it writes: the same command again gives what an undisturbed one gives,
and leaves nothing beside it. (`annotate` and `train` go on where they were: cli/test_restart.py,
training/test_resume.py.)"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from spacy_clinical.batch.output_formats import export
from spacy_clinical.corpus.corpus_conversion import convert
from spacy_clinical.docs import to_doc
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.formats import write
from spacy_clinical.knowledge.terminology_bases import build_base
from spacy_clinical.packaging.wheel import PackageSettings, package

from .conftest import make_record
from .kills import CALLS, contents, killed_at

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


# What is killed, and at every how many-th change on the disk.
JOBS: dict[str, tuple[Callable[[Path], object], int]] = {
    "convert to DocBin": (convert_to("x.spacy"), 3),
    "convert to brat": (convert_to("x"), 7),
    "export to FHIR": (export_to("x.ndjson", "fhir"), 3),
    "export to CSV": (export_to("x", "csv"), 7),
    "kb build": (build, 11),
    "package": (make_package, 1000),
}


@pytest.mark.parametrize("name", JOBS)
def test_killed_and_done_again(name: str, tmp_path: Path) -> None:
    job, stride = JOBS[name]
    calls = ("replace",) if name == "package" else CALLS
    job(tmp_path / "whole")
    whole = contents(tmp_path / "whole")
    kills = 0
    for step in range(3, 1000, stride):
        folder = tmp_path / str(step)
        if not killed_at(step, partial(job, folder), calls):
            break
        kills += 1
        there = {path.name for path in folder.glob("[!.]*")}
        if not there or name == "package":
            job(folder)
        assert contents(folder) == whole, step
    assert kills
