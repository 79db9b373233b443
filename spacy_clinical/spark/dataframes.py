"""A DataFrame of notes to one of facts, lazily: Spark's own partitions, retries and commits."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from ..batch.arrow_batches import annotate_arrow
from ..batch.arrow_worker_job import HASH, KEYS, LISTS, ArrowJob
from ..errors import Errors, ServeError
from .worker_pipeline import hash_model, load_pipeline

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_SPARK = {"string": "string", "int64": "bigint", "float64": "double"}


class Annotated:
    """What was found, as DataFrames. Nothing runs before one of them is used.

    rows (DataFrame): One row a note: keys, and what was found or an error's code.
    job (ArrowJob): What is done.
    """

    def __init__(self, rows: "DataFrame", job: ArrowJob):
        self.rows = rows
        self.job = job

    @property
    def mentions(self) -> "DataFrame":
        """RETURNS (DataFrame): One row a mention, columns as `annotate --to parquet` has them."""
        return self._exploded("mentions")

    @property
    def relations(self) -> "DataFrame":
        """RETURNS (DataFrame): One row a relation."""
        return self._exploded("relations")

    @property
    def resources(self) -> "DataFrame":
        """RETURNS (DataFrame): One FHIR resource a row, in a column `value`, as text files take
        it."""
        functions = _functions()
        return self.rows.select(functions.explode("resources").alias("value"))

    @property
    def failed(self) -> "DataFrame":
        """RETURNS (DataFrame): Id, code and error of the notes that failed."""
        return self.rows.where("code != ''").select("note_id", "code", "error")

    def _exploded(self, name: str) -> "DataFrame":
        functions = _functions()
        rows = self.rows.select(
            functions.col("note_id").alias("document"), functions.explode(name).alias("part")
        )
        return rows.select("document", "part.*")


def annotate(
    df: "DataFrame",
    model: str,
    *,
    text: str = "text",
    id: str = "id",
    meta: Sequence[str] = (),
    to: str = "facts",
    batch_size: int = 32,
    only_asserted: bool = False,
    code_system: str = "",
) -> Annotated:
    """Annotate a DataFrame's notes by `mapInArrow`, with one pipeline a worker process.

    df (DataFrame): The notes. How they are cut into partitions is up to you: by characters rather
        than by rows, as `append` does.
    model (str): An installed package or a folder, the same on the driver and on all workers; each
        worker checks its hash.
    text, id (str): The columns of the notes.
    meta (Sequence[str]): Columns that are kept as the notes' meta, such as patient and date.
    to (str): "facts", "jsonl" or "fhir".
    batch_size (int): Notes that are annotated together.
    only_asserted (bool), code_system (str): Of FHIR, see `ExportSettings`.
    RETURNS (Annotated): The results. Raises ServeError where a column is missing.
    """
    for column in (text, id, *meta):
        if column not in df.columns:
            known = ", ".join(df.columns)
            raise ServeError(Errors.SC938.format(column=column, known=known))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    job = ArrowJob(
        model,
        hash_model(model),
        text,
        id,
        tuple(meta),
        to,
        now,
        batch_size,
        only_asserted,
        code_system,
    )
    return Annotated(run(with_hash(df, job), job), job)


def run(df: "DataFrame", job: ArrowJob) -> "DataFrame":
    """RETURNS (DataFrame): The rows of a job over notes that have their hash."""
    return df.select(*job.columns).mapInArrow(work_of(job), schema_of(job))


def work_of(job: ArrowJob) -> Any:
    """RETURNS (Any): What goes to the workers: names and settings, never a pipeline."""
    return partial(annotate_arrow, job=job, load=load_pipeline)


def with_hash(df: "DataFrame", job: ArrowJob) -> "DataFrame":
    """RETURNS (DataFrame): The notes with a column `note_hash`, of id, text and meta."""
    return df.withColumn(HASH, _hash(job))


def _hash(job: ArrowJob) -> "Column":
    functions = _functions()
    parts = [functions.col(name).cast("string") for name in (job.id, job.text, *job.meta)]
    told = [
        functions.coalesce(
            functions.concat_ws(":", functions.length(part), part), functions.lit("")
        )
        for part in parts
    ]
    return functions.sha2(functions.concat_ws("|", *told), 256)


def schema_of(job: ArrowJob) -> str:
    """RETURNS (str): The rows' schema, in Spark's words."""
    keys = [f"{name} {_SPARK[kind]}" for name, kind in KEYS.items()]
    if job.to == "jsonl":
        return ", ".join([*keys, "row string"])
    if job.to == "fhir":
        return ", ".join([*keys, "resources array<string>"])
    lists = [
        f"{name} array<struct<{', '.join(f'`{c}`: {_SPARK[k]}' for c, k in columns.items())}>>"
        for name, columns in LISTS.items()
    ]
    return ", ".join([*keys, *lists, "n_tokens bigint"])


def _functions() -> Any:
    from pyspark.sql import functions

    return functions
