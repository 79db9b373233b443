"""Notes on Ray Data: a Dataset of notes to one of facts, by what Spark's workers run too."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from .batch.arrow_worker_job import HASH, ArrowJob
from .spark.worker_pipeline import hash_model, load_pipeline

if TYPE_CHECKING:
    from ray.data import Dataset


def annotate(
    notes: "Dataset",
    model: str,
    *,
    text: str = "text",
    id: str = "id",
    meta: Sequence[str] = (),
    to: str = "facts",
    batch_size: int = 32,
    **resources: Any,
) -> "Dataset":
    """Annotate a Dataset's notes, lazily, with one pipeline an actor. Retries are Ray's.

    notes (Dataset): The notes.
    model (str), text, id, meta, to, batch_size: As for `spacy_clinical.spark.annotate`.
    resources (Any): Of Ray's `map_batches`: concurrency (actors, else one), num_gpus...
    RETURNS (Dataset): One row a note, as on Spark. Raises ServeError where a column is missing.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    job = ArrowJob(model, hash_model(model), text, id, tuple(meta), to, now, batch_size)
    job.check_columns(notes.columns() or ())
    options = {"batch_size": 8 * batch_size, "concurrency": 1} | resources
    return notes.map_batches(_Actor, fn_constructor_args=(job,), batch_format="pyarrow", **options)


class _Actor:
    def __init__(self, job: ArrowJob):
        self.job = job

    def __call__(self, table: Any) -> Any:
        import pyarrow

        from .batch.arrow_rows import annotate_batch, make_schema

        columns = (table.column(name).to_pylist() for name in self.job.note_columns)
        hashes = [_hash(row) for row in zip(*columns, strict=True)]
        batches = table.append_column(HASH, [hashes]).combine_chunks().to_batches()
        made = (x for batch in batches for x in annotate_batch(batch, self.job, load_pipeline))
        return pyarrow.Table.from_batches(made, make_schema(pyarrow, self.job))


def _hash(values: Sequence[Any]) -> str:
    """RETURNS (str): Of strings what Spark's tables have."""
    told = ("" if value is None else f"{len(str(value))}:{value}" for value in values)
    return sha256("|".join(told).encode()).hexdigest()
