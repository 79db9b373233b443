"""Notes in Arrow batches to facts in Arrow batches: what Spark and its like run, without any of
them. Nothing heavy is imported before there is a note."""

from collections.abc import Iterator
from typing import Any

from .arrow_worker_job import ArrowJob, Load


def annotate_arrow(batches: Iterator[Any], job: ArrowJob, load: Load) -> Iterator[Any]:
    """Annotate notes.

    batches (Iterator[pyarrow.RecordBatch]): With the columns of the job.
    job (ArrowJob): What is to be done.
    load (Load): Loads the job's pipeline, once a process; raises where it isn't the one meant.
    YIELDS (pyarrow.RecordBatch): One row a note: its id and hash, the pipeline's hash, and either
        what was found or the code of its error. The order is that of the notes.
    """
    for batch in batches:
        if batch.num_rows:
            from .arrow_rows import annotate_batch

            yield from annotate_batch(batch, job, load)


def describe_arrow(batches: Iterator[Any], job: ArrowJob, load: Load) -> Iterator[Any]:
    """Tell what a job's pipeline is.

    batches (Iterator[pyarrow.RecordBatch]): One, of any kind.
    job (ArrowJob), load (Load): As for `annotate_arrow`.
    YIELDS (pyarrow.RecordBatch): For each batch a row: `model`, what an audit trail says of the
        pipeline, as JSON.
    """
    for _ in batches:
        from .arrow_rows import describe_pipeline

        yield describe_pipeline(job, load)
