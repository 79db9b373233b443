"""The audit trail of an append on real Spark: the lines that `annotate` writes, in one chain."""

import json
import logging
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.audit import Trail, open_audit, read_key
from spacy_clinical.audit.keyed_hashes import write_key
from spacy_clinical.audit.run_recorder import NAMED
from spacy_clinical.audit.tracing import read_fact, trace
from spacy_clinical.audit.trail_check import check_trail
from spacy_clinical.batch.annotation_run import annotate
from spacy_clinical.batch.deidentification_run import deidentify_notes
from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.deid import Surrogates
from spacy_clinical.errors import AuditError
from spacy_clinical.note import Note
from spacy_clinical.spark import append, append_deidentified
from spacy_clinical.spark.command import main

from ..audit.trails import rows
from .test_appending import MODEL, NOTES, SCHEMA
from .test_deidentifying import PATIENTS, TEXT

WORDS = ("aspirin", "fever", "tolvane", "552903")


@pytest.fixture(scope="module")
def notes(spark: Any) -> Any:
    return spark.createDataFrame([*NOTES, ("n99", None, "p1")], SCHEMA)


@pytest.fixture
def new_trail(tmp_path: Path) -> Callable[[str], Trail]:
    write_key(tmp_path / "site.key")
    return lambda name: open_audit(tmp_path / name, tmp_path / "site.key", "user:test")


def told(folder: Path) -> list[str]:
    """What the trail says of each note, with names for the numbers that they have in its run: they
    come in the order of the notes, which Spark hasn't."""
    found, named = [], defaultdict[tuple[str, str], list[str]](list)
    for row in rows(folder):
        for field in NAMED:
            if row["event"] == "names":
                named[row["run"], field] += row.get(field, [])
            elif row["event"] == "note" and field in row["result"]:
                pairs = zip(named[row["run"], field], row["result"][field], strict=False)
                row["result"][field] = sorted((name, n) for name, n in pairs if n)
        if row["event"] == "note":
            found.append(json.dumps([row["note"], row["result"]], sort_keys=True))
    return sorted(found)


def written(folder: Path) -> str:
    return "".join(path.read_text() for path in folder.iterdir()).lower()


