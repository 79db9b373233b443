"""A DataFrame of notes to one of facts, lazily: Spark's own partitions, retries and commits."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from ..batch.arrow_batches import annotate_arrow
from ..batch.arrow_deid import DeidJob, add_keyed, make_deid_job
from ..batch.arrow_worker_job import HASH, LISTS, ArrowJob
from .worker_pipeline import hash_model, load_pipeline

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

TOLD = "told_hash"
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
    return _annotated(
        df, model, text, id, meta, to, batch_size, only_asserted, code_system, deid=None
    )


def deidentify(
    df: "DataFrame",
    model: str,
    key: str,
    *,
    policy: str = "hipaa",
    patient: str = "",
    keep_meta: Sequence[str] = (),
    text: str = "text",
    id: str = "id",
    meta: Sequence[str] = (),
    to: str = "facts",
    batch_size: int = 32,
) -> Annotated:
    """De-identify a DataFrame's notes, as `deidentify_notes` does: with the same key to the same
    names and dates.

    Each row has a name and a hash made of the old ones by the key, and with "facts" the new `text`
    and `meta`, beside mentions and relations at their new places. It fails closed: a note that
    raises, or in which a second search finds something, is a row with its code and without text.

    df (DataFrame): The notes.
    model (str): As for `annotate`; with `clinical_deid`.
    key (str): The file with the key, at the same place on the driver and on all workers.
    policy (str): A packaged policy, or a table, as the key.
    patient (str): The column that says whose note it is, which each note must have then; "" for
        patient_id, mrn or patient among `meta`, else each note by itself.
    keep_meta (Sequence[str]): Columns of `meta` that identify nobody and stay as they are.
    text, id (str): The columns of the notes.
    meta (Sequence[str]): Columns that are kept, de-identified, and tell what to look for, such as
        patient_name, mrn or dob.
    to (str): "facts", "jsonl" or "fhir".
    batch_size (int): Notes that are worked at together.
    RETURNS (Annotated): The results. Raises ServeError where a column is missing, DeidError where
        key or policy can't be used.
    """
    meta = tuple(dict.fromkeys((*meta, patient) if patient else meta))
    deid = make_deid_job(policy, key, patient, keep_meta)
    return _annotated(df, model, text, id, meta, to, batch_size, False, "", deid=deid)


def _annotated(
    df: "DataFrame",
    model: str,
    text: str,
    id: str,
    meta: Sequence[str],
    to: str,
    batch_size: int,
    only_asserted: bool,
    code_system: str,
    *,
    deid: DeidJob | None,
) -> Annotated:
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
        deid,
    )
    job.check_columns(df.columns)
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


def with_told(hashes: "DataFrame", job: ArrowJob) -> "DataFrame":
    """RETURNS (DataFrame): Hashes, and in a column TOLD how a table of the job's tells them."""
    if job.deid is None:
        return hashes.withColumn(TOLD, _functions().col(HASH))
    work = partial(add_keyed, column=HASH, name=TOLD, job=job.deid)
    columns = [f"`{field.name}` {field.dataType.simpleString()}" for field in hashes.schema]
    return hashes.mapInArrow(work, ", ".join([*columns, f"{TOLD} string"]))


def _hash(job: ArrowJob) -> "Column":
    functions = _functions()
    parts = [functions.col(name).cast("string") for name in job.note_columns]
    told = [
        functions.coalesce(
            functions.concat_ws(":", functions.length(part), part), functions.lit("")
        )
        for part in parts
    ]
    return functions.sha2(functions.concat_ws("|", *told), 256)


def schema_of(job: ArrowJob) -> str:
    """RETURNS (str): The rows' schema, in Spark's words."""
    keys = [f"{name} {_SPARK[kind]}" for name, kind in job.keys.items()]
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
