"""Facts on real Ray: Spark's rows, whatever the blocks. Skipped where Ray isn't installed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.batch.arrow_batches import annotate_arrow
from spacy_clinical.batch.arrow_worker_job import ArrowJob
from spacy_clinical.errors import ServeError
from spacy_clinical.spark.worker_pipeline import hash_model, load_pipeline

MODEL = str(Path(__file__).parent / "saved" / "pipeline")
TEXTS = ("The patient was given aspirin for pain .", "No fever .", "aspirin daily", None)
NOTES = [{"id": f"n{i}", "text": TEXTS[i % 4], "patient": "p1"} for i in range(12)]


@pytest.fixture(scope="module")
def ray() -> Iterator[Any]:
    wanted = "Ray is not installed: pip install spacy-clinical[ray]"
    ray = pytest.importorskip("ray", reason=wanted)
    ray.init(num_cpus=2, include_dashboard=False)
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield ray
    ray.shutdown()


def without_hash(rows: list[dict[str, Any]]) -> list[str]:
    """Rows without hashes, and without what other batches change: the last digits of scores, and a
    failed row's number in its batch."""
    for row in rows:
        del row["note_hash"], row["error"]
        for part in [part for name in ("mentions", "relations") for part in row[name] or ()]:
            part |= {key: round(x, 4) for key, x in part.items() if isinstance(x, float)}
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def test_rows_are_those_of_the_arrow_function(ray: Any) -> None:
    from spacy_clinical.ray import annotate

    arrow = pytest.importorskip("pyarrow")
    job = ArrowJob(MODEL, hash_model(MODEL), meta=("patient",))
    batch = arrow.RecordBatch.from_pylist([note | {"note_hash": ""} for note in NOTES])
    wanted = [
        row
        for made in annotate_arrow(iter([batch]), job, load_pipeline)
        for row in made.to_pylist()
    ]
    found: list[list[dict[str, Any]]] = []
    for blocks in (1, 3):
        notes = ray.data.from_items(NOTES).repartition(blocks)
        found.append(annotate(notes, MODEL, meta=["patient"], batch_size=2).take_all())
    assert {len(row["note_hash"]) for row in found[0]} == {64}
    assert len({row["note_hash"] for row in found[0]}) == len(NOTES)
    assert without_hash(found[0]) == without_hash(found[1]) == without_hash(wanted)
    assert {row["code"] for row in found[0]} == {"", "SC560"}
    with pytest.raises(ServeError, match="SC938"):
        annotate(notes, MODEL, id="note_id")