def test_the_lines_are_those_of_annotate(
    notes: Any, tmp_path: Path, new_trail: Callable[[str], Trail],
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    trail, target, cut = new_trail("spark"), str(tmp_path / "facts"), {"slice_characters": 600}
    assert append(notes.limit(20), MODEL, target, audit=trail, **cut).notes == 20
    done = append(notes.union(notes), MODEL, target, audit=trail, **cut)
    assert (done.notes, done.before) == (21, 20) and done.slices > 1
    plain = [Note(id, text) for id, text, _ in NOTES]
    other = RunSettings(audit=new_trail("plain"), progress=False)
    annotate(MODEL, plain, tmp_path / "out.jsonl", other)
    found = told(tmp_path / "spark")
    failed = [line for line in found if '"code": "SC560"' in line]
    assert told(tmp_path / "plain") == [line for line in found if line not in failed]
    assert len(failed) == 1
    runs = [row for row in rows(tmp_path / "spark") if "actor" in row]
    (run,) = [row for row in rows(tmp_path / "plain") if "actor" in row]
    assert [row["model"] for row in runs] == [run["model"]] * 2
    assert [(row["notes"], row["by"]) for row in runs] == [(20, "spark"), (21, "spark")]
    size = (tmp_path / "spark").stat().st_size, written(tmp_path / "spark")
    assert append(notes, MODEL, target, audit=trail).notes == 0
    assert size == ((tmp_path / "spark").stat().st_size, written(tmp_path / "spark"))
    assert not check_trail(tmp_path / "spark").faults
    seen = "".join([written(tmp_path / "spark"), caplog.text, *capfd.readouterr()])
    assert not any(word in seen.lower() for word in WORDS)


def test_the_table_is_the_same_with_a_trail(
    spark: Any, notes: Any, tmp_path: Path, new_trail: Callable[[str], Trail]
) -> None:
    with_trail, without = str(tmp_path / "with"), str(tmp_path / "without")
    append(notes, MODEL, with_trail, audit=new_trail("audit"))
    append(notes, MODEL, without)
    found = [spark.read.parquet(path) for path in (with_trail, without)]
    assert found[0].columns == found[1].columns
    assert (
        found[0].select("note_id", "code").exceptAll(found[1].select("note_id", "code")).isEmpty()
    )
    assert not spark.sparkContext._jsc.getPersistentRDDs()


def test_a_fact_is_traced(
    notes: Any, spark: Any, tmp_path: Path, new_trail: Callable[[str], Trail]
) -> None:
    pytest.importorskip("fhir.resources")
    target, file = str(tmp_path / "facts"), tmp_path / "facts.ndjson"
    append(notes.limit(8), MODEL, target, to="fhir", audit=new_trail("audit"))
    table = spark.read.parquet(target).collect()
    resources = [resource for row in table for resource in row.resources]
    file.write_text("\n".join(resources) + "\n")
    kinds = {json.loads(resource)["resourceType"]: json.loads(resource) for resource in resources}
    source = read_fact(f"{file}#{kinds['Provenance']['id']}")
    (found,) = trace(tmp_path / "audit", read_key(tmp_path / "site.key"), source)
    assert found.fits and found.run["model"]["hash"] == table[0].model_hash
    key = read_key(tmp_path / "site.key")
    text = next(text for id, text, _ in NOTES if id == source.note)
    assert found.row["note"]["hash"] == key.text(text)
    assert found.run["event"] == "annotate"


def test_notes_that_are_deidentified(
    spark: Any,
    model: str,
    tmp_path: Path,
    new_trail: Callable[[str], Trail],
) -> None:
    secret = tmp_path / "key"
    secret.write_text("sixteen bytes, or a few more")
    fields = ("id", "text", "patient_name", "mrn")
    given = [(f"tolvane-{i}", TEXT.format(3 + i), *PATIENTS[0].values()) for i in range(5)]
    notes = spark.createDataFrame(given, ", ".join(f"{name} string" for name in fields))
    options = {"policy": "i2b2", "meta": ["patient_name", "mrn"], "audit": new_trail("spark")}
    append_deidentified(notes, model, str(tmp_path / "clean"), str(secret), **options)
    plain = [Note(id, text, {"mrn": mrn, "patient_name": name}) for id, text, name, mrn in given]
    settings = RunSettings(audit=new_trail("plain"), progress=False)
    keyed = Surrogates.keyed(secret)
    deidentify_notes(model, plain, tmp_path / "clean.jsonl", "i2b2", keyed, settings)
    assert told(tmp_path / "spark") == told(tmp_path / "plain") != []
    assert [row["event"] for row in rows(tmp_path / "spark") if "actor" in row] == ["deidentify"]
    assert not any(word in written(tmp_path / "spark") for word in WORDS)


def test_a_trail_that_cant_be_written_keeps_notes_out_of_the_table(
    spark: Any, notes: Any, tmp_path: Path, new_trail: Callable[[str], Trail],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    trail, target = new_trail("audit"), str(tmp_path / "facts")
    begun = trail.run

    def run(*args: Any, **details: Any) -> Any:
        made = begun(*args, **details)
        monkeypatch.setattr("spacy_clinical.audit.trail_files.os.write", full)
        return made

    monkeypatch.setattr(trail, "run", run)
    with pytest.raises(AuditError, match="SC940"):
        append(notes, MODEL, target, audit=trail)
    assert not Path(target).exists()
    assert not spark.sparkContext._jsc.getPersistentRDDs()


def test_the_command_records(notes: Any, tmp_path: Path) -> None:
    write_key(tmp_path / "site.key")
    notes.write.parquet(str(tmp_path / "notes"))
    options = ["--audit", str(tmp_path / "audit"), "--audit-key", str(tmp_path / "site.key")]
    paths = [str(tmp_path / "notes"), str(tmp_path / "facts")]
    assert main([MODEL, *paths, *options, "--actor", "user:mbeck"]) == 0
    (run,) = [row for row in rows(tmp_path / "audit") if "actor" in row]
    assert (run["actor"], run["notes"]) == ("user:mbeck", 41)
    assert len(told(tmp_path / "audit")) == 41
