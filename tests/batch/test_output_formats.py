"""An export takes the place of an earlier one where it is told to, and never of anything else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from spacy_clinical.batch import output_formats
from spacy_clinical.batch.annotation_run import annotate
from spacy_clinical.batch.output_formats import export
from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.docs import name_doc, set_mentions
from spacy_clinical.errors import CommandError, ExportError, FormatError
from spacy_clinical.exports import flat_tables
from spacy_clinical.note import Note


@pytest.fixture()
def docs() -> list[Doc]:
    return [spacy.blank("en")("No fever .")]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def held(target: Path) -> object:
    return target.read_text() if target.is_file() else sorted(x.name for x in target.iterdir())


@pytest.mark.parametrize("to", ["csv", "omop"])
def test_an_earlier_export_is_replaced(docs: list[Doc], tmp_path: Path, to: str) -> None:
    target = tmp_path / "tables"
    export(docs, target, to, force=True)  # nothing is there yet
    first = contents(target)
    with pytest.raises(FormatError, match="SC022"):
        export(docs, target, to)
    (target / next(iter(first))).write_text("old")
    export(docs, target, to, force=True)
    assert contents(target).keys() == first.keys()
    assert b"old" not in contents(target).values()
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]


@pytest.mark.parametrize("what", ["letter.txt", "mine.csv", "folder", "file"])
def test_anything_else_stays(docs: list[Doc], tmp_path: Path, what: str) -> None:
    target = tmp_path / "tables"
    if what == "file":
        target.write_text("mine")
    else:
        export(docs, target, "csv")
        (target / what).mkdir() if what == "folder" else (target / what).write_text("mine")
    before = held(target)
    with pytest.raises(CommandError, match="SC022"):
        export(docs, target, "csv", force=True)
    assert before == (
        target.read_text() if what == "file" else sorted(x.name for x in target.iterdir())
    )
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]


@pytest.mark.parametrize("what", ["folder", "file", "link"])
def test_what_stays_is_seen_before_anything_is_annotated(tmp_path: Path, what: str) -> None:
    target = tmp_path / "tables"
    if what == "folder":
        (target / "mine").mkdir(parents=True)
    elif what == "file":
        target.write_text("mine")
    else:
        target.symlink_to(tmp_path / "gone")
    read: list[str] = []

    def docs() -> Iterator[Doc]:
        read.append("read")
        yield spacy.blank("en")("No fever .")

    with pytest.raises(CommandError, match="SC022"):
        export(docs(), target, "csv", force=True)
    assert not read and [path.name for path in tmp_path.iterdir()] == ["tables"]


def test_bundles_of_others_stay(tmp_path: Path) -> None:
    nlp, target = spacy.blank("en"), tmp_path / "bundles"
    doc = nlp("No fever .")
    set_mentions(doc, [])
    export([doc], target, "fhir-bundles")
    (target / "mine.json").write_text("{}")
    before = contents(target)
    with pytest.raises(CommandError, match="SC022"):
        export([doc], target, "fhir-bundles", force=True)
    assert contents(target) == before


def test_bundles_of_other_notes_are_replaced(tmp_path: Path) -> None:
    nlp, target = spacy.blank("en"), tmp_path / "bundles"
    for name in ("a", "b"):
        doc = nlp("No fever .")
        set_mentions(doc, [])
        name_doc(doc, name)
        export([doc], target, "fhir-bundles", force=True)
    assert len(contents(target)) == 1


@pytest.mark.parametrize("to", ["parquet", "fhir", "duckdb", "dicom-sr", "postgres"])
def test_a_missing_extra_is_told_before_the_work(
    tmp_path: Path, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(output_formats, "find_spec", lambda name: None)
    monkeypatch.setattr(flat_tables, "import_module", without)
    target = tmp_path / "out"
    with pytest.raises(ExportError, match=r"SC752.*spacy-clinical\["):
        annotate(spacy.blank("en"), [Note("n1", "No fever.")], target, RunSettings(to=to))
    assert list(tmp_path.iterdir()) == []
