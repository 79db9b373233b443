"""Notes into a table of facts, each once, however often the run is begun."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..batch.arrow_worker_job import HASH
from ..errors import Errors, ServeError
from .dataframes import annotate, run, with_hash

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PARTITION = 1_000_000
SLICE = 100_000_000


@dataclass(frozen=True)
class Appended:
    """What a run did.

    notes (int): Annotated by this run.
    before (int): Of the notes, those that were there already.
    slices (int): Commits.
    """

    notes: int
    before: int
    slices: int


def append(
    df: "DataFrame",
    model: str,
    target: str,
    *,
    format: str = "parquet",
    partition_characters: int = PARTITION,
    slice_characters: int = SLICE,
    text: str = "text",
    id: str = "id",
    meta: Sequence[str] = (),
    **options: Any,
) -> Appended:
    """Annotate the notes that a table doesn't have from this pipeline, and append them to it.

    A note is one id, text and meta: what stands in the table with the same hash and the pipeline's
    is done. Slices are committed one after another, so that a run which ends early is taken up
    where it was.

    df (DataFrame): The notes.
    model (str): As for `annotate`.
    target (str): Where the table is, or will be.
    format (str): "parquet", or another that this Spark appends to, such as "delta".
    partition_characters (int): Characters of a partition, about: long notes weigh what they cost.
    slice_characters (int): Characters of a slice, about.
    text, id, meta: As for `annotate`.
    options (Any): Further ones of `annotate`.
    RETURNS (Appended): The counts. Raises ServeError where the target is another table.
    """
    from pyspark.sql import functions

    made = annotate(df, model, text=text, id=id, meta=meta, **options)
    job = made.job
    notes = with_hash(df, job).dropDuplicates([HASH])
    done = _done(df.sparkSession, target, format, made.rows.columns)
    if done is None:
        todo, before = notes, 0
    else:
        known = done.where(functions.col("model_hash") == job.model_hash).select(HASH)
        todo = notes.join(known, HASH, "left_anti")
        before = -1
    size = functions.sum(functions.coalesce(functions.length(text), functions.lit(0)))
    count, characters = todo.agg(functions.count("*"), size).first() or (0, 0)
    before = notes.count() - count if before else 0
    if not count:
        return Appended(0, before, 0)
    slices = max(1, math.ceil((characters or 0) / slice_characters))
    parts = max(1, math.ceil((characters or 0) / slices / partition_characters))
    for number in range(slices):
        part = todo.where(functions.pmod(functions.crc32(HASH), functions.lit(slices)) == number)
        rows = run(part.repartition(parts, HASH), job)
        rows.write.format(format).mode("append").save(target)
    return Appended(count, before, slices)


def _done(
    spark: "SparkSession", target: str, format: str, columns: Sequence[str]
) -> "DataFrame | None":
    """The table as it is, None if there is none yet."""
    from pyspark.errors import AnalysisException

    try:
        found = spark.read.format(format).load(target)
    except AnalysisException:
        return None
    if list(found.columns) != list(columns):
        expected = f"a table with the columns {', '.join(columns)}"
        message = Errors.SC939.format(path=target, found="is another table", expected=expected)
        raise ServeError(message)
    return found
