"""De-identification on real Spark: one patient is one, whatever the partition; nothing is left."""

import json
import logging
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.batch.deidentification_run import deidentify_notes
from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.deid import Surrogates
from spacy_clinical.errors import ServeError
from spacy_clinical.formats import read_jsonl
from spacy_clinical.note import Note
from spacy_clinical.spark import append_deidentified, deidentify
from spacy_clinical.spark.command import main

TEXT = "Mrs. Agnes Tolvane (MRN TV-552903) was seen on 7/{}/2020. TOLVANE coughs: 208-555-2390."
PATIENTS = (
    {"patient_name": "Tolvane, Agnes", "mrn": "TV-552903"},
    {"patient_name": None, "mrn": None},
)
PLANTED = ("tolvane", "552903", "555-2390")
SCHEMA = "id string, text string, patient_name string, mrn string"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("key") / "key"
    path.write_text("sixteen bytes, or a few more")
    return str(path)


def rows(n: int) -> list[tuple[Any, ...]]:
    return [(f"tolvane-{i}", TEXT.format(3 + i), *PATIENTS[0].values()) for i in range(n)]


def test_one_patient_over_partitions(
    spark: Any, model: str, key: str, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    notes = spark.createDataFrame([*rows(6), ("tolvane-x", TEXT.format(9), None, None)], SCHEMA)
    options = {"policy": "i2b2", "patient": "mrn", "meta": ["patient_name"]}
    found = deidentify(notes.repartition(3, "id"), model, key, **options).rows.collect()
    clean = [row for row in found if not row.code]
    assert [row.code for row in found if row.code] == ["SC910"]
    names = {row.text.split("Mrs. ")[1].split(" (")[0] for row in clean}
    assert len(names) == 1 and len(clean) == 6
    told = sorted(row.text.split("seen on ")[1].split(". ")[0].split("/") for row in clean)
    dates = sorted(date(int(y), int(m), int(d)) for m, d, y in told)
    assert [(b - a).days for a, b in pairwise(dates)] == [1] * 5
    assert dates[0] != date(2020, 7, 3)
    target = tmp_path / "clean.jsonl"
    plain = [Note(id, text, {"mrn": mrn, "patient_name": name}) for id, text, name, mrn in rows(6)]
    keyed, quiet = Surrogates.keyed(key), RunSettings(progress=False)
    deidentify_notes(model, plain, target, "i2b2", keyed, quiet, patient_field="mrn")
    assert {r.id: r.text for r in read_jsonl(target)} == {row.note_id: row.text for row in clean}
    rows_told = json.dumps([row.asDict(True) for row in found])
    seen = "".join([rows_told, caplog.text, *capfd.readouterr()])
    assert not any(planted in seen.lower() for planted in PLANTED)


def test_each_note_once(spark: Any, model: str, key: str, tmp_path: Path) -> None:
    target, options = str(tmp_path / "clean"), {"policy": "i2b2", "meta": ["patient_name", "mrn"]}
    notes = spark.createDataFrame(rows(9), SCHEMA)
    first = append_deidentified(notes.limit(5), model, target, key, **options)
    assert (first.notes, first.before) == (5, 0)
    second = append_deidentified(notes, model, target, key, **options)
    assert (second.notes, second.before) == (4, 5)
    third = append_deidentified(notes, model, target, key, partition_characters=200, **options)
    assert (third.notes, third.before, third.slices) == (0, 9, 0)
    table = spark.read.parquet(target)
    assert table.select("note_id").distinct().count() == table.count() == 9
    written = b"".join(path.read_bytes() for path in Path(target).rglob("*") if path.is_file())
    assert not any(planted.encode() in written.lower() for planted in PLANTED)
    masked = append_deidentified(notes, model, target, key, **{**options, "policy": "mask"})
    assert (masked.notes, masked.before) == (9, 0)


def test_the_command(
    spark: Any, model: str, key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes, target = str(tmp_path / "notes"), str(tmp_path / "clean")
    spark.createDataFrame(rows(3), SCHEMA).write.parquet(notes)
    options = ["--deidentify", "--key", key, "--policy", "i2b2", "--patient", "mrn"]
    assert main([model, notes, target, *options]) == 0
    assert "3 notes done" in capsys.readouterr().out
    table = spark.read.parquet(target).collect()
    assert len(table) == 3 and not any("olvane" in row.text.lower() for row in table)
    assert main([model, notes, target, "--deidentify", "--key", str(tmp_path / "none")]) == 1
    assert "SC907" in capsys.readouterr().err


def test_resources_are_of_the_new_note(spark: Any, model: str, key: str) -> None:
    pytest.importorskip("fhir.resources")
    notes = spark.createDataFrame(rows(2), SCHEMA)
    found = deidentify(notes, model, key, policy="i2b2", meta=["mrn"], to="fhir")
    resources = [row.value for row in found.resources.collect()]
    assert sum('"DocumentReference"' in resource for resource in resources) == 2
    assert not any(planted in json.dumps(resources).lower() for planted in PLANTED)
    with pytest.raises(ServeError, match="SC938"):
        deidentify(notes, model, key, patient="person")
