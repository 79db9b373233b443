"""The audit trail of an append. Workers hash notes and count what they find; the driver, who sees
no text, writes the lines of a slice before the slice is committed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from ..audit import Run, ToldNote, Trail
from ..batch.arrow_audit import make_audit_job
from ..batch.arrow_batches import describe_arrow
from ..batch.arrow_worker_job import AUDIT, ArrowJob
from .worker_pipeline import load_pipeline

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def audited_job(job: ArrowJob, trail: Trail | None) -> ArrowJob:
    """RETURNS (ArrowJob): The job, whose workers tell what a trail needs, if there is one. Raises
    AuditError where its key lies in no file."""
    return job if trail is None else job.audited(make_audit_job(trail.key))


@contextmanager
def audited_run(
    spark: "SparkSession", job: ArrowJob, trail: Trail | None, notes: int
) -> Iterator[Run | None]:
    """Begin a run in a trail. A worker says what the pipeline is: the driver loads none.

    spark (SparkSession): Where the job runs.
    job (ArrowJob): Of `audited_job`.
    trail (Trail | None): The trail, if one is kept.
    notes (int): Notes that are to be run.
    YIELDS (Run | None): Takes the notes; ended with the block.
    """
    if trail is None:
        yield None
        return
    asked = partial(describe_arrow, job=job, load=load_pipeline)
    (told,) = spark.range(0, 1, 1, 1).mapInArrow(asked, "model string").collect()
    event = "annotate" if job.deid is None else "deidentify"
    details = {"started": job.time, "notes": notes, "by": "spark"}
    with trail.run(event, json.loads(told.model), **details) as run:
        yield run


@contextmanager
def recorded(rows: "DataFrame", run: Run | None) -> Iterator["DataFrame"]:
    """Record rows before they are kept.

    rows (DataFrame): Of a job of `audited_job`.
    run (Run | None): Takes the notes, if a trail is kept.
    YIELDS (DataFrame): The rows as a table holds them, each computed once; for the block only.
    """
    if run is None:
        yield rows
        return
    rows = rows.persist()
    try:
        run.told(ToldNote.from_json(row[0]) for row in rows.select(AUDIT).collect())
        yield rows.drop(AUDIT)
    finally:
        rows.unpersist()
