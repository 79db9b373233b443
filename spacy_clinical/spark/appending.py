"""Notes into a table of facts, each once, however often the run is begun."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from ..audit import Trail
from ..batch.arrow_worker_job import HASH, ArrowJob
from ..errors import Errors, ServeError
from .audited_rows import audited_job, audited_run, recorded
from .dataframes import TOLD, Annotated, annotate, deidentify, run, with_hash, with_told

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
    audit: Trail | None = None,
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
    audit (Trail | None): Record every note that is annotated there, before its slice is committed.
        The driver writes; its key is a file at the same place on all workers.
    text, id, meta: As for `annotate`.
    options (Any): Further ones of `annotate`.
    RETURNS (Appended): The counts. Raises ServeError where the target is another table.
    """

    cut = Cut(partition_characters, slice_characters)
    made = annotate(df, model, text=text, id=id, meta=meta, **options)
    return append_rows(df, made, Target(target, format), cut, audit)


def append_deidentified(
    df: "DataFrame",
    model: str,
    target: str,
    key: str,
    *,
    format: str = "parquet",
    partition_characters: int = PARTITION,
    slice_characters: int = SLICE,
    audit: Trail | None = None,
    **options: Any,
) -> Appended:
    """De-identify the notes that a table doesn't have from this pipeline, and append them to it, as
    `append` does. Under another key or policy each note is another one.

    df (DataFrame): The notes.
    model, key (str): As for `deidentify`.
    target (str): Where the table is, or will be.
    format (str): "parquet", or another that this Spark appends to.
    partition_characters, slice_characters (int), audit (Trail | None): As for `append`.
    options (Any): Further ones of `deidentify`.
    RETURNS (Appended): The counts. Raises ServeError where the target is another table.
    """
    cut = Cut(partition_characters, slice_characters)
    made = deidentify(df, model, key, **options)
    return append_rows(df, made, Target(target, format), cut, audit)


class Target(NamedTuple):
    """A table that is added to.

    path (str): Where it is, or will be.
    format (str): Spark's name of its format.
    """

    path: str
    format: str


class Cut(NamedTuple):
    """How notes are cut.

    partition, slice (int): Characters of a partition, and of a commit, about.
    """

    partition: int
    slice: int


def append_rows(
    df: "DataFrame", made: Annotated, target: Target, cut: Cut, audit: Trail | None = None
) -> Appended:
    """Append to a table what becomes of the notes that it doesn't have.

    df (DataFrame): The notes.
    made (Annotated): What becomes of all of them.
    target (Target): The table.
    cut (Cut): How notes are cut.
    audit (Trail | None): Where they are recorded.
    RETURNS (Appended): The counts. Raises ServeError where the target is another table.
    """
    functions, job = import_module("pyspark.sql.functions"), audited_job(made.job, audit)
    notes = with_hash(df, job)
    known = _known(df.sparkSession, target, made)
    length = functions.coalesce(functions.length(job.text), functions.lit(0))
    sizes = with_told(notes.select(HASH, length.alias("size")), job)
    count, before, characters = _count(sizes, known)
    if not count:
        return Appended(0, before, 0)
    slices = max(1, math.ceil(characters / cut.slice))
    parts = max(1, math.ceil(characters / slices / cut.partition))
    with audited_run(df.sparkSession, job, audit, count) as trail:
        for todo in _slices(notes, slices, parts):
            new = todo if known is None else _without(todo, known, job)
            with recorded(run(new, job), trail) as rows:
                rows.write.format(target.format).mode("append").save(target.path)
    return Appended(count, before, slices)


def _slices(notes: "DataFrame", slices: int, parts: int) -> Iterator["DataFrame"]:
    """Each note in one slice, once, in so many partitions."""
    functions = import_module("pyspark.sql.functions")
    numbers = functions.pmod(functions.crc32(HASH), functions.lit(slices))
    for number in range(slices):
        yield notes.where(numbers == number).repartition(parts, HASH).dropDuplicates([HASH])


def _without(notes: "DataFrame", known: "DataFrame", job: ArrowJob) -> "DataFrame":
    """The notes whose hashes aren't known. Texts go through no Python for it."""
    if job.deid is None:
        return notes.join(known.withColumnRenamed(TOLD, HASH), HASH, "left_anti")
    hashes = with_told(notes.select(HASH), job).join(known, TOLD, "left_anti").select(HASH)
    return notes.join(hashes, HASH, "left_semi")


def _count(sizes: "DataFrame", known: "DataFrame | None") -> tuple[int, int, int]:
    """Notes that are to be done, notes that are done, and characters of the former. Only hashes and
    lengths go from machine to machine, once."""
    functions = import_module("pyspark.sql.functions")
    lit, top = functions.lit, functions.max
    rows = sizes.select(TOLD, "size", lit(1).alias("note"), lit(0).alias("done"))
    if known is not None:
        rows = rows.union(known.select(TOLD, lit(0), lit(0), lit(1)))
    columns = [top(name).alias(name) for name in ("size", "note", "done")]
    notes = rows.groupBy(TOLD).agg(*columns).where("note = 1")
    todo = functions.sum(functions.expr("(1 - done) * cast(size as bigint)"))
    n, done, characters = notes.agg(functions.count("*"), functions.sum("done"), todo).first()
    return n - (done or 0), done or 0, characters or 0


def _known(spark: "SparkSession", target: Target, made: Annotated) -> "DataFrame | None":
    """The hashes that a table has from a pipeline, None if there is no table yet."""
    errors = import_module("pyspark.errors")
    try:
        found = spark.read.format(target.format).load(target.path)
    except errors.AnalysisException:
        return None
    columns = made.rows.columns
    if found.columns != columns:
        expected = f"a table with the columns {', '.join(columns)}"
        message = Errors.SC939.format(path=target.path, found="is another table", expected=expected)
        raise ServeError(message)
    mine = found.where(found.model_hash == made.job.model_hash)
    return mine.select(mine[HASH].alias(TOLD))
